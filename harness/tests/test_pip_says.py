"""Why pip could not install: every excerpt of its output becomes one line with the real reason."""

from __future__ import annotations

import pytest

from harness.pip_says import NO_NETWORK, why_not

RETRY = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(\"HTTPConnection(host='x',"
    " port=9): Failed to establish a new connection: [Errno 111] Connection refused\")': /simple/zzz/"
)
NONE_OF_IT = "ERROR: Could not find a version that satisfies the requirement zzz==1.0 (from versions: none)"
NO_MATCH = "ERROR: No matching distribution found for zzz==1.0"
BUILD = """\
Building wheel for needsc (pyproject.toml): finished with status 'error'
error: subprocess-exited-with-error

x Building wheel for needsc (pyproject.toml) did not run successfully.
│ exit code: 1
╰─> [10 lines of output]
    running build_ext
    x.c:1:10: fatal error: nowhere.h: No such file or directory
    compilation terminated.
    error: Command '['gcc', '-c', 'x.c']' returned non-zero exit status 1.
    [end of output]

note: This error originates from a subprocess, and is likely not a problem with pip.
ERROR: Failed building wheel for needsc
error: failed-wheel-build-for-install
"""
SETUP = """\
x Getting requirements to build wheel did not run successfully.
│ exit code: 1
╰─> [21 lines of output]
    Traceback (most recent call last):
      File "<string>", line 1, in <module>
    ImportError: cannot import name Feature from setuptools
    [end of output]

ERROR: Failed to build 'brokensetup' when getting requirements to build wheel
"""
CONFLICT = """\
ERROR: Cannot install clash==1.0 and future==2.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested future==2.0
    clash 1.0 depends on future==1.0

To fix this you could try to:
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/
"""
IGNORED = """\
ERROR: Ignored the following versions that require a different python version: 9.1 Requires-Python >=3.12; 9.2 Requires-Python >=3.13
ERROR: Could not find a version that satisfies the requirement lib=={} (from versions: 8.0, 8.1)
ERROR: No matching distribution found for lib=={}
"""  # noqa: E501  # it is one line of pip's


def told(text: str) -> str:
    said = why_not(text.splitlines(), ["lib==1.0"])
    assert "\n" not in said
    return said


def test_a_registry_that_does_not_answer_is_not_a_missing_version() -> None:
    """Pip says that there is no such version; the reason is the network."""
    assert told(f"{RETRY}\n{NONE_OF_IT}\n{NO_MATCH}") == NO_NETWORK


def test_a_retry_that_went_well_in_the_end_is_not_the_reason() -> None:
    """The registry did answer: the version is what is missing."""
    text = f"{RETRY}\n{NONE_OF_IT.replace('none', '0.8, 0.9')}\n{NO_MATCH}"
    assert told(text) == "there is no zzz==1.0: the newest is 0.9"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (BUILD, ("needsc could not be built", "fatal error: nowhere.h: No such file")),
        (SETUP, ("brokensetup could not be built", "ImportError: cannot import name Feature")),
        (CONFLICT, ("no versions fit together", "clash 1.0 depends on future==1.0", "requested future==2.0")),
        ("ERROR: Package 'lib' requires a different Python: 3.11.7 not in '>=3.99'", ("lib needs Python >=3.99",)),
        (NONE_OF_IT, ("there is no zzz==1.0", "none for this Python")),
        (NONE_OF_IT.replace("zzz==1.0", "deep (from lib)"), ("lib needs deep, which the registry does not have",)),
        (NONE_OF_IT.replace("zzz==1.0", "deep (from lib->mid)"), ("mid needs deep",)),
        ("Collecting lib\nERROR: [Errno 28] No space left on device", ("install lib==1.0: ERROR: [Errno 28] No sp",)),
        ("", ("pip could not install lib==1.0: no reason given",)),
    ],
)
def test_the_real_reason_is_named(text: str, parts: tuple[str, ...]) -> None:
    """Not the last line that pip prints, but the one that says what is wrong."""
    said = told(text)
    assert [part in said for part in parts] == [True] * len(parts), said


def test_a_version_that_wants_another_python_is_not_called_missing() -> None:
    """It exists; the range that it wants is told. A version that does not exist is still told as such."""
    assert told(IGNORED.replace("{}", "9.1")).startswith("lib 9.1 needs Python >=3.12: ")
    assert told(IGNORED.replace("{}", "9.2")).startswith("lib 9.2 needs Python >=3.13: ")
    assert told(IGNORED.replace("{}", "7.7")) == "there is no lib==7.7: the newest is 8.1"

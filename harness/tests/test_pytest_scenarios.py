"""Scenario files as pytest items, in a repository that has folders named like ours."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .foreign import SHOULD, Repository, Told, repository, scenario
from .program import TREE, runs

JOINED = '{ who = "pistol", sees = "joined", nick = "pistol" }'
NOT_SO = '{ who = "pistol", sees = "joined", nick = "nym" }'
IS_THERE = '{ who = "pistol", state = { joined = true } }'
RENAME = '{ who = "pistol", does = "rename", nick = "${new}" }'
RENAMED = '{ who = "pistol", sees = "renamed" }'
MATRIX = '[matrix]\nnew = ["ancient", "corporal"]\n'
FILES = {
    "passes": scenario("Who joins is told so", JOINED),
    "fails": scenario("Who joins is somebody else", IS_THERE, NOT_SO),
    "should": scenario("Who joins is somebody else, which is bad style", NOT_SO, requirement=SHOULD),
    "known": scenario("Who joins is somebody else, as we know", NOT_SO),
    "fixed": scenario("Who joins is told so at last", JOINED),
    "matrix": scenario("Who renames", RENAME) + MATRIX,
}
LACKING = """
from harness.drivers.reference import driver

told = driver.hello()
driver.hello = lambda: {**told, "can": [verb for verb in told["can"] if verb != "rename"]}
driver.main([])
"""
KNOWN = """
[[known]]
check = "chat/known"
reason = "their issue 12"

[[known]]
check = "chat/fixed#xep-0045/7.2.2-10"
reason = "their issue 13"
"""
PYTHON = f"{sys.executable} -P"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with scenarios that end in every way, and a driver that has no rename."""
    made = repository(tmp_path_factory.mktemp("theirs"))
    made.write({f"scenarios/chat/{name}.toml": text for name, text in FILES.items()})
    made.write({"mucspec-known.toml": KNOWN, "tools/lacking.py": LACKING})
    return made


@pytest.fixture(scope="module")
def told(theirs: Repository) -> Told:
    """One run of everything in it, with Allure's results and the record kept."""
    options = ("--mucspec-driver", f"{PYTHON} tools/lacking.py", "--mucspec-out", "kept")
    driver_path = theirs.root / "tools" / "lacking.py"
    driver_path.write_text(f"import sys; sys.path.insert(0, {str(TREE)!r})\n{LACKING}", "utf-8")
    return theirs.pytest(*options, "--alluredir", "allure", "-rA", ".")


@pytest.fixture(scope="module")
def stories(theirs: Repository, told: Told) -> Mapping[str, Any]:
    """Allure's results by full name."""
    read = [json.loads(path.read_text("utf-8")) for path in (theirs.root / "allure").glob("*-result.json")]
    return {result["fullName"]: result for result in read}


@pytest.mark.parametrize(
    ("outcome", "name", "reason"),
    [
        ("PASSED", "passes", ""),
        ("FAILED", "fails", "consistency: "),
        ("FAILED", "fixed", "fixed: "),
        ("XFAIL", "known", "known: their issue 12"),
        ("XFAIL", "should", "warning, which does not count"),
    ],
)
def test_each_outcome_is_one_of_pytests(told: Told, outcome: str, name: str, reason: str) -> None:
    """Known failures and those that do not count are expected ones; what no longer fails fails loudly."""
    assert reason in told.line(f"{outcome} scenarios/chat/{name}.toml::{name}")


def test_what_the_library_lacks_is_skipped_with_the_reason(told: Told) -> None:
    """Both points of the matrix need a rename, which the driver does not have."""
    reason = "unsupported: rename is not offered: the driver has no rename"
    assert f"SKIPPED [2] scenarios/chat/matrix.toml:1: {reason}" in told.out


def test_only_scenarios_are_collected_and_their_own_tests_go_on(told: Told) -> None:
    """Their packages are theirs, a .toml file that is no scenario is none, and all is counted once."""
    assert told.line("PASSED test_own.py")
    assert "notes" not in told.out
    assert (told.status, told.out.splitlines()[-1].strip("= ").partition(" in ")[0]) == (
        1,
        "2 failed, 2 passed, 2 skipped, 2 xfailed",
    )


def test_a_failure_shows_what_a_bug_report_needs(told: Told) -> None:
    """Row, requirement with its section, expected, closest, why, the transcript's end, the command; no Python."""
    failure = told.out.partition("___ chat/fails ___")[2].partition("\n____")[0]
    beginnings = [line.strip().partition(":")[0] for line in failure.splitlines() if line.startswith("  ")]
    named = [
        name for name in beginnings if name.split()[0] in ("row", "requirement", "expected", "closest", "why", "repeat")
    ]
    assert named == ["row 3", "requirement", "expected", "closest", "why", "repeat"]
    assert "https://xmpp.org/extensions/xep-0045.html#enter-pres" in failure
    assert "nick is 'pistol', not 'nym'" in failure
    assert '-> pistol <presence to="harfleur@conference.mucspec.invalid/pistol"' in failure
    assert "Traceback" not in told.out and "outcomes.py" not in told.out and ".py:" not in failure


def test_the_repeat_command_names_the_item(told: Told) -> None:
    """It can be pasted into a shell."""
    failure = told.out.partition("___ chat/fails ___")[2].partition("\n____")[0]
    command = failure.partition("repeat: ")[2].splitlines()[0]
    assert command == f"pytest --mucspec-driver '{PYTHON} tools/lacking.py' scenarios/chat/fails.toml::fails"


def test_the_record_is_kept_where_that_is_asked_for(theirs: Repository, told: Told) -> None:
    """It has a line for each scenario."""
    (record,) = (theirs.root / "kept").glob("*.jsonl")
    kinds = [json.loads(line)["record"] for line in record.read_text("utf-8").splitlines()]
    assert kinds == ["header", *["scenario"] * 7, "footer"]
    assert told.line("mucspec: the record is in")


def test_allure_has_a_story_for_each_scenario(stories: Mapping[str, Any]) -> None:
    """No two of them share a full name, which Allure takes for repeats of one test."""
    ours = {name for name in stories if name.startswith("scenarios.")}
    points = {f"scenarios.chat.matrix#new={new}" for new in ("ancient", "corporal")}
    assert ours == {f"scenarios.chat.{name}#{name}" for name in FILES if name != "matrix"} | points


def test_allure_has_rows_as_steps_and_the_transcript(stories: Mapping[str, Any]) -> None:
    """A step for each row, with its outcome and no traceback; labels, links and severity come from the requirement."""
    story = stories["scenarios.chat.fails#fails"]
    labels = {label["name"]: label["value"] for label in story["labels"]}
    assert [step["status"] for step in story["steps"]] == ["passed", "failed"]
    assert "nick is 'pistol', not 'nym'" in story["steps"][1]["statusDetails"]["message"]
    assert not any("File" in step.get("statusDetails", {}).get("trace", "") for step in story["steps"])
    wanted = ("epic", "feature", "story", "severity")
    assert [labels[name] for name in wanted] == ["lacking", "chat", story["name"], "normal"]
    assert [link["name"] for link in story["links"]] == ["xep-0045/7.2.2-10"]
    assert [attached["name"] for attached in story["attachments"]] == ["transcript"]
    assert (story["name"], story["status"]) == ("Who joins is somebody else", "failed")


def test_without_a_client_the_plugin_costs_nothing(theirs: Repository) -> None:
    """No scenario is collected, and nothing of ours is imported but the options."""
    theirs.write(
        {
            "test_cost.py": "import sys\n\ndef test_cost():\n    found = {n for n in sys.modules if 'mucspec' in n}\n"
            "    assert found == {'mucspec_pytest'} and 'twisted' not in sys.modules\n"
        }
    )
    found = theirs.pytest("-q", ".", "-p", "no:pytest_twisted", "-p", "no:twisted")
    assert found.out.splitlines()[-1].startswith("2 passed"), found.out


def test_a_broken_file_and_an_unknown_client_are_told_in_a_line(theirs: Repository, tmp_path: Path) -> None:
    """Pytest says where the fault in the file is, and what clients there could have been meant."""
    other = repository(tmp_path)
    other.write({"scenarios/a/bad.toml": scenario("Bad", '{ who = "pistol", sees = "jolned" }')})
    bad = other.pytest("--mucspec-client", "reference", "scenarios")
    assert "bad.toml: step 2: " in bad.out and "Traceback" not in bad.out and bad.status == 2
    unknown = other.pytest("--mucspec-client", "referense", "scenarios")
    assert unknown.line("ERROR: ").startswith("ERROR: --mucspec-client: there is no client 'referense' (did you mean")


def test_the_scenarios_of_mucspec_can_be_collected_too(theirs: Repository) -> None:
    """Where no path is named, they are what is collected."""
    found = theirs.pytest("--mucspec-client", "reference", "--mucspec-corpus", "-k", "nick_conflict", "-v")
    assert found.line("scenarios/joining/nick_conflict.toml::nick_conflict PASSED") and found.status == 0
    assert "chat/" not in found.out


def test_a_driver_that_does_not_start_is_an_error_not_a_failure(theirs: Repository) -> None:
    """Each item is an error with the reason in one line."""
    found = theirs.pytest("--mucspec-driver", f"{sys.executable} -c 'import nonsense'", "scenarios", "-k", "fails")
    reason = "the driver does not start: the driver died with exit status 1; it wrote: ModuleNotFoundError"
    assert reason in found.out and "Traceback" not in found.out
    assert "1 error" in found.out.splitlines()[-1]


def test_ctrl_c_ends_the_worker_and_the_driver(tmp_path: Path) -> None:
    """Pytest ends as it does on Ctrl-C, and no process is left behind."""
    theirs, pipe = repository(tmp_path), tmp_path / "pipe"
    theirs.write({"scenarios/chat/renames.toml": scenario("Renames", RENAME.replace("${new}", "ancient"), RENAMED)})
    driver = f"import sys; sys.path.insert(0, {str(TREE)!r}); sys.argv[1:] = ['calls-out']; import runpy; "
    theirs.write({"tools/mini.py": driver + "runpy.run_module('harness.tests.miniatures', run_name='__main__')\n"})
    subprocess.run(["mkfifo", pipe], check=True)
    command = theirs.command(
        "--mucspec-driver", f"{PYTHON} tools/mini.py", "--mucspec-timeout-factor", "20", "scenarios"
    )
    environment = {**theirs.environment, "MINIATURE_PIPE": str(pipe)}
    running = subprocess.Popen(command, cwd=theirs.root, env=environment, stdout=subprocess.PIPE, text=True)
    guard = threading.Timer(60, running.kill)
    guard.start()
    try:
        driver_pid = int(pipe.read_text())
        worker_pid = int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(driver_pid)]))
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    finally:
        guard.cancel()
        running.kill()
    assert (running.returncode, runs(driver_pid), runs(worker_pid)) == (2, False, False), out
    assert worker_pid != running.pid and "KeyboardInterrupt" in out

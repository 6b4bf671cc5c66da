"""Every driver.toml of the package: known words, reasons for what is lacking, ranges and packages that parse."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from harness.checking import REQUIRED
from harness.clients import DRIVERS, LISTS, TEXTS, BadClient, Driver, command_of, drivers, read_driver
from harness.vocabulary import EVENT, VERB

PYTHONS = [f"3.{minor}" for minor in range(8, 16)]
FILES = sorted(path for path in DRIVERS.glob("*/*.toml") if read_driver(path))
each = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")


def read(path: Path) -> Driver:
    driver = read_driver(path)
    assert driver is not None
    return driver


def table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_every_file_is_a_client_of_its_own() -> None:
    """No two files have a name in common, and each one is found by it."""
    assert sorted(drivers()) == sorted(read(path).name for path in FILES)
    assert "reference" in drivers()


@each
def test_its_keys_are_known(path: Path) -> None:
    """What nobody reads, for instance a key that is written wrong, stands in no file."""
    assert set(table(path)) <= {"driver", "unsupported"}
    assert set(table(path)["driver"]) <= {*TEXTS, *LISTS, "parallel"}


@each
def test_its_verbs_and_events_are_those_of_the_protocol(path: Path) -> None:
    """Known words, each of them once, and the verbs that nothing goes without."""
    driver = read(path)
    assert set(driver.can) <= set(VERB) and len(set(driver.can)) == len(driver.can)
    assert set(driver.reports) <= set(EVENT) and len(set(driver.reports)) == len(driver.reports)
    assert set(driver.can) >= set(REQUIRED)


@each
def test_every_verb_is_offered_or_said_to_be_lacking(path: Path) -> None:
    """`can` and [unsupported] have no verb in common, and together all of them."""
    driver = read(path)
    assert not set(driver.can) & set(driver.unsupported)
    assert set(driver.can) | set(driver.unsupported) == set(VERB)


@each
def test_what_is_lacking_has_a_reason(path: Path) -> None:
    """The reason names an interface in words, not just the verb again."""
    for verb, reason in read(path).unsupported.items():
        assert len(reason.split()) >= 2 and reason != verb


@each
def test_its_range_of_pythons_holds_one(path: Path) -> None:
    """A range that parses; whatever is installed with pip states one."""
    driver = read(path)
    if driver.packages:
        assert driver.python
    if driver.python:
        assert [version for version in PYTHONS if SpecifierSet(driver.python).contains(f"{version}.99")]


@each
def test_its_packages_and_constraints_parse(path: Path) -> None:
    """With a version filled in, each is a requirement; the default version is one."""
    driver = read(path)
    for text in (*driver.packages, *driver.constraints):
        Requirement(text.replace("{version}", driver.default_version or "1.0"))
    if driver.default_version:
        assert str(Version(driver.default_version)) == driver.default_version


@each
def test_the_version_goes_into_one_package(path: Path) -> None:
    """NAME==VERSION changes the library, and nothing else."""
    packages = read(path).packages
    assert [package for package in packages if "{version}" in package] == list(packages[:1])


@each
def test_its_program_is_there(path: Path) -> None:
    """The command begins with the interpreter; a file that it names beside the driver.toml exists."""
    driver = read(path)
    interpreter, *rest = command_of(driver, "PYTHON")
    assert interpreter == "PYTHON"
    assert [word for word in rest if word.startswith(str(driver.here)) and not Path(word).is_file()] == []


@each
def test_how_it_is_run_is_possible(path: Path) -> None:
    """At least one session at a time, over a kind of stream that the harness offers."""
    driver = read(path)
    assert driver.parallel >= 1
    assert driver.tls in ("starttls", "direct", "none")


GO = """
[driver]
name = "gochat"
command = ["gochat-driver"]
"""


def test_a_program_asks_the_c_library_or_has_a_clock_of_its_own(tmp_path: Path) -> None:
    """The first where nothing is said; any other word is refused in one line."""
    path = tmp_path / "driver.toml"
    for said, clock in (("", "libc"), ('clock = "libc"', "libc"), ('clock = "own"', "own")):
        path.write_text(GO + said)
        assert read(path).clock == clock
    path.write_text(GO + 'clock = "static"')
    with pytest.raises(BadClient, match="clock = 'static': write"):
        read_driver(path)

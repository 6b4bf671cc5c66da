"""The clients that mucspec has drivers for (`driver.toml`), and what CLIENT on the command line means."""

from __future__ import annotations

import difflib
import shlex
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from .faketime import LIBC, OWN

DRIVERS = Path(__file__).with_name("drivers")
TOP = Path(__file__).resolve().parent.parent  # what `-m harness.drivers.reference` is found from
TEXTS = ("name", "library", "language", "python", "default_version", "versions", "tls", "mechanism", "runtime", "clock")
LISTS = ("command", "packages", "constraints", "can", "reports")


class BadClient(Exception):
    """A client that there is none of, or a driver.toml that says too little; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Driver:
    """What a driver.toml says."""

    name: str
    here: Path
    library: str = ""
    language: str = ""
    command: tuple[str, ...] = ()  # with {python} and {here}
    python: str = ""  # a version range, as packages write it
    runtime: str = ""  # for people: what else must be there
    packages: tuple[str, ...] = ()  # with {version}
    constraints: tuple[str, ...] = ()
    default_version: str = ""
    versions: str = ""  # of the library that the driver can drive, as packages write it
    tls: str = "starttls"
    mechanism: str = ""  # of SASL, where the library's own choice is slow; the log-in is not what is tried
    clock: str = LIBC  # whom the program asks what time it is
    parallel: int = 1
    can: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict)  # verb -> the interface that was searched

    def lacks(self, verb: str) -> dict[str, Any]:
        """What answers such a command in its place."""
        return {"unsupported": True, "why": self.unsupported.get(verb, f"the driver has no {verb}")}


@dataclass(frozen=True, slots=True)
class Client:
    """One CLIENT argument, or a driver given with --driver."""

    driver: Driver
    version: str = ""  # as asked for; "" is the default
    path: Path | None = None  # install this source tree

    @property
    def argument(self) -> str:
        """How the command line names it."""
        if self.path:
            return f"{self.driver.name}@{self.path}"
        return f"{self.driver.name}=={self.version}" if self.version else self.driver.name


@cache
def drivers() -> Mapping[str, Driver]:
    """Every driver of the package by its client's name."""
    found = (read_driver(path) for path in sorted(DRIVERS.glob("*/*.toml")))
    return {driver.name: driver for driver in found if driver}


def read_driver(path: Path) -> Driver | None:
    """The driver that this file describes; None if it describes none. Raises `BadClient`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as complaint:
        raise BadClient(f"{path}: {complaint}") from None
    table: Mapping[str, Any] = raw.get("driver", {})
    if not table:
        return None
    if not table.get("name") or not table.get("command"):
        raise BadClient(f"{path}: [driver] needs name and command")
    if (clock := table.get("clock", LIBC)) not in (LIBC, OWN):
        raise BadClient(f'{path}: clock = {clock!r}: write "{LIBC}", or "{OWN}" for a statically linked program')
    texts = {key: str(table[key]) for key in TEXTS if key in table}
    lists = {key: tuple(map(str, table[key])) for key in LISTS if key in table}
    rest: dict[str, Any] = {**texts, **lists}
    return Driver(
        here=path.parent.resolve(),
        parallel=int(table.get("parallel", 1)),
        unsupported=dict(raw.get("unsupported", {})),
        **rest,
    )


def read_client(text: str) -> Client:
    """The client of `NAME`, `NAME==VERSION` or `NAME@PATH`. Raises `BadClient`."""
    name, at, path = text.partition("@")
    name, equal, version = name.partition("==")
    driver = drivers().get(name)
    if driver is None:
        raise BadClient(f"there is no client {name!r}{near(name, drivers())}; `mucspec clients` lists them")
    if equal and not version:
        raise BadClient(f"{text!r} says == and no version: write {name}==1.2.3, or {name} alone")
    if version and driver.versions and not _in_range(version, driver.versions):
        raise BadClient(f"the driver for {name} drives {driver.versions}, not {version}: name another version")
    if at and not Path(path).is_dir():
        raise BadClient(f"{text!r}: {path or 'nothing'} is not a folder; NAME@PATH installs that source tree")
    if (at or equal) and not driver.packages:
        raise BadClient(f"{name} is part of mucspec and has no other versions: write {name} alone")
    return Client(driver, version, Path(path).resolve() if at else None)


def _in_range(version: str, versions: str) -> bool:
    """Whether this version is in the range; one that is no version at all is left to whoever installs it."""
    try:
        return SpecifierSet(versions).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True


def any_program(command: str, base: Client | None = None) -> Client:
    """A client behind `--driver CMD`: what a CLIENT beside it says holds, or the driver.toml beside the program."""
    words = tuple(shlex.split(command))
    if not words:
        raise BadClient("--driver needs a command")
    if base:
        return replace(base, driver=replace(base.driver, command=words, packages=()))
    if described := read_beside(words):
        return Client(replace(described, command=words, packages=()))
    name = Path(words[-1] if len(words) > 1 and not words[-1].startswith("-") else words[0]).stem
    return Client(Driver(name, Path.cwd(), command=words))


def read_beside(words: Sequence[str]) -> Driver | None:
    """What the driver.toml says that lies in or beside a path of a command line. Raises `BadClient`."""
    for path in map(Path, words):
        beside = (path if path.is_dir() else path.parent) / "driver.toml"
        if path.exists() and beside.is_file():
            return read_driver(beside)
    return None


def command_of(driver: Driver, python: str) -> list[str]:
    """The command with its places filled in."""
    places = {"{python}": python, "{here}": str(driver.here)}
    words = []
    for word in driver.command:
        for place, value in places.items():
            word = word.replace(place, value)
        words.append(word)
    return words


def needs_environment(driver: Driver) -> bool:
    """Whether something must be installed for it."""
    return bool(driver.packages)


def own_python() -> str:
    return sys.executable


def near(word: str, words: Iterable[str]) -> str:
    """` (did you mean ...?)`, or nothing."""
    close = difflib.get_close_matches(word, list(words), 3, 0.5)
    return f" (did you mean {' or '.join(close)}?)" if close else ""

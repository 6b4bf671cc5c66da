"""Known failures: what a client is known to fail, in lists that stand beside the scenarios, never in them.

An entry has `check` (the id of a check or of a scenario; `*` and `?` are wildcards), `versions` (as packages write it:
`>=1.8,<1.12`; left out: all), `personality` (left out: all), `reason`, `link`. Every list is TOML with `[[known]]`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from reports.record import Check, ScenarioLine
from reports.tally import worst

from .catalogue import SCENARIOS

OWN = "mucspec-known.toml"  # in the folder that the program is called in
PACKAGED = SCENARIOS / "known"
KEYS = ("check", "versions", "personality", "reason", "link", "client")
FIXED = "the list of known failures says that this fails, and it no longer does: take the entry out"


class BadKnown(Exception):
    """A list of known failures that cannot be read or written; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known failure. `client` is empty in a client's own list."""

    check: str
    reason: str
    versions: str = ""
    personality: str = ""
    link: str = ""
    client: str = ""
    source: str = ""

    def applies(self, check: str, *, client: str, version: str, personality: str) -> bool:
        """Whether it speaks of this check, or of the scenario that it is in."""
        if self.client not in ("", client) or self.personality not in ("", personality):
            return False
        named = any(_fits(name, self.check) for name in (check, check.partition("#")[0]))
        return named and _in_range(version, self.versions)

    @property
    def exact(self) -> bool:
        """Whether it names one check."""
        return "#" in self.check and not any(c in self.check for c in "*?")

    def __str__(self) -> str:
        return f"{self.reason} ({self.link})" if self.link else self.reason


@dataclass(frozen=True, slots=True)
class Known:
    """The entries that hold for one client; the first that applies counts.

    Where everything is played several times (`steady` is false) a single pass does not make an entry `fixed`.
    """

    entries: Sequence[Entry] = ()
    client: str = ""
    steady: bool = True
    met: dict[Entry, bool] = field(default_factory=dict)  # entry -> whether something that it names failed

    def judge(self, line: ScenarioLine, version: str) -> ScenarioLine:
        """The line with its known failures marked, and what no longer fails told as `fixed`."""
        if not self.entries or line["outcome"] == "error":
            return line
        personality = line.get("personality", "xep")
        checks = [self._judged(check, version, personality) for check in line["checks"]]
        if checks == list(line["checks"]):
            return line
        return cast(ScenarioLine, {**line, "checks": checks, "outcome": worst(c["outcome"] for c in checks)})

    def stale(self) -> list[Entry]:
        """The entries of which something was played, and nothing failed; those told as `fixed` are not repeated."""
        return [entry for entry, failed in self.met.items() if not failed and not (entry.exact and self.steady)]

    def _judged(self, check: Check, version: str, personality: str) -> Check:
        found = self.entry_for(check["id"], version=version, personality=personality)
        if found is None or check["outcome"] not in ("fail", "pass"):
            return check
        failed = check["outcome"] == "fail"
        telling = personality in ("xep", found.personality)  # elsewhere a pass may be the personality's doing
        if failed or telling:
            self.met[found] = self.met.get(found, False) or failed
        if failed:
            return cast(Check, {**check, "outcome": "known", "known": str(found)})
        if not found.exact or not self.steady or not telling:
            return check  # it speaks of several checks, or of several times: one pass means nothing
        return cast(Check, {**check, "outcome": "fixed", "known": str(found), "why": FIXED})

    def entry_for(self, check: str, *, version: str, personality: str = "xep") -> Entry | None:
        """The first entry that applies to this check."""
        about = {"client": self.client, "version": version, "personality": personality}
        return next((entry for entry in self.entries if entry.applies(check, **about)), None)


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern.replace("[", "[[]"))


def _in_range(version: str, specifier: str) -> bool:
    """Whether the version is in the range; one that is no PEP 440 version only where there is no range."""
    if not specifier:
        return True
    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


# the lists


def look_up(client: str, named: Path | None, *, steady: bool = True) -> Known:
    """The entries for this client: of --known, of ./mucspec-known.toml, of the packaged list. Raises `BadKnown`."""
    if named is not None and not named.is_file():
        raise BadKnown(f"--known {named}: there is no such file; --update-known makes one")
    own = Path(OWN)
    lists = [named] if named is not None else []
    lists += [path for path in (own, PACKAGED / f"{client}.toml") if path.is_file() and path not in lists]
    return Known([entry for path in lists for entry in read(path)], client, steady)


def read(path: Path) -> list[Entry]:
    """The entries of a list. Raises `BadKnown`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as complaint:
        raise BadKnown(f"{path}: cannot be read: {getattr(complaint, 'strerror', None) or complaint}") from None
    entries = raw.get("known", [])
    if set(raw) - {"known"} or not isinstance(entries, list):
        raise BadKnown(f"{path}: a list of known failures has tables [[known]] and nothing else")
    return [_entry(table, f"{path}: entry {number}", str(path)) for number, table in enumerate(entries, 1)]


def _entry(table: Mapping[str, Any], where: str, source: str) -> Entry:
    if unknown := set(table) - set(KEYS):
        raise BadKnown(f"{where}: no key {sorted(unknown)[0]!r} here; possible: {', '.join(KEYS)}")
    for key in ("check", "reason"):
        if not table.get(key):
            raise BadKnown(f"{where}: needs {key!r}")
    if odd := [key for key, value in table.items() if not isinstance(value, str)]:
        raise BadKnown(f"{where}: {odd[0]} has to be a text")
    try:
        SpecifierSet(table.get("versions", ""))
    except InvalidSpecifier:
        raise BadKnown(f"{where}: versions = {table['versions']!r} is no range; write >=1.8,<1.12") from None
    return Entry(source=source, **table)


# writing one


def where_to_write(named: Path | None) -> Path:
    """The list that --update-known writes: the one of --known, else ./mucspec-known.toml; never a packaged one."""
    path = named if named is not None else Path(OWN)
    if path.resolve().is_relative_to(PACKAGED.resolve()):
        raise BadKnown(f"--known {path} is part of mucspec and is not written; name a list of your own")
    return path


def update(path: Path, lines: Iterable[tuple[str, str, ScenarioLine]]) -> tuple[int, int]:
    """Add what failed and take out what is fixed; how many of each. Lines come with client and version.

    The rest of the list stays as it is, but for comments. Raises `BadKnown`.
    """
    there = read(path) if path.is_file() else []
    added: dict[tuple[str, str, str], Entry] = {}
    fixed: set[Entry] = set()
    for client, version, line in lines:
        under = line.get("personality", "xep")
        for check in line["checks"]:
            if check["outcome"] == "fail":
                added.setdefault((client, check["id"], under), _new(check, client, under))
            elif check["outcome"] == "fixed":
                fixed |= set(_naming(there, check["id"], {"client": client, "version": version, "personality": under}))
    kept = [entry for entry in there if entry not in fixed]
    _write(path, [*kept, *added.values()])
    return len(added), len(fixed)


def _naming(entries: Iterable[Entry], check: str, about: Mapping[str, str]) -> Iterator[Entry]:
    telling = (entry for entry in entries if about["personality"] in ("xep", entry.personality))
    return (entry for entry in telling if entry.check == check and entry.applies(check, **about))


def _new(check: Check, client: str, personality: str) -> Entry:
    """It holds for all versions: the first that no longer fails is told as `fixed`."""
    reason = " ".join((check.get("why") or check.get("says") or "failed").split())[:200]
    return Entry(check["id"], reason, client=client, personality="" if personality == "xep" else personality)


def _write(path: Path, entries: Sequence[Entry]) -> None:
    tables = []
    for entry in entries:
        told = {key: getattr(entry, key) for key in KEYS if getattr(entry, key)}
        tables.append("\n".join(["[[known]]", *(f"{key} = {_quoted(value)}" for key, value in told.items())]))
    head = "# What is known to fail (`mucspec run --known`, docs/running.md).\n\n"
    try:
        path.write_text(head + "\n\n".join(tables) + "\n", encoding="utf-8")
    except OSError as complaint:
        raise BadKnown(f"{path} cannot be written ({complaint.strerror}); name another list with --known") from None


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

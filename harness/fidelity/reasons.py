"""The reasons of the agreement table: what a server does otherwise, and why the mock stays as it is (reasons.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

TABLE = Path(__file__).with_name("reasons.toml")
STAYS = "mucspec"  # the key under which the mock's own reason stands
SAID = "said"  # the table of sentences that several reasons share


class BadReasons(Exception):
    """reasons.toml cannot be used; one line."""


class Compared(Protocol):
    """What is needed of a row of the agreement table."""

    @property
    def requirement(self) -> str: ...
    @property
    def failed(self) -> Mapping[str, object]: ...
    @property
    def known(self) -> frozenset[str]:
        """The servers that were there."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Of one requirement: what the servers do that fail it, by their names, and why the mock does not do the same."""

    servers: Mapping[str, str] = field(default_factory=dict)
    stays: str = ""


Reasons = Mapping[str, Reason]


def load(path: Path = TABLE) -> Reasons:
    """The reasons by requirement. Raises `BadReasons`."""
    try:
        with path.open("rb") as file:
            raw = tomllib.load(file)
    except (OSError, ValueError) as complaint:
        raise BadReasons(f"{path}: {complaint}") from complaint
    shared = raw.pop(SAID, {})
    return {requirement: _reason(requirement, entry, shared) for requirement, entry in raw.items()}


def _reason(requirement: str, entry: Mapping[str, str], shared: Mapping[str, str]) -> Reason:
    told = {name: shared.get(text, text) for name, text in entry.items()}
    stays = told.pop(STAYS, "")
    if not stays or not told or not all(told.values()):
        raise BadReasons(f"{requirement}: say what each server does, and under {STAYS!r} why the mock stays as it is")
    return Reason(told, stays)


def unexplained(rows: Iterable[Compared], reasons: Reasons) -> list[tuple[str, str]]:
    """Requirement and server of each disagreement that has no reason; the mock's own failures need to be mended."""
    failures = ((row.requirement, name) for row in rows for name in row.failed)
    return [(one, name) for one, name in failures if name not in reasons.get(one, Reason()).servers]


def stale(rows: Iterable[Compared], reasons: Reasons, *, whole: bool = True) -> list[tuple[str, str]]:
    """Requirement and server of each reason for which there is no disagreement any more.

    Unless the whole table was made, what was not played tells nothing; nor does a server that was not there.
    """
    played = {row.requirement: row for row in rows}
    found = []
    for requirement, reason in reasons.items():
        row = played.get(requirement)
        if row is not None:
            found += [(requirement, name) for name in reason.servers if name in row.known - row.failed.keys()]
        elif whole:
            found += [(requirement, name) for name in reason.servers]
    return found

"""A scenario of a few rows, and a referee that is led through it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.model import Answer, Arrange, Check, Event, Fence, Perform, Snapshot
from harness.referee import Referee

from .few_rows import of_rows

ROOM = "harfleur@conference.mucspec.invalid"


class Played:
    """A referee, led by hand: `reacts` says what follows when an action is carried out."""

    def __init__(self, folder: Path, rows: str, *, reports: Any = None) -> None:
        self.scenario = of_rows(folder, rows)
        self.referee = Referee(self.scenario, reports=reports)
        self.asked: list[str] = []

    def play(self, *, answers: Mapping[str, Any] | None = None, seen: Mapping[str, Any] | None = None) -> list[Check]:
        """`answers` by verb, `seen` by verb or service operation: events and stanzas that follow it."""
        while action := self.referee.next_action():
            self.asked.append(type(action).__name__.lower())
            match action:
                case Fence():
                    self.referee.fenced()
                case Snapshot():
                    self.referee.snapshot((seen or {}).get("state", {}))
                case Arrange(operation=name):
                    self._tell((seen or {}).get(name, ()))
                case Perform(command=command):
                    self._tell((seen or {}).get(command.verb, ()))
                    answer = (answers or {}).get(command.verb, {"ok": True})
                    if answer is not None:
                        self.referee.answered(Answer(command.seq, answer))
        assert self.referee.verdict is not None
        return list(self.referee.verdict.checks)

    def _tell(self, what: Any) -> None:
        for each in what:
            self.referee.observe(each)


def joined(**fields: Any) -> Event:
    return Event("pistol", "joined", {"room": ROOM, "nick": "pistol", "codes": [110], **fields})


def outcomes(checks: list[Check]) -> list[str]:
    return [str(check.outcome) for check in checks]


JOIN = '{ who = "pistol", does = "join", nick = "pistol" },\n'

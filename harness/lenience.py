"""A run under a personality: what it makes impossible is skipped by name, what comes behind a broken XEP is robustness.

The reference client decides what is possible: a row that it passes by itself and does not pass under the personality
proves nothing about anybody, nor does what comes behind it: the story is another from there on. Which rows of a
personality were at work stands in the transcript, as notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from mockserver.personalities import Personality, Row, load
from mockserver.personalities.model import DEFAULT
from reports.record import Check, ScenarioLine
from reports.tally import worst

from .model import Outcome, Scenario
from .rehearse import rehearse

ROBUSTNESS = "robustness"
Judge = Callable[[ScenarioLine, str], ScenarioLine]  # a line and the library's version -> the line as it is weighed


def told(personality: Personality, row: Row) -> str:
    """The note in the transcript where this row of a personality changes something."""
    return f"personality {personality.name}: {row.name}"


def under(name: str, judge: Judge, scenarios: Iterable[Scenario]) -> Judge:
    """`judge`, behind what the personality of this name makes impossible or breaks."""
    if name == DEFAULT:
        return judge
    lenience = Lenience(load(name), scenarios)
    return lambda line, version: judge(lenience.judge(line), version)


class Lenience:
    """How the lines of a run under one personality are graded."""

    def __init__(self, personality: Personality, scenarios: Iterable[Scenario]) -> None:
        self.personality = personality
        self._scenarios = {scenario.id: scenario for scenario in scenarios}
        self._lost: dict[str, Mapping[int, str]] = {}  # of each scenario, once it was asked for
        self._breaks = {told(personality, row): row.touches for row in personality.rows if row.breaks}

    def judge(self, line: ScenarioLine) -> ScenarioLine:
        """The line with what the personality made impossible skipped, and with what it broke as robustness."""
        if not self.personality.rows:
            return line
        lost = self._impossible(line["id"]) if line["outcome"] != "error" else {}
        since = self._broken_since(line)
        checks = [self._graded(check, lost, since) for check in line["checks"]]
        outcome = line["outcome"] if line["outcome"] == "error" else worst(check["outcome"] for check in checks)
        return cast(ScenarioLine, {**line, "checks": checks, "outcome": outcome, "personality": self.personality.name})

    def _impossible(self, name: str) -> Mapping[int, str]:
        if name not in self._lost:
            self._lost[name] = impossible(self._scenarios[name], self.personality)
        return self._lost[name]

    def _broken_since(self, line: ScenarioLine) -> float:
        """The row of the stimulus at which the service first broke an XEP."""
        topic = self._scenarios[line["id"]].topic
        notes = (entry for entry in line["transcript"] if entry["dir"] == "note" and entry["text"] in self._breaks)
        reaching = (entry for entry in notes if topic in (self._breaks[entry["text"]] or (topic,)))
        return min((entry.get("row", 0) for entry in reaching), default=float("inf"))

    def _graded(self, check: Check, lost: Mapping[int, str], since: float) -> Check:
        kind = ROBUSTNESS if check["row"] > since else check["class"]
        first = min(lost, default=check["row"] + 1)
        if check["row"] < first:
            return cast(Check, {**check, "class": kind})
        blamed = lost.get(check["row"]) or f"{lost[first]} (behind row {first} the story is another)"
        why = f"personality {self.personality.name}: {blamed}"
        return cast(Check, {**check, "class": kind, "outcome": "skipped", "why": why})


def impossible(scenario: Scenario, personality: Personality) -> Mapping[int, str]:
    """The rows that not even the reference client passes under the personality, and which of its rows are to blame."""
    lost = _not_passed(scenario, personality)
    lost -= _not_passed(scenario, load("xep")) if lost else set()
    if not lost:
        return {}
    alone = {row.name: _not_passed(scenario, personality.only(row)) for row in personality.rows}
    return {number: _blamed(number, alone) for number in lost}


def _blamed(number: int, alone: Mapping[str, set[int]]) -> str:
    names = [name for name, lost in alone.items() if number in lost]
    return ", ".join(names) or "several of its rows together"


def _not_passed(scenario: Scenario, personality: Personality) -> set[int]:
    verdict = rehearse(scenario, personality=personality).verdict
    return {check.step.number for check in verdict.checks if check.outcome is not Outcome.PASS}

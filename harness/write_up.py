"""What becomes of a playing in the record: its line, its checks with their sections and weights."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from mockserver.muc.xml import render
from reports.record import Check as CheckLine
from reports.record import ScenarioLine, TranscriptLine
from reports.tally import class_of, worst

from .catalogue import requirements
from .model import Check, Event, Kind, Outcome, Scenario, Step, Verdict
from .pattern import Pattern


@dataclass(frozen=True, slots=True)
class Played:
    """How one scenario went. `crashed` marks the failed row as a crash; `seconds` is how long it took."""

    scenario: Scenario
    verdict: Verdict
    transcript: Sequence[TranscriptLine] = ()
    seconds: float = 0.0
    crashed: bool = False
    stderr: str = ""


def line(played: Played, *, again: Sequence[str], repeat_no: int = 0) -> ScenarioLine:
    """The record's line. `again` are the arguments of `mucspec run` for the command that repeats it."""
    scenario, verdict = played.scenario, played.verdict
    made: dict[str, Any] = {
        "record": "scenario",
        "id": scenario.id,
        "title": scenario.title,
        "outcome": str(verdict.outcome),
        "duration_ms": round(played.seconds * 1000, 1),
        "requirements": sorted({step.requirement for step in scenario.steps if step.requirement}),
        "checks": [check_line(check, scenario, crashed=played.crashed) for check in verdict.checks],
        "transcript": list(played.transcript),
        "repeat": shlex.join(["mucspec", "run", *again, "-k", scenario.id]),
        "topic": scenario.topic,
        "tags": list(scenario.tags),
        "subject": scenario.subject,
    }
    optional = {"why": verdict.why, "repeat_no": repeat_no, "stderr": played.stderr}
    return cast(ScenarioLine, made | {k: v for k, v in optional.items() if v})


def check_line(check: Check, scenario: Scenario, *, crashed: bool = False) -> CheckLine:
    """A graded row as the record has it."""
    step = check.step
    requirement = requirements().get(step.requirement or scenario.requirement)
    level = requirement.level if requirement else step.level
    failed_by_crash = crashed and check.outcome is Outcome.FAIL
    made: dict[str, Any] = {
        "id": step.check or f"{scenario.id}#service",
        "row": step.number,
        "requirement": step.requirement or scenario.requirement,
        "level": level,
        "class": "crash" if failed_by_crash else class_of(level, rated=step.rated, basis=step.basis),
        "outcome": str(check.outcome),
        "says": says(step),
    }
    where = {"section": requirement.section, "anchor": requirement.anchor} if requirement else {}
    texts = {"expected": check.expected, "closest": check.closest, "why": check.why, **where}
    return cast(CheckLine, made | {k: v for k, v in texts.items() if v})


def says(step: Step) -> str:
    """The row as a person would say it."""
    if step.kind is Kind.ANY_OF:
        return " or ".join(map(says, step.alternatives))
    what = render(step.what.element) if isinstance(step.what, Pattern) else step.what
    details = ", ".join(f"{k} = {v!r}" for k, v in step.details.items() if k != "room")
    return " ".join(filter(None, [step.who, str(step.kind), str(what), details]))


def with_exceptions(verdict: Verdict, exceptions: Sequence[tuple[int, Event]]) -> Verdict:
    """An exception that the library let escape fails the first checking row of its stimulus (DESIGN 5.2)."""
    checks = list(verdict.checks)
    for row, event in exceptions:
        place = next((n for n, c in enumerate(checks) if c.step.number >= row), len(checks) - 1)
        if place < 0 or _speaks_of(checks[place].step):
            continue
        told = f"the library let an exception escape: {event.fields.get('type')}: {event.fields.get('text')}"
        why = f"{told}; {checks[place].why}" if checks[place].why else told
        checks[place] = replace(checks[place], outcome=Outcome.FAIL, why=why)
    if checks == list(verdict.checks):
        return verdict
    return Verdict(Outcome(worst(str(c.outcome) for c in checks)), tuple(checks), verdict.why)


def _speaks_of(step: Step) -> bool:
    return bool(step.what == "exception")


def failed(scenario: Scenario, why: str) -> Verdict:
    """The verdict where nothing could be graded: an error, told in one line."""
    return Verdict(Outcome.ERROR, (), why)

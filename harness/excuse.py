"""What a library is not blamed for: operations and events that it does not have, stanzas that were not its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from .grade import LIBRARY_SILENT
from .lacking import lacked
from .model import Answer, Check, Command, Kind, Outcome, Step
from .pattern import Pattern

Issued = Sequence[tuple[Command, Answer | None]]


def excused(check: Check, *, issued: Issued, reports: Collection[str] | None) -> Check:
    """The check of a row about the subject, milder where it cannot tell anything about the library.

    `reports` are the events that the driver can report, None for all of them.
    """
    step = check.step
    if all(map(_on_wire, step.alternatives or (step,))) and (verb := _raw(step, issued)):
        return replace(check, outcome=Outcome.UNGRADED, why=f"{LIBRARY_SILENT}: {verb} was sent as raw XML")
    if reports is not None and (deaf := _deaf(step, reports)) and check.outcome is not Outcome.UNGRADED:
        return replace(check, outcome=Outcome.UNSUPPORTED, why=f"the library does not report {deaf}")
    if check.outcome is Outcome.FAIL and (why := _lacking(issued)):
        return replace(check, outcome=Outcome.UNSUPPORTED, why=why)
    return check


def _on_wire(row: Step) -> bool:
    return row.kind is Kind.SENDS or (row.kind is Kind.NEVER and isinstance(row.what, Pattern))


def _raw(step: Step, issued: Issued) -> str:
    """The last command of this session, if it was carried out as raw XML."""
    who = (step.alternatives or (step,))[0].who
    own = [(c, a) for c, a in issued if c.session == who]
    command, answer = own[-1] if own else (None, None)
    return command.verb if command and answer and answer.fields.get("via") == "raw" else ""


def _deaf(step: Step, reports: Collection[str]) -> str:
    """The event of this row, if the library never reports it; with alternatives, if all of them are such."""
    rows = step.alternatives or (step,)
    events = [row.what for row in rows if row.kind in (Kind.SEES, Kind.NEVER) and isinstance(row.what, str)]
    return " or ".join(events) if len(events) == len(rows) and not set(events) & set(reports) else ""


def _lacking(issued: Issued) -> str:
    """Why nothing came of an earlier command, if the library has no such operation."""
    for command, answer in issued:
        if command.to_client and answer and answer.fields.get("unsupported"):
            return lacked(command.verb, answer.fields)
    return ""

"""Scenarios that begin with what a library does not have: they are not played, for nothing in them could fail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .model import STIMULI, Check, Kind, Outcome, Scenario, Verdict

Lacks = Callable[[str], Mapping[str, Any]]  # what answers a verb that is not there


def lacked(verb: str, answer: Mapping[str, Any]) -> str:
    """How it is told that a library has no such operation."""
    return f"{verb} is not offered: {answer.get('why', '')}"


def not_offered(scenario: Scenario, can: Collection[str], lacks: Lacks) -> Verdict | None:
    """The verdict where the subject lacks a verb before any row checks something; None where there is something to see.

    What comes behind such a verb shows nothing about the library: what it demands cannot come, what it forbids neither.
    """
    for step in scenario.steps:
        if step.kind not in STIMULI:
            return None
        if step.kind is Kind.DOES and step.who in scenario.sessions and step.what not in can:
            why = lacked(step.what, lacks(step.what))
            rows = [row for row in scenario.steps if row.kind not in STIMULI] or [step]
            return Verdict(Outcome.UNSUPPORTED, tuple(Check(row, Outcome.UNSUPPORTED, why=why) for row in rows))
    return None

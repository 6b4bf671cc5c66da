"""A rehearsal in words: the rows that matter, and what was spoken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .model import Outcome, Verdict


def explain(verdict: Verdict, transcript: Iterable[tuple[str, str, Any]], *, whole: bool) -> None:
    """Print what did not pass; `whole`: every row and the transcript."""
    for check in verdict.checks:
        if whole or check.outcome is not Outcome.PASS:
            print(f"    row {check.step.number} {check.outcome}: {check.expected}\n        closest: {check.closest}")
            print(f"        why: {check.why}")
    for direction, session, what in transcript if whole else ():
        print(f"    {direction:6} {session}: {what}")

"""Scenarios about the service with every fault in turn: which rows each fault breaks first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from mockserver.faults import faulty, suspects
from mockserver.host import Host

from .model import STIMULI, Outcome, Scenario, Verdict
from .rehearse import rehearse_service

BROKEN = frozenset({Outcome.FAIL, Outcome.ERROR})
ENOUGH = 3  # late faults that are looked for, for one row


def played(scenario: Scenario, faults: Collection[str]) -> Mapping[str, str]:
    """Fault -> the check that it breaks first ("" if none). What fails without a fault is broken by none.

    The faults set in when the rooms are there. A fault that changes nothing in the right run is not played.
    """
    found = {}
    for fault in sorted(suspected(scenario, faults)):
        verdict = with_fault(scenario, fault)
        if verdict.outcome in BROKEN:
            found[fault] = first_broken(verdict)
    return found


def suspected(scenario: Scenario, faults: Collection[str]) -> set[str]:
    """Those of the faults that change anything in this scenario; none where it fails without them."""
    seen: list[set[str]] = []
    verdict = rehearse_service(scenario, lambda host: seen.append(suspects(host, faults))).verdict
    return seen[0] if seen and verdict.outcome is Outcome.PASS else set()


def with_fault(scenario: Scenario, fault: str, *, before: int = 0) -> Verdict:
    """How the scenario ends, as far as its first failure, if the fault sets in before this row."""

    def misbehave(host: Host) -> None:
        faulty(host, [fault])

    return rehearse_service(scenario, misbehave, before=before, hasty=True).verdict


def late(scenario: Scenario, checks: Collection[str], faults: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Check -> the first few faults that break it first if they set in where its part of the story begins.

    A row that demands of a second request what an earlier one demanded of the first needs them.
    """
    names = sorted(suspected(scenario, faults))
    found = {}
    for at, step in enumerate(scenario.steps):
        if step.check in checks:
            breakers = (name for name in names if _breaks(scenario, step.check, name, before=_begins(scenario, at)))
            found[step.check] = list(islice(breakers, ENOUGH))
    return found


def _breaks(scenario: Scenario, check: str, fault: str, *, before: int) -> bool:
    return first_broken(with_fault(scenario, fault, before=before)) == check


def _begins(scenario: Scenario, at: int) -> int:
    """The number of the first row of the block of stimuli before this row."""
    while at > 0 and scenario.steps[at].kind not in STIMULI:
        at -= 1
    while at > 0 and scenario.steps[at - 1].kind in STIMULI:
        at -= 1
    return scenario.steps[at].number


def first_broken(verdict: Verdict) -> str:
    """The check that fails while every earlier one passes."""
    wrong = next((check for check in verdict.checks if check.outcome is not Outcome.PASS), None)
    return wrong.step.check if wrong is not None and wrong.outcome in BROKEN else ""


def most_break(faults: Collection[str], sample: Sequence[Scenario], *, share: float) -> list[str]:
    """Those of the faults that break more than this share of the sample."""
    most = share * len(sample)
    changed = [suspected(scenario, faults) for scenario in sample]
    often = [fault for fault in faults if sum(fault in names for names in changed) > most]
    return [
        fault for fault in often if sum(with_fault(scenario, fault).outcome in BROKEN for scenario in sample) > most
    ]

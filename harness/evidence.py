"""What was seen to hold: the checks that passed, from stored records or from a rehearsal in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.record import Record, ScenarioLine

from .model import Outcome, Scenario
from .rehearse import rehearse


@dataclass(frozen=True, slots=True)
class Evidence:
    """`checks` passed; `scenarios` passed as a whole; `stanzas` that were on the wire in those, by scenario.

    `tags` are those of scenarios of another corpus that passed.
    """

    checks: frozenset[str]
    scenarios: frozenset[str]
    stanzas: dict[str, tuple[str, ...]]
    source: str
    tags: frozenset[str] = frozenset()


def of_records(records: Sequence[Record]) -> Evidence:
    """What passed in at least one of these records."""
    lines = [line for record in records for line in record.scenarios]
    passed = [line for line in lines if line["outcome"] == "pass"]
    return Evidence(
        frozenset(check["id"] for line in lines for check in line["checks"] if check["outcome"] == "pass"),
        frozenset(line["id"] for line in passed),
        {line["id"]: tuple(_spoken(line)) for line in passed},
        ", ".join(record.name for record in records),
    )


def of_rehearsal(scenarios: Iterable[Scenario]) -> Evidence:
    """What passes in memory with the reference client."""
    played = {scenario.id: rehearse(scenario) for scenario in scenarios}
    passed = {name for name, one in played.items() if one.verdict.outcome is Outcome.PASS}
    checks = [check for one in played.values() for check in one.verdict.checks if check.outcome is Outcome.PASS]
    stanzas = {
        name: tuple(str(what) for way, _, what in one.transcript if way in ("in", "out"))
        for name, one in played.items()
        if name in passed
    }
    return Evidence(frozenset(c.step.check for c in checks), frozenset(passed), stanzas, "rehearsal in memory")


def _spoken(line: ScenarioLine) -> Iterator[str]:
    yield from (moment["xml"] for moment in line["transcript"] if "xml" in moment and not moment.get("fence"))

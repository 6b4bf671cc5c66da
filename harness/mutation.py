"""The mutation run: every defect in turn over the corpus, and which rows each one breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .drivers.reference.defects import DEFECTS
from .model import STIMULI, Outcome, Scenario, Verdict
from .rehearse import rehearse

BROKEN = frozenset({Outcome.FAIL, Outcome.ERROR})
TOO_COARSE = 0.25  # a defect that breaks more of the corpus than this proves nothing about a row


@dataclass(frozen=True, slots=True)
class Mutation:
    """Which defects break what: scenario -> defects, row's check id -> defects, defect -> scenarios."""

    scenarios: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[str]]
    defects: Mapping[str, Sequence[str]]
    coarse: Sequence[str]

    def holes(self) -> list[str]:
        """The scenarios, rows and defects that are without."""
        tables = {"scenario": self.scenarios, "row": self.rows, "defect": self.defects}
        return [f"{kind} {name}" for kind, table in tables.items() for name, found in table.items() if not found]


def mutate(scenarios: Sequence[Scenario], *, progress: Callable[[str], None] = lambda _: None) -> Mutation:
    """Rehearse the corpus with every defect in turn."""
    rows = {step.check: [] for s in scenarios for step in s.steps if step.kind not in STIMULI}  # type: dict[str, list[str]]
    broken: dict[str, list[str]] = {s.id: [] for s in scenarios}
    caught: dict[str, list[str]] = {}
    coarse = []
    for defect in DEFECTS:
        progress(defect)
        verdicts = {s.id: rehearse(s, defects=[defect]).verdict for s in scenarios}
        caught[defect] = [name for name, verdict in verdicts.items() if verdict.outcome in BROKEN]
        if len(caught[defect]) > max(3, TOO_COARSE * len(scenarios)):
            coarse.append(defect)
            continue
        for name in caught[defect]:
            broken[name].append(defect)
            for check in _first_broken(verdicts[name]):
                rows.setdefault(check, []).append(defect)
    return Mutation(broken, rows, caught, coarse)


def _first_broken(verdict: Verdict) -> Iterable[str]:
    """The row that fails while every earlier one passes."""
    for check in verdict.checks:
        if check.outcome in BROKEN:
            yield check.step.check
            return

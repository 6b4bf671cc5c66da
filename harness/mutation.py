"""The mutation run: every defect in turn over the corpus, and which rows each one breaks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from .drivers.reference.defects import DEFECTS
from .load import SERVICE
from .model import STIMULI, Outcome, Scenario, Verdict
from .rehearse import rehearse

BROKEN = frozenset({Outcome.FAIL, Outcome.ERROR})
TOO_COARSE = 0.25  # a defect that breaks more of the corpus than this proves nothing about a row
FEW = 3  # so many scenarios a defect may break in the smallest corpus
SAMPLE = 10  # where a part of the corpus is played, each tenth scenario of the whole tells what is too coarse:
MOST = 0.5  # what breaks this much of the sample, which is not exact

Found = Mapping[str, str]  # scenario that a defect breaks -> the check that it breaks first, "" if none


@dataclass(frozen=True, slots=True)
class Mutation:
    """Which defects break what: scenario -> defects, row's check id -> defects, defect -> scenarios."""

    scenarios: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[str]]
    defects: Mapping[str, Sequence[str]]
    coarse: Sequence[str]

    def holes(self, *, part: bool = False) -> list[str]:
        """The scenarios, rows and defects that are without; a part of the corpus need not catch every defect."""
        tables = {"scenario": self.scenarios, "row": self.rows} | ({} if part else {"defect": self.defects})
        return [f"{kind} {name}" for kind, table in tables.items() for name, found in table.items() if not found]


def mutate(
    scenarios: Sequence[Scenario],
    *,
    whole: Sequence[Scenario] = (),
    defects: Iterable[str] = DEFECTS,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Mutation:
    """Rehearse these scenarios with every defect in turn, in `jobs` processes (by default one a core).

    `whole` is the corpus that they are a part of. The result does not depend on `jobs`. `progress` is told each defect
    when it is done. What fails without a defect is broken by none.
    """
    scenarios, whole = _about_clients(scenarios), _about_clients(whole)
    names, unsound = list(defects), _broken_by(scenarios)
    plan = Plan(scenarios, whole[::SAMPLE] if len(whole) > len(scenarios) else ())
    found, coarse = {}, []
    for name, (broken, too_coarse) in zip(names, _played(plan, names, jobs or os.cpu_count() or 1), strict=True):
        found[name] = {scenario: check for scenario, check in broken.items() if scenario not in unsound}
        coarse += [name] if too_coarse else []
        progress(name)
    return _tables(scenarios, found, coarse)


def _about_clients(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """A client's defect proves nothing about the service."""
    return [scenario for scenario in scenarios if scenario.subject != SERVICE]


def _tables(scenarios: Sequence[Scenario], found: Mapping[str, Found], coarse: Sequence[str]) -> Mutation:
    rows: dict[str, list[str]] = {step.check: [] for s in scenarios for step in s.steps if step.kind not in STIMULI}
    broken: dict[str, list[str]] = {s.id: [] for s in scenarios}
    for name, where in found.items():
        for scenario, check in where.items() if name not in coarse else ():
            broken[scenario].append(name)
            if check in rows:
                rows[check].append(name)
    return Mutation(broken, rows, {name: list(where) for name, where in found.items()}, coarse)


# one defect


def _broken_by(scenarios: Sequence[Scenario], *defects: str) -> Found:
    """What a client with this defect breaks, or the right one."""
    verdicts = {s.id: rehearse(s, defects=defects).verdict for s in scenarios}
    return {name: _first_broken(verdict) for name, verdict in verdicts.items() if verdict.outcome in BROKEN}


def _first_broken(verdict: Verdict) -> str:
    """The check that fails while every earlier one passes."""
    wrong = next((check for check in verdict.checks if check.outcome is not Outcome.PASS), None)
    return wrong.step.check if wrong is not None and wrong.outcome in BROKEN else ""


# all of them


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played with each defect."""

    scenarios: Sequence[Scenario]
    sample: Sequence[Scenario] = ()

    def play(self, defect: str) -> tuple[Found, bool]:
        """What the defect breaks, and whether it breaks too much to prove anything."""
        found = _broken_by(self.scenarios, defect)
        if not found or not self.sample:
            return found, len(found) > max(FEW, TOO_COARSE * len(self.scenarios))
        return found, len(_broken_by(self.sample, defect)) > MOST * len(self.sample)


def _played(plan: Plan, defects: Sequence[str], jobs: int) -> Iterator[tuple[Found, bool]]:
    """What each defect breaks, in the order of the defects."""
    if jobs == 1:
        yield from map(plan.play, defects)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (plan,))
    try:
        yield from pool.map(_play_in_pool, defects)
    finally:  # after Ctrl-C each process ends its defect, and begins no other
        pool.shutdown(cancel_futures=True)


_plans: list[Plan] = []  # in a process of the pool: the one that it follows


def _begin(plan: Plan) -> None:
    """A process of the pool is there. Ctrl-C is for the one that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _plans[:] = [plan]


def _play_in_pool(defect: str) -> tuple[Found, bool]:
    return _plans[0].play(defect)

"""The mutation run: every defect and every fault in turn over the corpus, and which rows each one breaks.

Scenarios about clients are played with the defects of the reference client, those about the service with the faults of
the service: neither proves anything about the other.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

from mockserver.faults import FAULTS

from . import faulting
from .drivers.reference.defects import DEFECTS
from .drivers.reference.mistakes import TEXTS
from .faulting import BROKEN, first_broken
from .load import SERVICE
from .model import STIMULI, Scenario
from .rehearse import rehearse

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
    faults: Iterable[str] = FAULTS,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Mutation:
    """Rehearse these scenarios with every defect or fault in turn, in `jobs` processes (by default one a core).

    `whole` is the corpus that they are a part of. The result does not depend on `jobs`. `progress` is told each defect,
    and each scenario about the service, when it is done. What fails without a defect is broken by none.
    """
    jobs, faults = jobs or os.cpu_count() or 1, list(faults)
    clients, services = _parted(scenarios)
    whole_clients, whole_services = _parted(whole)
    found, coarse = _with_defects(clients, _sample(clients, whole_clients), list(defects), jobs, progress)
    if services:
        more, too_coarse = _with_faults(services, _sample(services, whole_services), faults, jobs, progress)
        found, coarse = {**found, **more}, [*coarse, *too_coarse]
    mutation = _tables(scenarios, found, coarse)
    fine = [name for name in faults if name not in coarse]
    return replace(mutation, rows={**mutation.rows, **_late(services, mutation.rows, fine, jobs)})


def _parted(scenarios: Sequence[Scenario]) -> tuple[list[Scenario], list[Scenario]]:
    """Those about clients, and those about the service."""
    about = [scenario.subject == SERVICE for scenario in scenarios]
    clients = [scenario for scenario, service in zip(scenarios, about, strict=True) if not service]
    return clients, [scenario for scenario, service in zip(scenarios, about, strict=True) if service]


def _sample(scenarios: Sequence[Scenario], whole: Sequence[Scenario]) -> Sequence[Scenario]:
    """Some of the whole, where the scenarios are a part of it."""
    return whole[::SAMPLE] if len(whole) > len(scenarios) else ()


def _tables(scenarios: Sequence[Scenario], found: Mapping[str, Found], coarse: Sequence[str]) -> Mutation:
    rows: dict[str, list[str]] = {step.check: [] for s in scenarios for step in s.steps if step.kind not in STIMULI}
    broken: dict[str, list[str]] = {s.id: [] for s in scenarios}
    for name, where in found.items():
        for scenario, check in where.items() if name not in coarse else ():
            broken[scenario].append(name)
            if check in rows:
                rows[check].append(name)
    return Mutation(broken, rows, {name: list(where) for name, where in found.items()}, coarse)


# defects


def _with_defects(
    scenarios: Sequence[Scenario],
    sample: Sequence[Scenario],
    names: Sequence[str],
    jobs: int,
    progress: Callable[[str], None],
) -> tuple[dict[str, Found], list[str]]:
    consulted = {scenario.id: _consulted(scenario) for scenario in scenarios}
    plan = Plan([scenario for scenario in scenarios if consulted[scenario.id]], consulted, sample)
    found, coarse = {}, []
    for name, (broken, too_coarse) in zip(names, _in_turn(Plan.play, plan, names, jobs), strict=True):
        found[name] = broken
        coarse += [name] if too_coarse else []
        progress(name)
    return found, coarse


def _consulted(scenario: Scenario) -> frozenset[str]:
    """The defects that the right client might have had here; none where it fails."""
    asked = Asked()
    verdict = rehearse(scenario, defects=asked).verdict
    return frozenset() if verdict.outcome in BROKEN else frozenset(asked.names | TEXTS.keys())


class Asked(frozenset[str]):
    """No defects; `names` are those that the client asked for. (The mistakes of its tables are not asked for.)"""

    names: set[str]

    def __new__(cls) -> Asked:
        self = super().__new__(cls)
        self.names = set()
        return self

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played with each defect: `consulted` has the defects by which a scenario may differ at all."""

    scenarios: Sequence[Scenario]
    consulted: Mapping[str, frozenset[str]]
    sample: Sequence[Scenario] = ()

    def play(self, defect: str) -> tuple[Found, bool]:
        """What the defect breaks, and whether it breaks too much to prove anything."""
        found = _broken_by([s for s in self.scenarios if defect in self.consulted[s.id]], defect)
        if not found or not self.sample:
            return found, len(found) > max(FEW, TOO_COARSE * len(self.scenarios))
        return found, len(_broken_by(self.sample, defect)) > MOST * len(self.sample)


def _broken_by(scenarios: Sequence[Scenario], defect: str) -> Found:
    """What a client with this defect breaks."""
    verdicts = {s.id: rehearse(s, defects=(defect,)).verdict for s in scenarios}
    return {name: first_broken(verdict) for name, verdict in verdicts.items() if verdict.outcome in BROKEN}


# faults


def _with_faults(
    scenarios: Sequence[Scenario],
    sample: Sequence[Scenario],
    names: Sequence[str],
    jobs: int,
    progress: Callable[[str], None],
) -> tuple[dict[str, Found], list[str]]:
    caught: dict[str, dict[str, str]] = {name: {} for name in names}
    for scenario, broken in zip(scenarios, _in_turn(_faulted, names, scenarios, jobs), strict=True):
        for name, check in broken.items():
            caught[name][scenario.id] = check
        progress(scenario.id)
    found: dict[str, Found] = dict(caught)
    some = [name for name, broken in found.items() if broken]
    if sample:
        return found, faulting.most_break(some, sample, share=MOST)
    most = max(FEW, TOO_COARSE * len(scenarios))
    return found, [name for name in some if len(found[name]) > most]


def _faulted(names: Sequence[str], scenario: Scenario) -> Mapping[str, str]:
    return faulting.played(scenario, names)


def _late(
    scenarios: Sequence[Scenario], rows: Mapping[str, Sequence[str]], names: Sequence[str], jobs: int
) -> Mapping[str, Sequence[str]]:
    """What breaks the rows that no fault breaks from the beginning."""
    whole = [(s, [step.check for step in s.steps if rows.get(step.check) == []]) for s in scenarios]
    cases = [(scenario, checks) for scenario, checks in whole if checks]
    return {check: found for late in _in_turn(_set_in_late, names, cases, jobs) for check, found in late.items()}


def _set_in_late(names: Sequence[str], case: tuple[Scenario, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    return faulting.late(*case, names)


# several at a time


def _in_turn(play: Callable[[Any, Any], Any], plan: Any, cases: Sequence[Any], jobs: int) -> Iterator[Any]:
    """What comes of each case, in their order."""
    if jobs == 1 or len(cases) < 2:
        yield from (play(plan, case) for case in cases)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (play, plan))
    try:
        yield from pool.map(_play_in_pool, cases)
    finally:  # after Ctrl-C each process ends its case, and begins no other
        pool.shutdown(cancel_futures=True)


_plans: list[Any] = []  # in a process of the pool: what it plays, and the plan that it follows


def _begin(play: Callable[[Any, Any], Any], plan: Any) -> None:
    """A process of the pool is there. Ctrl-C is for the one that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _plans[:] = [play, plan]


def _play_in_pool(case: Any) -> Any:
    play, plan = _plans
    return play(plan, case)

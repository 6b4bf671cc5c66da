"""The real run of one client: processes of its driver side by side, one queue of jobs, outcomes in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, DeferredList
from twisted.python.failure import Failure

from . import faketime
from .clients import Client
from .dialogue import DriverGone
from .ground import Ground
from .lines import Hello
from .process import CannotStart
from .runner import Done, DriverWontStart, Job, Options, Run
from .write_up import Played

MOST = 4  # processes of one client
WORTH = 100  # jobs that make another process worth its start


class Team:
    """`start` it, then `play` its jobs. All processes take from one queue; one that will not start is done without."""

    def __init__(
        self, client: Client, command: Sequence[str], jobs: Sequence[Job], *, ground: Ground, options: Options
    ) -> None:
        self._queue = deque(job for job in jobs if not faketime.advances(job.scenario))
        self._in_time = deque(job for job in jobs if faketime.advances(job.scenario))
        size = processes(len(self._queue), options)
        share = replace(options, jobs=options.jobs // size)
        self._runs = [Run(client, command, ground=ground, options=share) for _ in range(size)]
        self._starts: list[Deferred[bool]] = []  # of all but the first
        self._late = Run(client, command, ground=ground, options=options)  # its process has a clock of its own
        self._one_at_a_time = options.jobs == 1 or options.isolate

    async def start(self) -> Hello:
        """Start the processes; the hello of the first. Raises `DriverWontStart` or `CannotStart`."""
        first, *others = self._runs
        self._starts = [Deferred.fromCoroutine(_there(run)) for run in others]
        try:
            return await first.start()
        except BaseException:
            for start in self._starts:
                start.cancel()
            for run in others:
                await run.stop()
            raise

    async def play(self, done: Done) -> None:
        """All of them; `done` is told of each in the order of their places."""
        told = InOrder(done)
        if self._one_at_a_time:
            await self._beside(told)
            await self._late.play_in_time(self._in_time, told)
        else:
            await together([self._beside(told), self._late.play_in_time(self._in_time, told)])

    async def _beside(self, told: Done) -> None:
        first, *others = self._runs
        helping = (self._help(run, start, told) for run, start in zip(others, self._starts, strict=True))
        await together([first.play(self._queue, told), *helping])

    async def _help(self, run: Run, start: Deferred[bool], told: Done) -> None:
        if await start:  # else the others do its work
            await run.play(self._queue, told)


async def _there(run: Run) -> bool:
    """Whether it has started."""
    try:
        await run.start()
    except CancelledError:
        await run.stop()
        return False
    except (DriverGone, DriverWontStart, CannotStart):
        return False
    return True


def processes(jobs: int, options: Options) -> int:
    """How many are worth while: as the processors, the jobs and `--jobs` allow."""
    if options.isolate:
        return 1
    return max(1, min(os.cpu_count() or 1, MOST, jobs // WORTH, options.jobs or MOST))


async def together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Wait for all; the failure of one, and Ctrl-C, cancel the others, whose end is waited for. Raises the first."""
    members = [Deferred.fromCoroutine(each) for each in work]
    failures: list[Failure] = []

    def cancel_all(failure: Failure) -> None:
        failures.append(failure)
        for member in members:
            member.cancel()

    for member in members:
        member.addErrback(cancel_all)
    await DeferredList(members)
    if failures:
        failures[0].raiseException()


class InOrder:
    """Passes on what is told in the order of places, from 0."""

    def __init__(self, done: Done) -> None:
        self._done = done
        self._finished: dict[int, tuple[Job, Played]] = {}
        self._next = 0

    def __call__(self, job: Job, played: Played) -> None:
        self._finished[job.place] = (job, played)
        while self._next in self._finished:
            self._done(*self._finished.pop(self._next))
            self._next += 1

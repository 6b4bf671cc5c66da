"""The real run of one client: processes of its driver side by side, one queue of jobs, outcomes in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from twisted.internet.defer import Deferred, DeferredList
from twisted.python.failure import Failure

from .clients import Client
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
        self._queue = deque(jobs)
        size = processes(len(jobs), options)
        share = replace(options, jobs=options.jobs // size)
        self._runs = [Run(client, command, ground=ground, options=share) for _ in range(size)]

    async def start(self) -> Hello:
        """Start the first process; its hello. Raises `DriverWontStart` or `CannotStart`."""
        return await self._runs[0].start()

    async def play(self, done: Done) -> None:
        """All of them; `done` is told of each in the order of their places."""
        told = InOrder(done)
        members = [self._runs[0].play(self._queue, told), *(self._help(run, told) for run in self._runs[1:])]
        await together([Deferred.fromCoroutine(member) for member in members])

    async def _help(self, run: Run, told: Done) -> None:
        try:
            await run.start()
        except (DriverWontStart, CannotStart):
            return  # the others do its work
        await run.play(self._queue, told)


def processes(jobs: int, options: Options) -> int:
    """How many are worth while: as the processors, the jobs and `--jobs` allow."""
    if options.isolate:
        return 1
    return max(1, min(os.cpu_count() or 1, MOST, jobs // WORTH, options.jobs or MOST))


async def together(members: Sequence[Deferred[None]]) -> None:
    """Wait for all; the failure of one, and Ctrl-C, cancel the others, whose end is waited for. Raises the first."""
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

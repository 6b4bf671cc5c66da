"""Scenarios against one process of a driver, several in flight; crashes are looked into alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from twisted.internet.defer import CancelledError, Deferred, DeferredLock, FirstError, gatherResults

from . import faketime
from .clients import Client
from .dialogue import Dialogue, DriverGone, End
from .ground import Ground, Unanswered, Unplayable
from .lacking import not_offered
from .lines import Hello
from .model import Outcome, Scenario, Verdict
from .playing import Playing
from .write_up import Played, failed, with_exceptions

STARTS = 2  # times in a row that a driver may fail to start
STDERR_SHOWN = 2000  # characters


@dataclass(frozen=True, slots=True)
class Job:
    """One playing to be: its place in the record, the scenario, and which time it is."""

    place: int
    scenario: Scenario
    repeat_no: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes. `jobs` in flight at most; `isolate` gives every scenario a process of its own."""

    jobs: int = 0
    isolate: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


Done = Callable[[Job, Played], None]


class DriverWontStart(Exception):
    """It failed to start, twice."""


class Run:
    """`play` jobs from a queue that it may share with others; `done` is told of each as it ends."""

    def __init__(self, client: Client, command: Sequence[str], *, ground: Ground, options: Options) -> None:
        self.hello: Hello | None = None
        self._client, self._command, self._ground, self._options = client, command, ground, options
        self._finish: Done = lambda job, played: None
        self._waiting: deque[Job] = deque()
        self._alone: list[Job] = []
        self._dialogue: Dialogue | None = None
        self._hand: faketime.Hand | None = None  # moves the clock of the process that is there now
        self._starting = DeferredLock()
        self._failed_starts = 0
        self._why_no_start = ""

    async def start(self) -> Hello:
        """Start the driver; its hello. Raises `DriverGone` or `CannotStart`."""
        await self._driver()
        assert self.hello is not None
        return self.hello

    async def play(self, queue: deque[Job], done: Done) -> None:
        """What is in the queue, until it is empty; then the driver is ended."""
        self._waiting, self._finish = queue, done
        try:
            if self._options.isolate:
                self._alone, self._waiting = list(queue), deque()
            await self._side_by_side()
            for job in sorted(self._alone, key=lambda job: job.place):
                await self._by_itself(job)
        finally:
            await self.stop()

    async def play_in_time(self, queue: deque[Job], done: Done) -> None:
        """The same, one after the other, with a clock that is put forward; skipped where nothing can do it."""
        self._finish = done
        with faketime.hand(self._client.driver.clock) as self._hand:
            try:
                while queue:
                    await self._in_its_time(queue.popleft())
            finally:
                await self.stop()

    async def stop(self) -> None:
        """End the driver."""
        if self._dialogue is not None and not self._dialogue.gone:
            await self._dialogue.stop()

    # how they are played

    async def _side_by_side(self) -> None:
        most = self._options.jobs or self._client.driver.parallel
        width = max(1, min(most, self._client.driver.parallel, len(self._waiting)))
        lanes = [Deferred.fromCoroutine(self._lane()) for _ in range(width)]
        try:
            await gatherResults(lanes, consumeErrors=True)
        except FirstError as first:
            first.subFailure.raiseException()
        finally:
            for lane in lanes:
                lane.cancel()

    async def _lane(self) -> None:
        while self._waiting:
            job = self._waiting.popleft()
            try:
                self._finish(job, await self._once(job))
            except DriverGone as gone:
                if gone.how is End.STOPPED:
                    raise
                self._alone.append(job)
            except DriverWontStart as complaint:
                self._finish(job, Played(job.scenario, failed(job.scenario, str(complaint))))

    async def _in_its_time(self, job: Job) -> None:
        if self._hand is None:
            why = faketime.obstacle(self._client.driver.clock)
            return self._finish(job, Played(job.scenario, Verdict(Outcome.SKIPPED, (), why)))
        if self._options.isolate:
            return await self._by_itself(job)
        try:
            played = await self._once(job)
        except DriverGone as gone:
            if gone.how is End.STOPPED:
                raise
            return await self._by_itself(job)
        except DriverWontStart as complaint:
            played = Played(job.scenario, failed(job.scenario, str(complaint)))
        return self._finish(job, played)

    async def _by_itself(self, job: Job) -> None:
        """In a fresh process with nobody beside it: what dies here is what this scenario does to it."""
        await self.stop()
        playing: list[Playing] = []
        try:
            played = await self._once(job, keep=playing)
        except DriverGone as gone:
            if gone.how is End.STOPPED:
                raise
            played = self._crashed(job, gone, playing)
        except DriverWontStart as complaint:
            played = Played(job.scenario, failed(job.scenario, str(complaint)))
        self._finish(job, played)

    async def _once(self, job: Job, *, keep: list[Playing] | None = None) -> Played:
        dialogue = await self._driver()
        if verdict := not_offered(job.scenario, dialogue.can, self._client.driver.lacks):
            return Played(job.scenario, verdict)
        tag = f"s{job.place}"
        playing = Playing(
            job.scenario,
            self._client.driver,
            dialogue,
            replace(self._ground, hands=(self._hand,) if self._hand else ()),
            tag=tag,
        )
        if keep is not None:
            keep.append(playing)
        crashed = False
        try:
            verdict = with_exceptions(await playing.play(), playing.exceptions)
        except Unplayable as complaint:
            verdict = failed(job.scenario, str(complaint))
        except Unanswered as complaint:
            playing.referee.halt(str(complaint))
            verdict, crashed = _of(playing), True
        except (DriverGone, CancelledError):
            raise
        except Exception as mistake:  # ours: this scenario ends as an error, the run goes on
            verdict = failed(job.scenario, f"mucspec itself broke: {type(mistake).__name__}: {mistake}")
        return self._played(playing, verdict, crashed=crashed)

    def _crashed(self, job: Job, gone: DriverGone, playing: list[Playing]) -> Played:
        if not playing or gone.how is End.BROKEN:
            return Played(job.scenario, failed(job.scenario, gone.why), stderr=self._stderr())
        playing[0].referee.halt(gone.why)
        return self._played(playing[0], _of(playing[0]), crashed=True)

    def _played(self, playing: Playing, verdict: Verdict, *, crashed: bool) -> Played:
        stderr = self._stderr() if crashed or verdict.outcome is Outcome.ERROR else ""
        lines, seconds = playing.transcript.lines, playing.transcript.elapsed
        return Played(playing.scenario, verdict, lines, seconds, crashed, stderr)

    def _stderr(self) -> str:
        return self._dialogue.stderr[-STDERR_SHOWN:] if self._dialogue else ""

    # the process

    async def _driver(self) -> Dialogue:
        """The process, a new one where there is none. Raises `DriverWontStart`."""
        await self._starting.acquire()
        try:
            while self._dialogue is None or self._dialogue.gone:
                await self._start()
            return self._dialogue
        finally:
            self._starting.release()

    async def _start(self) -> None:
        if self._failed_starts >= STARTS:
            raise DriverWontStart(self._why_no_start)
        self._dialogue = Dialogue(
            self._command,
            reactor=self._ground.reactor,
            patience=self._ground.patience,
            environment={**self._options.environment, **(self._hand.environment if self._hand else {})},
        )
        if self._hand:
            self._hand.processes.append(self._dialogue.pid)
        try:
            self.hello = await self._dialogue.greet()
            self._failed_starts = 0
        except DriverGone as gone:
            if gone.how is End.STOPPED:
                raise
            self._failed_starts += 1
            self._why_no_start = _with_last_line(f"the driver does not start: {gone.why}", self._dialogue.stderr)


def _of(playing: Playing) -> Verdict:
    assert playing.referee.verdict is not None
    return playing.referee.verdict


def _with_last_line(text: str, stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return f"{text}; it wrote: {lines[-1]}" if lines else text

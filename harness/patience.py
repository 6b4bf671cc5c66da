"""Waiting for others in small ticks: the time in which this process itself stood still is held against nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred

TICK = 1.0  # seconds
T = TypeVar("T")


def patiently(
    waiting: Deferred[T], seconds: float, clock: Any, late: Callable[[Any, float], Any] | None = None
) -> Deferred[T]:
    """`Deferred.addTimeout`, in ticks."""
    ticking: Any = Patience(clock)
    return waiting.addTimeout(seconds, ticking, late)


class Patience:
    """What `Deferred.addTimeout` takes for a clock. After a standstill, however long, only one tick is gone."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def callLater(self, seconds: float, call: Callable[[], Any]) -> Countdown:
        """As Twisted's clocks do it."""
        return Countdown(self._clock, seconds, call)


class Countdown:
    """The ticks that are left until `call`."""

    def __init__(self, clock: Any, seconds: float, call: Callable[[], Any]) -> None:
        self._clock, self._left, self._call = clock, seconds, call
        self._tick()

    def active(self) -> bool:
        """Whether there are ticks left."""
        return bool(self._timer.active())

    def cancel(self) -> None:
        """No more ticks, no call."""
        self._timer.cancel()

    def _tick(self) -> None:
        step = min(TICK, self._left)
        self._left -= step
        self._timer = self._clock.callLater(step, self._tick if self._left > 0 else self._call)

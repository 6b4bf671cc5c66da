"""A clock that can be put forward: timers that become due by that are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Call:
    """A call that is waited for, as `IDelayedCall`: `getTime` is in the time of the clock that was put forward."""

    def __init__(self, clock: ShiftedClock, due: float, function: Callable[[], object]) -> None:
        self._clock, self._due, self._function = clock, due, function
        self._waiting: Any = None

    def wait(self, reactor: Any) -> None:
        """Wait (anew), as long as it still takes."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = reactor.callLater(max(0.0, self._due - self._clock.seconds()), self._go)

    def getTime(self) -> float:
        return self._due

    def active(self) -> bool:
        return bool(self._waiting and self._waiting.active())

    def cancel(self) -> None:
        self._waiting.cancel()
        self._clock.calls.discard(self)

    def _go(self) -> None:
        self._clock.calls.discard(self)
        self._function()


class ShiftedClock:
    """`IReactorTime`, as far as a porch needs it, ahead of the reactor by `ahead` seconds."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self.ahead = 0.0
        self.calls: set[Call] = set()

    def seconds(self) -> float:
        return float(self._reactor.seconds()) + self.ahead

    def callLater(self, delay: float, function: Callable[..., object], *args: Any, **named: Any) -> Call:
        call = Call(self, self.seconds() + delay, lambda: function(*args, **named))
        self.calls.add(call)
        call.wait(self._reactor)
        return call

    def advance(self, seconds: float) -> None:
        """Put it forward; what is due by then happens in the reactor's next turn, the earliest first."""
        self.ahead += seconds
        for call in sorted(self.calls, key=Call.getTime):
            call.wait(self._reactor)

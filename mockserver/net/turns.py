"""The end of a reactor's turn, when what waits is written, and the host's next timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .outbox import Outbox


class Turns:
    """`reactor` gives the turns, `clock` the timers; `due` says when `tick` is wanted, `tick` does what is due.

    Where somebody keeps what happens, `settle` is called at the end of every turn, before anything leaves: it says
    whether that may.
    """

    def __init__(self, reactor: Any, clock: Any, *, due: Callable[[], float | None], tick: Callable[[], None]) -> None:
        self._reactor = reactor
        self._clock = clock
        self._due = due
        self._tick = tick
        self._timer: Any = None
        self._woken: list[Outbox] = []
        self._ending = False
        self.settle: Callable[[], bool] | None = None

    def wake(self, outbox: Outbox) -> None:
        """This outbox has something to write before the turn is over."""
        outbox.settle = self.settle
        self._woken.append(outbox)
        self.end_soon()

    def end_soon(self) -> None:
        """Something happened: write at the end of the turn, and look at the timer."""
        if not self._ending:
            self._ending = True
            self._reactor.callLater(0, self._end)

    def stop(self) -> None:
        """No more timers."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _end(self) -> None:
        self._ending = False
        if self.settle is not None:
            self.settle()
        woken, self._woken = self._woken, []
        for outbox in woken:
            outbox.flush()
        due = self._due()
        if self._timer is not None and self._timer.active() and self._timer.getTime() == due:
            return
        self.stop()
        if due is not None:
            self._timer = self._clock.callLater(max(0.0, due - self._clock.seconds()), self._tick)

"""Run a coroutine on Twisted's reactor, from its beginning to its end or to Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")
Main = Callable[[Any], Coroutine[Any, Any, T]]


def run(main: Main[T]) -> T:
    """What `main(reactor)` returns or raises. Ctrl-C cancels it, waits for its cleaning up, and is raised."""
    from twisted.internet import reactor

    return _Run(main, reactor).go()


class _Run(Generic[T]):
    def __init__(self, main: Main[T], reactor: Any) -> None:
        self._main, self._reactor = main, reactor
        self._running: Deferred[T] | None = None
        self._end: T | Failure | None = None
        self._over = False
        self._cleaning: Deferred[None] | None = None  # while Ctrl-C is waited for

    def go(self) -> T:
        self._reactor.addSystemEventTrigger("before", "shutdown", self._interrupted)
        self._reactor.callWhenRunning(self._heed_hang_up)
        self._reactor.callWhenRunning(self._begin)
        self._reactor.run()
        if self._cleaning or not self._over:
            raise KeyboardInterrupt
        if isinstance(self._end, Failure):
            self._end.raiseException()
        result: Any = self._end
        return result  # type: ignore[no-any-return]  # what main returned: None is one of its values

    def _heed_hang_up(self) -> None:
        """A terminal that is closed ends it like Ctrl-C, which the reactor knows itself; nohup keeps it from that."""
        hang_up = getattr(signal, "SIGHUP", None)
        if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_DFL:
            signal.signal(hang_up, lambda number, frame: self._reactor.callFromThread(self._reactor.stop))

    def _begin(self) -> None:
        self._running = Deferred.fromCoroutine(self._main(self._reactor))
        self._running.addBoth(self._ended)

    def _ended(self, end: Any) -> None:
        self._end, self._over = end, True
        if self._cleaning:
            self._cleaning.callback(None)
        else:
            self._reactor.stop()

    def _interrupted(self) -> Deferred[None] | None:
        if self._over or self._running is None:
            return None
        self._cleaning = Deferred()
        self._running.cancel()
        return self._cleaning

"""Run a coroutine on Twisted's reactor, from its beginning to its end or to Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


def run(main: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    """What `main(reactor)` returns or raises. Ctrl-C cancels it, waits for its cleaning up, and is raised."""
    from twisted.internet import reactor as the_reactor

    reactor: Any = the_reactor
    ends: list[Any] = []
    stopping: list[Deferred[None]] = []
    running: list[Deferred[T]] = []

    def ended(result: Any) -> None:
        ends.append(result)
        if stopping:
            stopping[0].callback(None)
        else:
            reactor.stop()

    def begin() -> None:
        running.append(Deferred.fromCoroutine(main(reactor)))
        running[0].addBoth(ended)

    def interrupted() -> Deferred[None] | None:
        if ends or not running:
            return None
        stopping.append(Deferred())
        running[0].cancel()
        return stopping[0]

    reactor.addSystemEventTrigger("before", "shutdown", interrupted)
    reactor.callWhenRunning(begin)
    reactor.run()
    if stopping or not ends:
        raise KeyboardInterrupt
    if isinstance(ends[0], Failure):
        ends[0].raiseException()
    result: T = ends[0]
    return result

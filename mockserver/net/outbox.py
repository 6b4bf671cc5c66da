"""What waits to be written to one stream, joined into one write a turn of the reactor.

The system call is what delivering costs, so stanzas are collected and sent together. While nothing waits in the
transport, the socket is written directly; a remainder goes through the transport, and then everything does until the
transport says that it is empty. Text that a slow reader leaves lying is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

EARLY = 65_536  # characters after which a turn does not wait for its end


class Sink(Protocol):
    """The part of a Twisted transport that an outbox needs."""

    def write(self, data: bytes) -> None: ...


def encoded(texts: list[str]) -> bytes:
    return "".join(texts).encode()


class Outbox:
    """`wake` is called when the first text waits; whoever it tells calls `flush` before the turn ends.

    With another `joined` what waits may be other than text.
    """

    def __init__(
        self,
        *,
        wake: Callable[[Outbox], None],
        overrun: Callable[[], None],
        limit: int,
        joined: Callable[[list[Any]], bytes] = encoded,
    ) -> None:
        self.sink: Sink | None = None
        self.send: Callable[[bytes], int] | None = None  # a direct way to the socket, if there is one
        self.settle: Callable[[], bool] | None = None  # asked before anything leaves whether it may
        self._wake = wake
        self._overrun = overrun
        self._limit = limit
        self._joined = joined
        self._pending: list[str | bytes] = []
        self._size = 0
        self._paused = False
        self._through = False  # the transport has something: what follows must go the same way
        self._sealed = False  # nothing is written until `unseal`
        self._over = False  # nothing is written any more

    def put(self, text: str | bytes) -> None:
        """Write this, soon."""
        if self._over:
            return
        if not self._pending and not self._stopped:
            self._wake(self)
        self._pending.append(text)
        self._size += len(text)
        if self._size > EARLY and not self._stopped:
            self.flush()
        elif self._size > self._limit:
            self._overrun()

    def flush(self) -> None:
        """Hand over what waits."""
        if self.sink is None or self._stopped or not self._pending:
            return
        if self.settle is not None and not self.settle():
            return
        data = self._joined(self._pending)
        self.drop()
        rest = data[self._direct(data) :]
        if rest:
            self._through = True
            self.sink.write(rest)

    def finish(self) -> None:
        """Hand over what waits, however full the transport is."""
        self._paused = False
        self.flush()

    def seal(self) -> None:
        """Keep what waits, and what comes, until `unseal`."""
        self.flush()
        self._sealed = True

    def unseal(self) -> None:
        self._sealed = False
        self.flush()

    def end(self) -> None:
        """Hand over what waits; what comes behind it is lost."""
        self.finish()
        self._over = True

    @property
    def _stopped(self) -> bool:
        return self._paused or self._sealed

    def drop(self) -> None:
        """Forget what waits."""
        self._pending.clear()
        self._size = 0

    def _direct(self, data: bytes) -> int:
        if self.send is None or self._through:
            return 0
        try:
            return self.send(data)
        except OSError:  # full, or gone: the transport finds out which
            return 0

    # IPushProducer: the transport's word on how full it is

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:  # it is empty
        self._through = False
        self.finish()

    def stopProducing(self) -> None:
        self.sink = None
        self.drop()

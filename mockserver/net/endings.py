"""The ways in which a stream can be made to end, or to stop, from outside: `Porch.sever`."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .connection import Connection
from .resumption import Stream

FLUSHES = 3  # turns of the reactor: the stream's own, that of TLS, that of the socket


def end(stream: Stream, how: str) -> None:
    """Raises ValueError for a way that is none."""
    kind, _, condition = how.partition(":")
    if kind == "stream-error":
        stream.fail(condition or "system-shutdown")
    elif kind in WAYS:
        WAYS[kind](stream)
    else:
        raise ValueError(f"cannot sever by {how!r}: {', '.join(WAYS)}, stream-error:CONDITION")


def _malformed(stream: Stream) -> None:
    stream.put("<message><body></message>")


def _half_close(stream: Stream) -> None:
    """Nothing more is written, and the other side learns it from TCP alone; what it sends is still read."""
    if isinstance(stream, Connection):
        transport: Any = stream.transport
        stream.outbox.end()
        _silence(stream)
        if getattr(transport, "socket", None) is None:
            getattr(transport, "loseWriteConnection", transport.loseConnection)()
        else:
            transport.reactor.callLater(0, _shut, transport, FLUSHES)


def _shut(transport: Any, turns: int) -> None:
    """Once TLS and TCP have had their turns to write.

    `loseWriteConnection` is nothing for streams with TLS: the client's farewell would end the connection while Twisted
    still reads it.
    """
    if turns:
        transport.reactor.callLater(0, _shut, transport, turns - 1)
    elif transport.connected:
        with suppress(OSError):  # it has gone meanwhile
            transport.socket.shutdown(socket.SHUT_WR)


def _black_hole(stream: Stream) -> None:
    """Nothing is written and nothing is read, until `light`."""
    if isinstance(stream, Connection):
        transport: Any = stream.transport
        stream.outbox.seal()
        _silence(stream)
        transport.pauseProducing()


def _light(stream: Stream) -> None:
    """What waited in a black hole comes out of it, in its order."""
    if isinstance(stream, Connection):
        transport: Any = stream.transport
        stream.silent = False
        stream.outbox.unseal()
        transport.resumeProducing()


def _silence(stream: Connection) -> None:
    stream.silent = True
    stream.lose_fences()


WAYS: dict[str, Callable[[Any], None]] = {
    "reset": lambda stream: stream.reset(),
    "close": lambda stream: stream.close(),
    "malformed": _malformed,
    "half-close": _half_close,
    "black-hole": _black_hole,
    "light": _light,
}

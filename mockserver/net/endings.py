"""The ways in which a stream can be made to end, or to stop, from outside: `Porch.sever`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .connection import Connection
from .resumption import Stream


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
        getattr(transport, "loseWriteConnection", transport.loseConnection)()


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

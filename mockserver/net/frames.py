"""The frames of a WebSocket to messages of bounded size, and back: RFC 6455 5 to 7. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wsproto import WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason


@dataclass(frozen=True, slots=True)
class Answer:
    """A frame that has to be sent."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Unwelcome:
    """A message that is not taken; of what comes behind it only control frames can be."""

    code: CloseReason
    condition: str  # of the stream error
    text: str


@dataclass(frozen=True, slots=True)
class Garbled:
    """Nothing more can be read."""

    code: CloseReason


@dataclass(frozen=True, slots=True)
class Gone:
    """The other side has closed, or has answered our close."""

    code: CloseReason


Piece = str | Answer | Unwelcome | Garbled | Gone  # a str is a whole message


class Frames:
    """One WebSocket after its handshake. `limit` is what a message may have, in bytes."""

    def __init__(self, socket: WSConnection, limit: int) -> None:
        self._socket = socket
        self._limit = limit
        self._message: list[str] = []
        self._size = 0

    @property
    def over(self) -> bool:
        """Both sides have closed."""
        return self._socket.state is ConnectionState.CLOSED

    def message(self, text: str) -> bytes:
        return self._socket.send(TextMessage(text))

    def close(self, code: CloseReason) -> bytes:
        """Our last frame; nothing where it was sent."""
        if self._socket.state not in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
            return b""
        return self._socket.send(CloseConnection(code))

    def read(self, data: bytes) -> Iterator[Piece]:
        """What these bytes complete. What is left behind a `Garbled` or a `Gone` means nothing."""
        if not self.over:
            self._socket.receive_data(data)
            for event in self._socket.events():
                yield from self._pieces(event)

    def _pieces(self, event: Event) -> Iterator[Piece]:
        match event:
            case TextMessage(data=text, message_finished=whole):
                yield from self._collected(text, whole=whole)
            case BytesMessage():
                yield Unwelcome(CloseReason.UNSUPPORTED_DATA, "bad-format", "XMPP is text")
            case Ping() if self._socket.state is ConnectionState.OPEN:
                yield Answer(self._socket.send(event.response()))
            case CloseConnection(code=code):
                # wsproto tells of a frame that it cannot read as if the other side had closed
                open_ = self._socket.state in (ConnectionState.OPEN, ConnectionState.LOCAL_CLOSING)
                yield Garbled(CloseReason(code)) if open_ else Gone(_repeatable(code))

    def _collected(self, text: str, *, whole: bool) -> Iterator[Piece]:
        self._size += len(text.encode())
        if self._size > self._limit:
            self._message.clear()
            yield Unwelcome(CloseReason.MESSAGE_TOO_BIG, "policy-violation", f"a stanza may have {self._limit} bytes")
            return
        if text:  # empty fragments would be no message too big, but memory
            self._message.append(text)
        if whole:
            message = "".join(self._message)
            self._message, self._size = [], 0
            yield message


def _repeatable(code: int) -> CloseReason:
    """What may be said in answer: a code of the other side's own making is not repeated."""
    return CloseReason(code) if code in set(CloseReason) else CloseReason.NORMAL_CLOSURE

"""One client's WebSocket: RFC 7395. Behind it are the same negotiation and the same porch as behind TCP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsproto.frame_protocol import CloseReason

from . import framing, host_meta
from .connection import Connection
from .door import Door, Entered, Page
from .frames import Answer, Frames, Garbled, Gone, Piece, Unwelcome
from .reader import Broken, Closed, Opened

if TYPE_CHECKING:
    from .porch import Porch

PATH = "/xmpp-websocket"  # any other will do
CODES = {"system-shutdown": CloseReason.GOING_AWAY, "internal-server-error": CloseReason.INTERNAL_ERROR}


def url(address: Any, *, secure: bool = False) -> str:
    """Where the WebSocket of this address is."""
    return host_meta.url("wss" if secure else "ws", address, PATH)


class WebSocket(Connection):
    """The footer of the stream is <close/>, a header <open/>; TLS is no business of the stream."""

    footer = framing.CLOSE
    joined = staticmethod(b"".join)
    secure = False

    def __init__(self, porch: Porch) -> None:
        super().__init__(porch, porch.terms.without_tls())
        self._door: Door | None = None
        self._frames: Frames | None = None
        self._code = CloseReason.NORMAL_CLOSURE
        self._garbled = False

    def connectionMade(self) -> None:
        transport: Any = self.transport
        own = (host_meta.WEBSOCKET, url(transport.getHost(), secure=self.secure))
        self._door = Door(self.porch.links or (own,))
        super().connectionMade()

    # what comes in

    def dataReceived(self, data: bytes) -> None:
        if self._frames is None and not self._closing:
            data = self._knock(data)
        if self._frames is not None and not self._garbled:
            for piece in self._frames.read(data):
                self._received(piece)

    def _knock(self, data: bytes) -> bytes:
        assert self._door is not None  # there is a connection
        match self._door.knock(data):
            case Entered(data=answer, socket=socket, rest=rest):
                self.outbox.put(answer)
                self._frames = Frames(socket, self.porch.limits.bounds.stanza)
                return rest
            case Page(data=answer):
                self.outbox.put(answer)
                self._hang_up()
        return b""

    def _received(self, piece: Piece) -> None:
        match piece:
            case Gone() if self._closing:
                self._part()
            case _ if self._closing:
                pass
            case str():
                self._read(piece)
            case Answer(data=data):
                self.outbox.put(data)
            case Unwelcome(code=code, condition=condition, text=text):
                self._code = code
                self.fail(condition, text)
            case Garbled(code=code) | Gone(code=code):
                self._code = code
                self._garbled = isinstance(piece, Garbled)
                self._hang_up()

    def _read(self, message: str) -> None:
        item = framing.read(message, self.porch.limits.bounds)
        if isinstance(item, Closed | Broken) or isinstance(item, Opened) is not self._open:
            self._take(item)
        elif self._open:
            self.fail("bad-format", "the stream is open")
        else:
            self.fail("invalid-namespace", "a stream begins with <open/>")

    # what goes out

    def put(self, text: str) -> None:
        if text and not self._closing and self._frames is not None:
            self.outbox.put(self._frames.message(framing.standalone(text)))

    def _header(self, name: str, domain: str) -> str:
        return framing.opening(name, domain)

    # the end

    def fail(self, condition: str, text: str = "") -> None:
        if self._frames is None:
            self.abort()  # no stream that could say so
            return
        if self._code is CloseReason.NORMAL_CLOSURE:
            self._code = CODES.get(condition, self._code)
        super().fail(condition, text)

    def _part(self) -> None:
        """The server ends the connection, but not before the client has answered the last frame: RFC 6455 7.1.1."""
        transport: Any = self.transport
        if self._frames is not None:
            transport.write(self._frames.close(self._code))
        if self._frames is None or self._frames.over or self._garbled:
            transport.loseConnection()

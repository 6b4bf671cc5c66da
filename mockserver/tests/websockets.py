"""A WebSocket client for tests: wsproto's other half, over whatever carries bytes."""

from __future__ import annotations

import base64
from typing import Any
from xml.etree import ElementTree

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, CloseConnection, Event, Message, Pong, Request, TextMessage

from mockserver.net.entrances import websocket

from .streams import BIND, DOMAIN, SASL, Scene, Transport

FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
OPEN = f"<open xmlns='{FRAMING}' to='{DOMAIN}' version='1.0'/>"
PING = "<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
CLOSE = f"<close xmlns='{FRAMING}'/>"


class Half:
    """The client's half, without I/O; `code` is that of the server's Close frame, which is answered unless `rude`."""

    def __init__(self, *, rude: bool = False) -> None:
        self.socket = WSConnection(ConnectionType.CLIENT)
        self.subprotocol: str | None = None
        self.pongs: list[bytes] = []
        self.code: int | None = None
        self.rude = rude
        self._message = ""

    def handshake(self, **more: Any) -> bytes:
        wish = Request(**{"host": "chat.invalid", "target": "/anywhere", "subprotocols": ["xmpp"], **more})
        return self.socket.send(wish)

    def hear(self, data: bytes) -> tuple[list[str], bytes]:
        """The messages that are complete now, and what has to be answered at once."""
        heard: list[str] = []
        answer = b""
        if self.socket.state is not ConnectionState.CLOSED:
            self.socket.receive_data(data)
        for event in self.socket.events():
            answer += self._hear(event, heard)
        return heard, answer

    def _hear(self, event: Event, heard: list[str]) -> bytes:
        match event:
            case AcceptConnection(subprotocol=name):
                self.subprotocol = name
            case TextMessage(data=text, message_finished=whole):
                self._message += text
                if whole:
                    heard.append(self._message)
                    self._message = ""
            case Pong(payload=payload):
                self.pongs.append(bytes(payload))
            case CloseConnection(code=code):
                self.code = code
                if self.socket.state is ConnectionState.REMOTE_CLOSING and not self.rude:
                    return self.socket.send(event.response())
        return b""


class Caller:
    """A client of a scene's porch in memory; `say` gives the messages that came back since the last `say`."""

    def __init__(self, scene: Scene, **more: Any) -> None:
        self.scene = scene
        self.half = Half(**more)
        self.transport = Transport()
        self.protocol: Any = websocket(scene.porch).buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    def raw(self, data: bytes, *, bytewise: bool = False) -> bytes:
        """What the server writes when it hears this."""
        for piece in [data[i : i + 1] for i in range(len(data))] if bytewise else [data]:
            self.protocol.dataReceived(piece)
        self.scene.clock.advance(0)
        written: bytes = self.transport.value()
        self.transport.clear()
        return written

    def enter(self, **more: Any) -> None:
        self.half.hear(self.raw(self.half.handshake(**more)))

    def send(self, *events: Event, bytewise: bool = False) -> list[str]:
        return self.say_bytes(b"".join(map(self.half.socket.send, events)), bytewise=bytewise)

    def say(self, *texts: str, bytewise: bool = False) -> list[str]:
        return self.send(*map(TextMessage, texts), bytewise=bytewise)

    def say_bytes(self, data: bytes, *, bytewise: bool = False) -> list[str]:
        heard, answer = self.half.hear(self.raw(data, bytewise=bytewise))
        if answer:
            heard += self.say_bytes(answer)
        return heard

    def log_in(self, user: str, resource: str = "x", *, bytewise: bool = False) -> list[str]:
        """All that is heard on the way."""
        return [message for text in login(user, resource) for message in self.say(text, bytewise=bytewise)]


def login(user: str, resource: str = "x") -> list[str]:
    data = base64.b64encode(f"\0{user}\0secret".encode()).decode()
    return [
        OPEN,
        f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth>",
        OPEN,
        f"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{BIND}'><resource>{resource}</resource></bind></iq>",
    ]


def entered(scene: Scene, user: str = "", **more: Any) -> Caller:
    """A caller behind the handshake, and logged in if there is a user."""
    caller = Caller(scene, **more)
    caller.enter()
    if user:
        caller.log_in(user)
    return caller


def fragments(text: str, size: int) -> list[Event]:
    """A message in frames of that many characters."""
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    last = len(pieces) - 1
    return [Message(data=piece, message_finished=n == last) for n, piece in enumerate(pieces)]


def names(messages: list[str]) -> list[str]:
    """The name of each message's element; a message that is no document by itself fails."""
    return [ElementTree.fromstring(message).tag for message in messages]


def client(*local: str) -> list[str]:
    return [f"{{jabber:client}}{name}" for name in local]


def error(messages: list[str]) -> str:
    """The condition of the one stream error, which stands between <open/> and <close/>."""
    (found,) = [m for m in messages if "<stream:error" in m]
    assert messages[-2:] == [found, CLOSE.replace("'", '"')]
    return ElementTree.fromstring(found)[0].tag.partition("}")[2]


def request(*fields: str, line: str = "GET /x HTTP/1.1") -> bytes:
    return "\r\n".join([line, "Host: h", *fields, "", ""]).encode("latin-1")


def masked(first: int, length: int, payload: bytes) -> bytes:
    """The beginning of a client's frame of that length, masked with zeros."""
    short, size = (length, 0) if length < 126 else (126, 2) if length < 2**16 else (127, 8)
    return bytes([first, 0x80 | short]) + (length.to_bytes(size, "big") if size else b"") + bytes(4) + payload

"""A client of strings for tests of the porch: in-memory transports, `task.Clock`, no sockets."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from itertools import count
from typing import Any

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from mockserver.host import Host
from mockserver.net.connection import Connection
from mockserver.net.credentials import Credentials, Listed
from mockserver.net.porch import Porch

DOMAIN = "mucspec.invalid"
HEADER = (
    f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"


class Transport(StringTransport):
    """As StringTransport, and it knows how it ended."""

    ended = ""

    def loseConnection(self) -> None:
        super().loseConnection()
        self.ended = self.ended or "closed"

    def loseWriteConnection(self) -> None:
        self.ended = "half-closed"

    def abortConnection(self) -> None:
        super().abortConnection()
        self.ended = "aborted"


class Scene:
    """A host behind a porch, with accounts `pistol`, `gower` and `bardolph`, password "secret"."""

    def __init__(self, credentials: Credentials | None = None, *, kind: type[Porch] = Porch, **more: Any) -> None:
        self.clock = Clock()
        self.traffic: list[tuple[str, str, str, bool]] = []
        names = (f"id{n}" for n in count(1))
        self.host = Host(new_id=lambda: next(names), secret="s")
        passwords: Mapping[str, str] = {f"{u}@{DOMAIN}": "secret" for u in ("pistol", "gower", "bardolph")}
        self.porch = kind(
            self.host,
            reactor=self.clock,
            clock=self.clock,
            credentials=credentials or Listed(passwords, anonymous=True),
            on_traffic=lambda d, s, x, *, fence: self.traffic.append((d, s, x, fence)),
            new_id=lambda: next(names),
            **more,
        )

    def connect(self) -> Talker:
        return Talker(self)

    def log_in(self, user: str, resource: str = "x") -> Talker:
        talker = self.connect()
        talker.open()
        talker.plain(user)
        talker.open()
        talker.bind(resource)
        return talker


class Talker:
    """One connection; `say` gives what came back since the last `say`."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.transport = Transport()
        self.protocol: Connection = scene.porch.buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    def say(self, text: str | bytes, *, bytewise: bool = False) -> str:
        data = text.encode() if isinstance(text, str) else text
        for piece in [data[i : i + 1] for i in range(len(data))] if bytewise else [data]:
            self.protocol.dataReceived(piece)
        return self.heard()

    def heard(self) -> str:
        self.scene.clock.advance(0)
        text = self.transport.value().decode()
        self.transport.clear()
        return text

    def open(self, header: str = HEADER) -> str:
        return self.say(header)

    def plain(self, user: str, password: str = "secret") -> str:
        data = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        return self.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth>")

    def bind(self, resource: str | None = "x") -> str:
        wanted = f"<resource>{resource}</resource>" if resource else ""
        return self.say(f"<iq type='set' id='b'><bind xmlns='{BIND}'>{wanted}</bind></iq>")


def coded(text: str) -> str:
    """The text as SASL writes it."""
    return base64.b64encode(text.encode()).decode()


def told(xml: str) -> str:
    """The text in the first element."""
    return base64.b64decode(xml.partition(">")[2].partition("<")[0]).decode()

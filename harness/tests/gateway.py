"""A hosted gateway and its user, for tests: `mucspec serve`, slidge on its component port, raw streams."""

from __future__ import annotations

import base64
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.gateways.hosting import DOMAIN, GATE, SECRET, Post, hosted, server
from harness.provision import Place
from mockserver.muc.xml import Element
from mockserver.net.reader import Opened, Reader

ROOM = f"harfleur@{GATE}"
HEADER = (
    f"<stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
)
PATIENCE = 60  # seconds, for a gateway that says nothing
Fits = Callable[[Element], object]


@dataclass(slots=True)
class User:
    """One session of a user; what comes in waits in `heard` until somebody asks for it."""

    link: socket.socket
    jid: str
    heard: list[Element] = field(default_factory=list)
    reader: Reader = field(default_factory=Reader)
    count: int = 0

    @property
    def account(self) -> str:
        """The bare JID."""
        return self.jid.partition("/")[0]

    def say(self, xml: str) -> None:
        self.link.sendall(xml.encode())

    def sees(self, fits: Fits) -> Element:
        """The first stanza that fits; it and what came before it are read then."""
        while True:
            for place, stanza in enumerate(self.heard):
                if fits(stanza):
                    del self.heard[: place + 1]
                    return stanza
            self._read()

    def asks(self, kind: str, to: str, payload: str) -> Element:
        """The answer to a request; what came before it stays unread."""
        self.count += 1
        name = f"q{self.count}"
        self.say(f"<iq type='{kind}' id='{name}' to='{to}'>{payload}</iq>")
        while True:
            for place, stanza in enumerate(self.heard):
                if stanza.name == "iq" and stanza.get("id") == name:
                    return self.heard.pop(place)
            self._read()

    def all_until(self, fits: Fits) -> list[Element]:
        """What comes, up to the first stanza that fits."""
        while not any(fits(stanza) for stanza in self.heard):
            self._read()
        place = next(n for n, stanza in enumerate(self.heard) if fits(stanza))
        told, self.heard = self.heard[: place + 1], self.heard[place + 1 :]
        return told

    def _read(self) -> None:
        data = self.link.recv(65536)
        assert data, f"the stream ended; unread: {self.heard}"
        items = self.reader.feed(data)
        assert all(isinstance(item, Element | Opened) for item in items), items
        self.heard += [item for item in items if isinstance(item, Element)]


@dataclass(frozen=True, slots=True)
class Town:
    """The server with the gateway."""

    c2s: str
    component: str
    place: Place
    home: Path
    links: ExitStack

    def user(self, name: str, resource: str = "x") -> User:
        """A session of this account, available."""
        host, _, port = self.c2s.rpartition(":")
        link = self.links.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE))
        user = User(link, f"{name}@{DOMAIN}/{resource}")
        user.say(HEADER)
        user.sees(lambda e: e.name == "features")
        data = base64.b64encode(f"\0{name}\0x".encode()).decode()
        user.say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{data}</auth>")
        user.sees(lambda e: e.name == "success")
        user.reader = Reader()
        user.say(HEADER)
        user.sees(lambda e: e.name == "features")
        bind = f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>"
        assert user.asks("set", DOMAIN, bind).get("type") == "result"
        user.say("<presence/>")
        user.sees(lambda e: e.name == "presence")
        return user

    def citizen(self, name: str) -> User:
        """A session of an account that has registered with the gateway, and is logged in there."""
        user = self.user(name)
        assert user.asks("set", GATE, "<query xmlns='jabber:iq:register'/>").get("type") == "result"
        user.sees(lambda e: e.name == "presence" and any(c.text == "in town" for c in e.elements()))
        return user

    @contextmanager
    def gateway(self) -> Iterator[subprocess.Popen[str]]:
        """Slidge on the component port; the same data every time."""
        with hosted(self.place, Post(self.component, SECRET, GATE), self.home) as process:
            yield process


@contextmanager
def town(place: Place, home: Path, *options: str) -> Iterator[Town]:
    """`mucspec serve` with a component port."""
    with server(*options) as addresses, ExitStack() as links:
        yield Town(addresses["c2s"], addresses["component"], place, home, links)

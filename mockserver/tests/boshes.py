"""A BOSH client for tests, in memory: each request on a connection of its own, unless it is told another."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from mockserver.muc.jid import JID
from mockserver.net.bosh_site import Site

from .streams import BIND, DOMAIN, SASL, Scene, Transport

BODY = "http://jabber.org/protocol/httpbind"
XBOSH = "urn:xmpp:xbosh"
XMPP = f"{{{XBOSH}}}"
FIRST = 1000  # the first request of a session
ROOM = f"lounge@conference.{DOMAIN}"
JOIN = f"<presence xmlns='jabber:client' to='{ROOM}/{{}}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
SAY = f"<message xmlns='jabber:client' to='{ROOM}' type='groupchat'><body>{{}}</body></message>"
PISTOL = JID(f"pistol@{DOMAIN}/x")
FEATURES = "{http://etherx.jabber.org/streams}features"


@dataclass(frozen=True)
class Answer:
    """One HTTP response."""

    status: int
    fields: dict[str, str]
    text: str

    @property
    def body(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @property
    def names(self) -> list[str]:
        """What is in its body."""
        return [child.tag for child in self.body]

    @property
    def why(self) -> tuple[str | None, str | None]:
        """Type and condition."""
        return self.body.get("type"), self.body.get("condition")


ENDED = ("terminate", None)


class Wire:
    """One HTTP connection."""

    def __init__(self, scene: Scene, site: Site) -> None:
        self.scene = scene
        self.transport = Transport()
        protocol: Any = site.buildProtocol(None)
        self.protocol = protocol
        self.protocol.makeConnection(self.transport)
        self._unread = b""

    def send(self, data: bytes, *, bytewise: bool = False) -> Wire:
        for piece in [data[i : i + 1] for i in range(len(data))] if bytewise else [data]:
            self.protocol.dataReceived(piece)
        return self

    def post(self, text: str | bytes, *fields: str, bytewise: bool = False) -> Wire:
        data = text.encode() if isinstance(text, str) else text
        return self.send(request("POST", data, *fields), bytewise=bytewise)

    def break_off(self) -> None:
        self.protocol.connectionLost(Failure(ConnectionDone()))

    def answers(self) -> list[Answer]:
        """What has come since the last time."""
        self.scene.clock.advance(0)
        self._unread += self.transport.value()
        self.transport.clear()
        found = []
        while b"\r\n\r\n" in self._unread:
            head, _, rest = self._unread.partition(b"\r\n\r\n")
            status, *lines = head.decode("latin-1").split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines)
            size = int(fields.get("Content-Length", 0))
            found.append(Answer(int(status.split()[1]), fields, rest[:size].decode()))
            self._unread = rest[size:]
        return found

    @property
    def held(self) -> bool:
        return self.answers() == []

    @property
    def answer(self) -> Answer:
        (only,) = self.answers()
        return only


def request(method: str, data: bytes = b"", *fields: str, path: str = "/http-bind") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: h", f"Content-Length: {len(data)}", *fields, "", ""]
    return "\r\n".join(head).encode("latin-1") + data


class Caller:
    """A client of a scene's porch. Each request has the next identifier, unless it is told another."""

    def __init__(self, scene: Scene, site: Site | None = None) -> None:
        self.scene = scene
        self.site = site or Site(scene.porch)
        self.sid = ""
        self.rid = FIRST - 1

    def wire(self) -> Wire:
        return Wire(self.scene, self.site)

    def wrap(self, inner: str = "", **attributes: str) -> str:
        """A body; `xmpp_restart` is written `xmpp:restart`, an empty attribute is left out."""
        if "rid" not in attributes:
            self.rid += 1
        given = {"rid": str(self.rid), "sid": self.sid, **attributes}
        written = "".join(f" {k.replace('_', ':')}={quoteattr(v)}" for k, v in given.items() if v)
        return f"<body xmlns='{BODY}' xmlns:xmpp='{XBOSH}'{written}>{inner}</body>"

    def ask(self, inner: str = "", **attributes: str) -> Wire:
        return self.wire().post(self.wrap(inner, **attributes))

    def open(self, **attributes: str) -> Answer:
        given = {"to": DOMAIN, "wait": "60", "hold": "1", "ver": "1.6", "xmpp_version": "1.0", **attributes}
        answer = self.ask(**given).answer
        self.sid = answer.body.get("sid", "")
        return answer

    def log_in(self, user: str, resource: str = "x") -> list[Answer]:
        """What is answered behind the opening."""
        data = base64.b64encode(f"\0{user}\0secret".encode()).decode()
        wanted = f"<bind xmlns='{BIND}'><resource>{resource}</resource></bind>"
        return [
            self.ask(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth>").answer,
            self.ask(xmpp_restart="true", to=DOMAIN).answer,
            self.ask(f"<iq xmlns='jabber:client' type='set' id='b'>{wanted}</iq>").answer,
        ]


def entered(scene: Scene, user: str, **attributes: str) -> Caller:
    """A caller that is logged in, with no request under way."""
    caller = Caller(scene)
    caller.open(**attributes)
    caller.log_in(user)
    return caller

"""Claims about the web transports that need real sockets: TLS, HTTP of another make, connections that stay open."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from itertools import count
from typing import Any
from xml.etree import ElementTree

import pytest
import pytest_twisted
from twisted.internet import reactor as _reactor
from twisted.internet.defer import maybeDeferred
from twisted.internet.threads import deferToThread
from wsproto.events import TextMessage

from mockserver.host import Host
from mockserver.net.bosh_site import Site
from mockserver.net.certificate import Certificate
from mockserver.net.credentials import Listed
from mockserver.net.entrances import bosh, secure_bosh, secure_websocket
from mockserver.net.porch import Porch

from .boshes import BODY, XBOSH
from .streams import BIND, DOMAIN
from .test_net_sockets import claim
from .websockets import Half, login

reactor: Any = _reactor
SECURITY = [pytest.param(False, id="http"), pytest.param(True, id="https")]


@dataclass
class Place:
    """A listening porch; its certificate has the address, as URLs do."""

    porch: Porch
    certificate: Certificate
    sites: dict[bool, Site]
    listeners: dict[str, Any]

    def port(self, name: str) -> int:
        return int(self.listeners[name].getHost().port)

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate.ca_path))


@pytest_twisted.async_yield_fixture  # type: ignore[untyped-decorator]  # the plugin has no annotations
async def place() -> AsyncIterator[Place]:
    names = (f"id{n}" for n in count(1))
    host = Host(new_id=lambda: next(names), secret="s")
    certificate = Certificate.make([DOMAIN, "127.0.0.1"])
    accounts = Listed({f"pistol@{DOMAIN}": "secret"})
    porch = Porch(host, reactor=reactor, clock=reactor, credentials=accounts, certificate=certificate)
    sites = {False: bosh(porch), True: secure_bosh(porch)}
    entrances: dict[str, Any] = {"bosh": sites[False], "bosh-tls": sites[True], "wss": secure_websocket(porch)}
    listeners = {name: reactor.listenTCP(0, made, interface="127.0.0.1") for name, made in entrances.items()}
    yield Place(porch, certificate, sites, listeners)
    for listener in listeners.values():
        await maybeDeferred(listener.stopListening)
    porch.close()
    certificate.remove()


@dataclass
class Browser:
    """A BOSH client with connections of http.client; `ask` uses the first, which stays open."""

    place: Place
    secure: bool
    sid: str = ""
    rid: int = 7000
    lines: list[HTTPConnection] = field(default_factory=list)

    def line(self) -> HTTPConnection:
        port = self.place.port("bosh-tls" if self.secure else "bosh")
        if self.secure:
            self.lines.append(HTTPSConnection("127.0.0.1", port, timeout=30, context=self.place.trust))
        else:
            self.lines.append(HTTPConnection("127.0.0.1", port, timeout=30))
        return self.lines[-1]

    def post(self, line: HTTPConnection, inner: str = "", more: str = "") -> None:
        self.rid += 1
        sid = f" sid='{self.sid}'" if self.sid else ""
        head = f"<body xmlns='{BODY}' xmlns:xmpp='{XBOSH}' rid='{self.rid}'{sid}{more}"
        line.request("POST", "/http-bind", f"{head}>{inner}</body>".encode())

    def read(self, line: HTTPConnection) -> ElementTree.Element:
        return ElementTree.fromstring(line.getresponse().read())

    def ask(self, inner: str = "", more: str = "") -> ElementTree.Element:
        line = self.lines[0] if self.lines else self.line()
        self.post(line, inner, more)
        return self.read(line)

    def log_in(self) -> str:
        _, auth, _, _ = login("pistol")
        self.sid = self.ask(more=f" to='{DOMAIN}' wait='60' hold='1' ver='1.6'").get("sid", "")
        self.ask(auth)
        self.ask(more=" xmpp:restart='true'")
        bound = self.ask(f"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{BIND}'/></iq>")
        return str(bound.findtext(f".//{{{BIND}}}jid"))

    def close(self) -> None:
        for line in self.lines:
            line.close()


@claim
@pytest.mark.parametrize("secure", SECURITY)
async def test_a_session_over_bosh_with_another_make_of_http(place: Place, secure: bool) -> None:
    """One connection is used again and again; what a second one asks frees the first."""
    browser = Browser(place, secure)

    def client() -> tuple[str, list[str], list[str]]:
        jid = browser.log_in()
        held, other = browser.lines[0], browser.line()
        browser.post(held)
        ping = "<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
        browser.post(other, ping)
        pong = [child.get("id", "") for child in browser.read(held)]
        browser.post(held, more=" type='terminate'")
        return jid, pong, [str(browser.read(line).get("type")) for line in (other, held)]

    try:
        jid, pong, ends = await deferToThread(client)
    finally:
        browser.close()
    assert (jid.partition("/")[0], pong, ends) == (f"pistol@{DOMAIN}", ["p"], ["terminate", "None"])
    assert (place.porch.sessions, place.sites[secure].sessions) == ((), {})


@claim
@pytest.mark.parametrize("secure", SECURITY)
async def test_at_the_end_of_the_server_no_connection_stays_open(place: Place, secure: bool) -> None:
    """Who waits is told, who does not is hung up on: the end of `serve`, port first."""
    browser = Browser(place, secure)

    def begin() -> None:
        browser.log_in()
        browser.post(browser.lines[0])
        idle = browser.line()
        idle.request("GET", "/.well-known/host-meta")
        idle.getresponse().read()

    def end() -> tuple[str | None, list[bytes]]:
        held, idle = browser.lines
        condition = browser.read(held).get("condition")
        return condition, [bytes(line.sock.recv(1)) for line in (held, idle) if line.sock]

    try:
        await deferToThread(begin)
        await place.listeners["bosh-tls" if secure else "bosh"].stopListening()
        place.porch.close()
        condition, rest = await deferToThread(end)
    finally:
        browser.close()
    assert (condition, rest) == ("remote-stream-error", [b"", b""])


@claim
async def test_plain_words_to_a_port_with_tls_are_not_answered(place: Place) -> None:
    """Neither by BOSH nor by WebSocket."""

    def client(name: str) -> bytes:
        with socket.create_connection(("127.0.0.1", place.port(name)), timeout=30) as sock:
            sock.sendall(b"GET /.well-known/host-meta HTTP/1.1\r\nHost: h\r\n\r\n")
            return sock.recv(100)

    for name in ("bosh-tls", "wss"):
        assert b"HTTP" not in await deferToThread(client, name)


@claim
async def test_a_login_over_a_websocket_with_tls(place: Place) -> None:
    """The certificate is good for the address in the URL."""

    def client() -> list[str]:
        half, heard = Half(), list[str]()
        with (
            socket.create_connection(("127.0.0.1", place.port("wss")), timeout=30) as sock,
            place.trust.wrap_socket(sock, server_hostname="127.0.0.1") as secured,
        ):
            secured.sendall(half.handshake())
            half.hear(secured.recv(65536))
            for text, wanted in zip(login("pistol"), (2, 3, 5, 6), strict=True):
                secured.sendall(half.socket.send(TextMessage(text)))
                while len(heard) < wanted:
                    heard += half.hear(secured.recv(65536))[0]
        return heard

    assert f"<jid>pistol@{DOMAIN}/x</jid>" in (await deferToThread(client))[-1]

"""Claims that need real sockets: TLS, resets and direct writes; with a client of the standard library."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import pytest_twisted
from scramp import ScramClient
from twisted.internet import reactor as _reactor
from twisted.internet.threads import deferToThread
from wsproto.events import TextMessage

from mockserver.host import Host
from mockserver.net.certificate import Certificate
from mockserver.net.credentials import Listed
from mockserver.net.entrances import direct_tls, websocket
from mockserver.net.porch import Porch

from .streams import BIND, DOMAIN, HEADER, SASL, coded, told
from .websockets import CLOSE, OPEN, Half, login

reactor: Any = _reactor
TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


@dataclass
class Wire:
    """A blocking client socket; `say` reads until an expected text is there."""

    sock: socket.socket

    def say(self, text: str, *, until: str) -> str:
        self.sock.sendall(text.encode())
        heard = b""
        while until.encode() not in heard:
            piece = self.sock.recv(65536)
            if not piece:
                raise EOFError(heard.decode())
            heard += piece
        return heard.decode()

    def secure(self, ca: str) -> None:
        context = ssl.create_default_context(cafile=ca)
        self.say(HEADER, until="</stream:features>")
        self.say(TLS, until="<proceed")
        self.sock = context.wrap_socket(self.sock, server_hostname=DOMAIN)

    def log_in(self) -> str:
        self.say(HEADER, until="</stream:features>")
        data = base64.b64encode(b"\0pistol\0secret").decode()
        self.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth>", until="<success")
        return self.bind()

    def scram(self, mechanism: str) -> str:
        self.say(HEADER, until="</stream:features>")
        client = ScramClient([mechanism], "pistol", "secret")
        first = coded(client.get_client_first())
        client.set_server_first(told(self.say(_auth(mechanism, first), until="</challenge>")))
        final = f"<response xmlns='{SASL}'>{coded(client.get_client_final())}</response>"
        client.set_server_final(told(self.say(final, until="</success>")))
        return self.bind()

    def bind(self) -> str:
        self.say(HEADER, until="</stream:features>")
        return self.say(f"<iq type='set' id='b'><bind xmlns='{BIND}'/></iq>", until="</iq>")


def _auth(mechanism: str, data: str) -> str:
    return f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{data}</auth>"


@dataclass
class Place:
    """A listening porch."""

    porch: Porch
    certificate: Certificate
    ports: dict[str, int]

    @contextmanager
    def wire(self, entrance: str = "plain") -> Iterator[Wire]:
        with socket.create_connection(("127.0.0.1", self.ports[entrance]), timeout=5) as sock:
            wire = Wire(sock)
            try:
                yield wire
            finally:
                wire.sock.close()


@pytest_twisted.async_yield_fixture  # type: ignore[untyped-decorator]  # the plugin has no annotations
async def place() -> AsyncIterator[Place]:
    names = (f"id{n}" for n in count(1))
    host = Host(new_id=lambda: next(names), secret="s")
    certificate = Certificate.make([DOMAIN])
    accounts = Listed({f"pistol@{DOMAIN}": "secret"})
    porch = Porch(host, reactor=reactor, clock=reactor, credentials=accounts, certificate=certificate)
    entrances = {"plain": porch, "tls": direct_tls(porch), "websocket": websocket(porch)}
    listeners = {name: reactor.listenTCP(0, made, interface="127.0.0.1") for name, made in entrances.items()}
    yield Place(porch, certificate, {name: listener.getHost().port for name, listener in listeners.items()})
    porch.close()
    certificate.remove()
    for listener in listeners.values():
        await listener.stopListening()


def claim(test: Callable[..., Any]) -> Any:
    """A test that waits for blocking work in a thread while the reactor turns."""
    return pytest_twisted.ensureDeferred(test)


@claim
async def test_a_client_that_trusts_the_ca_gets_in_by_starttls(place: Place) -> None:
    """The certificate names the domain, and the CA file is enough to verify it."""

    def client() -> str:
        with place.wire() as wire:
            wire.secure(str(place.certificate.ca_path))
            return wire.log_in()

    assert f"<jid>pistol@{DOMAIN}/" in await deferToThread(client)


@claim
async def test_nothing_said_before_tls_counts_after_it(place: Place) -> None:
    """A login that was slipped in behind <starttls/> in the clear is forgotten."""

    def client() -> str:
        with place.wire() as wire:
            wire.say(HEADER, until="</stream:features>")
            slipped = _auth("PLAIN", base64.b64encode(b"\0pistol\0secret").decode())
            wire.say(TLS + slipped, until="<proceed")
            context = ssl.create_default_context(cafile=str(place.certificate.ca_path))
            wire.sock = context.wrap_socket(wire.sock, server_hostname=DOMAIN)
            return wire.say(HEADER, until="</stream:features>")

    heard = await deferToThread(client)
    assert ("<success" in heard, "<mechanism>PLAIN" in heard, "<starttls" in heard) == (False, True, False)


@claim
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
async def test_a_scram_client_gets_in_and_can_verify_the_server(place: Place, mechanism: str) -> None:
    """Both halves of SCRAM prove that they know the password."""

    def client() -> str:
        with place.wire() as wire:
            return wire.scram(mechanism)

    assert f"<jid>pistol@{DOMAIN}/" in await deferToThread(client)


@claim
async def test_big_stanzas_arrive_whole_over_plain_and_tls(place: Place) -> None:
    """What the socket does not take at once follows in order, on both kinds of streams."""
    body = "x" * 150_000

    def client(*, tls: bool) -> int:
        with place.wire() as wire:
            if tls:
                wire.secure(str(place.certificate.ca_path))
            wire.log_in()
            big = f"<message to='pistol@{DOMAIN}' id='{{}}'><body>{body}</body></message>"
            for n in range(3):
                wire.sock.sendall(big.format(n).encode())
            end = wire.say("<iq type='get' id='end'><ping xmlns='urn:xmpp:ping'/></iq>", until='id="end"')
            return end.count(f"<body>{body}</body>")

    assert await deferToThread(lambda: client(tls=False)) == 3
    assert await deferToThread(lambda: client(tls=True)) == 3


# direct TLS: XEP-0368


@claim
async def test_direct_tls_is_there_from_the_first_byte(place: Place) -> None:
    """The client asks for XMPP by ALPN, verifies the domain, logs in."""

    def client() -> tuple[str | None, str]:
        context = ssl.create_default_context(cafile=str(place.certificate.ca_path))
        context.set_alpn_protocols(["xmpp-client"])
        with place.wire("tls") as wire:
            wire.sock = secured = context.wrap_socket(wire.sock, server_hostname=DOMAIN)
            return secured.selected_alpn_protocol(), wire.log_in()

    protocol, bound = await deferToThread(client)
    assert protocol == "xmpp-client"
    assert f"<jid>pistol@{DOMAIN}/" in bound


@claim
async def test_tls_is_not_offered_inside_of_tls(place: Place) -> None:
    """The log-in is; and who asks for STARTTLS all the same is refused."""

    def client() -> tuple[str, str]:
        context = ssl.create_default_context(cafile=str(place.certificate.ca_path))
        with place.wire("tls") as wire:
            wire.sock = context.wrap_socket(wire.sock, server_hostname=DOMAIN)
            return wire.say(HEADER, until="</stream:features>"), wire.say(TLS, until="</stream:stream>")

    features, refusal = await deferToThread(client)
    assert ("<mechanism>PLAIN" in features, "<starttls" in features) == (True, False)
    assert ("<failure" in refusal, "<policy-violation" in refusal) == (True, True)


@claim
async def test_direct_tls_wants_no_alpn(place: Place) -> None:
    """Libraries that know nothing of it, or ask for another protocol, come in all the same."""

    def client(*names: str) -> str:
        context = ssl.create_default_context(cafile=str(place.certificate.ca_path))
        context.set_alpn_protocols(names)
        with place.wire("tls") as wire:
            wire.sock = context.wrap_socket(wire.sock, server_hostname=DOMAIN)
            return wire.log_in()

    for names in ((), ("http/1.1",)):
        assert f"<jid>pistol@{DOMAIN}/" in await deferToThread(client, *names)


@claim
async def test_on_the_port_of_direct_tls_nothing_is_read_in_the_clear(place: Place) -> None:
    """A stream header is no ClientHello: the connection ends."""

    def client() -> str:
        with place.wire("tls") as wire:
            try:
                return wire.say(HEADER, until="<stream:")
            except (EOFError, ConnectionResetError) as end:
                return str(end)

    assert "stream" not in await deferToThread(client)


# WebSocket: RFC 7395


@contextmanager
def websocket_at(place: Place) -> Iterator[Callable[..., list[str]]]:
    """Says messages and gives what is heard until so many have come; with None until the end, and the code of it."""
    with place.wire("websocket") as wire:
        half = Half()
        wire.sock.sendall(half.handshake())

        def say(*texts: str, count: int | None) -> list[str]:
            heard: list[str] = []
            while half.subprotocol is None:
                heard += half.hear(wire.sock.recv(65536))[0]
            wire.sock.sendall(b"".join(half.socket.send(TextMessage(text)) for text in texts))
            while count is None or len(heard) < count:
                piece = wire.sock.recv(65536)
                if not piece:
                    break
                more, answer = half.hear(piece)
                wire.sock.sendall(answer)
                heard += more
            return heard if count is not None else [*heard, str(half.code)]

        yield say


@claim
async def test_a_websocket_carries_a_session_from_open_to_close(place: Place) -> None:
    """Login, big messages, and the end as RFC 7395 has it."""
    body = "x" * 150_000

    def client() -> tuple[str, int, list[str]]:
        with websocket_at(place) as say:
            heard = [say(text, count=count) for text, count in zip(login("pistol"), (2, 1, 2, 1), strict=True)]
            big = f"<message xmlns='jabber:client' to='pistol@{DOMAIN}/x'><body>{body}</body></message>"
            echoed = say(big, big, big, count=3)
            return heard[-1][0], sum(f"<body>{body}</body>" in text for text in echoed), say(CLOSE, count=None)

    bound, whole, end = await deferToThread(client)
    assert f"<jid>pistol@{DOMAIN}/x</jid>" in bound
    assert whole == 3
    assert end == [CLOSE.replace("'", '"'), "1000"]


@claim
async def test_a_refused_message_is_explained_however_much_of_it_is_coming(place: Place) -> None:
    """The rest is read and dropped, so that the client gets the stream error and the code of the close."""

    def client() -> list[str]:
        with websocket_at(place) as say:
            return say(OPEN, "<" + "x" * 3_000_000, count=None)

    *_, error, close, code = await deferToThread(client)
    assert ("<policy-violation" in error, close, code) == (True, CLOSE.replace("'", '"'), "1009")


@claim
async def test_a_websocket_is_reset_like_any_connection(place: Place) -> None:
    """Without a Close frame."""

    def client() -> str:
        with websocket_at(place) as say:
            for text, count in zip(login("pistol"), (2, 1, 2, 1), strict=True):
                say(text, count=count)
            reactor.callFromThread(lambda: place.porch.sever(place.porch.sessions[0], "reset"))
            try:
                return str(say(count=None))
            except ConnectionResetError:
                return "reset"

    assert await deferToThread(client) == "reset"


@claim
async def test_a_reset_is_a_reset(place: Place) -> None:
    """The client sees a TCP reset, not an orderly end."""

    def client() -> str:
        with place.wire() as wire:
            wire.log_in()
            reactor.callFromThread(lambda: place.porch.sever(place.porch.sessions[0], "reset"))
            try:
                wire.say("", until="never")
            except ConnectionResetError:
                return "reset"
            return "closed"

    assert await deferToThread(client) == "reset"


def test_the_ca_goes_with_the_certificate_and_no_key_is_on_the_disk() -> None:
    """The temporary folder holds the public CA only, and is removed."""
    certificate = Certificate.make([DOMAIN])
    folder = certificate.ca_path.parent
    texts = [path.read_text() for path in folder.iterdir()]
    certificate.remove()
    assert [("PRIVATE" in text, "BEGIN CERTIFICATE" in text) for text in texts] == [(False, True)]
    assert not folder.exists()

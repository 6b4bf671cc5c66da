"""Log-ins that TLS has a part in, on real sockets: channel binding, client certificates, SASL2 with Bind 2."""

from __future__ import annotations

import base64
import hashlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from scramp import ScramException
from twisted.internet import reactor as _reactor
from twisted.internet.threads import deferToThread

from mockserver.host import Host
from mockserver.muc.namespaces import NS_BIND2, NS_CARBONS, NS_CSI, NS_SASL2, NS_SM
from mockserver.muc.xml import Element, parse
from mockserver.net.certificate import UNTRUSTED, Certificate
from mockserver.net.credentials import Listed
from mockserver.net.porch import Porch
from mockserver.net.scram import ScramMechanism  # noqa: F401  # with it scramp's client can bind to TLS 1.3, too
from mockserver.serve import CannotServe, ServeOptions, start

from .streams import BIND, DOMAIN, HEADER, SASL, coded, told

reactor: Any = _reactor
TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
PISTOL = f"pistol@{DOMAIN}"


@dataclass
class Line:
    """A blocking client on pyOpenSSL, which can export what logs in are bound to."""

    wire: Any

    def say(self, text: str, *, until: str) -> str:
        self.wire.sendall(text.encode())
        heard = b""
        while until.encode() not in heard:
            heard += self.wire.recv(65536)
        return heard.decode()

    def secure(self, *, newest: int = SSL.TLS1_3_VERSION, pem: bytes = b"") -> str:
        """STARTTLS; the features behind it."""
        self.say(HEADER, until="</stream:features>")
        self.say(TLS, until="<proceed")
        context: Any = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_max_proto_version(newest)
        if pem:
            _show(context, pem)
        raw = self.wire
        raw.setblocking(True)
        self.wire = SSL.Connection(context, raw)
        self.wire.set_connect_state()
        self.wire.do_handshake()
        return self.say(HEADER, until="</stream:features>")

    def bound(self, kind: str) -> tuple[str, bytes]:
        """What the client's own TLS library says of the connection."""
        if kind == "tls-exporter":
            return kind, self.wire.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
        if kind == "tls-unique":
            return kind, self.wire.get_finished()
        leaf = self.wire.get_peer_certificate(as_cryptography=True).public_bytes(Encoding.DER)
        return kind, hashlib.sha256(leaf).digest()

    def scram(self, mechanism: str, binding: tuple[str, bytes] | None) -> str:
        """The whole exchange, the server verified; what came last."""
        from scramp import ScramClient

        client = ScramClient([mechanism], "pistol", "secret", channel_binding=binding)
        first = self.say(_auth(mechanism, client.get_client_first()), until="</")
        if "<failure" in first:
            return first
        client.set_server_first(told(first))
        last = self.say(f"<response xmlns='{SASL}'>{coded(client.get_client_final())}</response>", until="</")
        if "<success" in last:
            client.set_server_final(told(last))
        return last

    def bind(self) -> str:
        self.say(HEADER, until="</stream:features>")
        return self.say(f"<iq type='set' id='b'><bind xmlns='{BIND}'/></iq>", until="</iq>")


def _show(context: Any, pem: bytes) -> None:
    """Have the client show this certificate."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.use_certificate_file(file.name)
        context.use_privatekey_file(file.name)


def _auth(mechanism: str, data: str) -> str:
    return f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{coded(data) or '='}</auth>"


@dataclass
class Place:
    """A listening porch."""

    porch: Porch
    certificate: Certificate
    port: int

    @contextmanager
    def line(self) -> Iterator[Line]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as sock:
            yield Line(sock)


@pytest_twisted.async_yield_fixture  # type: ignore[untyped-decorator]  # the plugin has no annotations
async def place() -> AsyncIterator[Place]:
    names = (f"id{n}" for n in count(1))
    host = Host(new_id=lambda: next(names), secret="s")
    certificate = Certificate.make([DOMAIN], clients=True)
    accounts = Listed({PISTOL: "secret", f"gower@{DOMAIN}": "secret"})
    porch = Porch(
        host,
        reactor=reactor,
        clock=reactor,
        credentials=accounts,
        certificate=certificate,
        sasl2=True,
        stream_management=True,
    )
    listener = reactor.listenTCP(0, porch, interface="127.0.0.1")
    yield Place(porch, certificate, listener.getHost().port)
    porch.close()
    certificate.remove()
    await listener.stopListening()


def claim(test: Callable[..., Any]) -> Any:
    """A test that waits for blocking work in a thread while the reactor turns."""
    return pytest_twisted.ensureDeferred(test)


# channel binding: RFC 5802 6, RFC 5929, RFC 9266, XEP-0440

KINDS = [
    (SSL.TLS1_3_VERSION, "tls-exporter"),
    (SSL.TLS1_3_VERSION, "tls-server-end-point"),
    (SSL.TLS1_2_VERSION, "tls-unique"),
    (SSL.TLS1_2_VERSION, "tls-server-end-point"),
]


@claim
@pytest.mark.parametrize(("version", "kind"), KINDS)
@pytest.mark.parametrize("family", ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_login_bound_to_its_connection(place: Place, version: int, kind: str, family: str) -> None:
    """Both ends agree on what the connection is."""

    def client() -> tuple[str, str, str]:
        with place.line() as line:
            features = line.secure(newest=version)
            return features, line.scram(f"{family}-PLUS", line.bound(kind)), line.bind()

    features, last, session = await deferToThread(client)
    assert f"<mechanism>{family}-PLUS</mechanism>" in features
    assert f'<channel-binding type="{kind}"/>' in features
    assert "<success" in last
    assert f"<jid>{PISTOL}/" in session


@claim
@pytest.mark.parametrize(("version", "kind"), KINDS)
async def test_somebody_in_the_middle_is_found_out(place: Place, version: int, kind: str) -> None:
    """Data of another connection opens nothing, though the password is right."""

    def client() -> str:
        with place.line() as line:
            line.secure(newest=version)
            return line.scram("SCRAM-SHA-256-PLUS", (kind, b"x" * 32))

    assert "<not-authorized" in await deferToThread(client)


@claim
async def test_who_was_told_that_there_is_no_binding_was_lied_to(place: Place) -> None:
    """RFC 5802 6: flag y, where -PLUS was offered, is a downgrade."""

    def client() -> str:
        with place.line() as line:
            line.secure()
            return line.say(_auth("SCRAM-SHA-256", "y,,n=pistol,r=abcdefgh"), until="</")

    assert "<failure" in await deferToThread(client)


@claim
async def test_without_binding_a_login_over_tls_goes_on(place: Place) -> None:
    """Flag n: the client cannot."""

    def client() -> str:
        with place.line() as line:
            line.secure()
            return line.scram("SCRAM-SHA-512", None)

    assert "<success" in await deferToThread(client)


@claim
async def test_without_tls_there_is_nothing_to_bind_to(place: Place) -> None:
    """No -PLUS, no EXTERNAL, no SASL2 in the clear."""

    def client() -> str:
        with place.line() as line:
            return line.say(HEADER, until="</stream:features>")

    features = await deferToThread(client)
    assert "<mechanism>SCRAM-SHA-512</mechanism>" in features
    assert not any(word in features for word in ("-PLUS", "EXTERNAL", NS_SASL2, "channel-binding"))


def test_scramp_itself_still_needs_the_rim() -> None:
    """Once it knows tls-exporter, `mockserver.net.scram` can go."""
    import importlib
    import sys

    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "scramp"}
    try:
        fresh = importlib.import_module("scramp.core")
        with pytest.raises(fresh.ScramException):
            fresh.CbName("tls-exporter")
    finally:
        sys.modules.update(kept)
    assert ScramException is kept["scramp"].ScramException


# client certificates: XEP-0178 2


@claim
@pytest.mark.parametrize("wanted", ["", PISTOL])
async def test_a_certificate_of_ours_opens_its_account(place: Place, wanted: str) -> None:
    """With an authorization identity or without one."""

    def client() -> tuple[str, str, str]:
        with place.line() as line:
            features = line.secure(pem=place.certificate.for_client(PISTOL))
            return features, line.say(_auth("EXTERNAL", wanted), until="<success"), line.bind()

    features, _, session = await deferToThread(client)
    assert "<mechanism>EXTERNAL</mechanism>" in features
    assert f"<jid>{PISTOL}/" in session


@claim
async def test_a_certificate_opens_no_other_account(place: Place) -> None:
    """gower exists, and this is pistol's."""

    def client() -> str:
        with place.line() as line:
            line.secure(pem=place.certificate.for_client(PISTOL))
            return line.say(_auth("EXTERNAL", f"gower@{DOMAIN}"), until="</failure")

    assert "<invalid-authzid" in await deferToThread(client)


@claim
async def test_a_certificate_for_an_account_that_is_not_there(place: Place) -> None:
    """It is offered, and opens nothing."""

    def client() -> str:
        with place.line() as line:
            line.secure(pem=place.certificate.for_client(f"nym@{DOMAIN}"))
            return line.say(_auth("EXTERNAL", ""), until="</failure")

    assert "<not-authorized" in await deferToThread(client)


@claim
async def test_a_certificate_of_somebody_elses_authority(place: Place) -> None:
    """TLS stands, but EXTERNAL is not offered; the password still works."""
    foreign = Certificate.make([DOMAIN], clients=True)

    def client() -> tuple[str, str]:
        with place.line() as line:
            features = line.secure(pem=foreign.for_client(PISTOL))
            refused = line.say(_auth("EXTERNAL", PISTOL), until="</failure")
            assert "<invalid-mechanism" in refused
            return features, line.scram("SCRAM-SHA-256", None)

    try:
        features, last = await deferToThread(client)
    finally:
        foreign.remove()
    assert "EXTERNAL" not in features
    assert "<success" in last


class Untrusted:
    """A TLS connection on which OpenSSL found a certificate wrong that nobody can read either."""

    def get_app_data(self) -> object:
        return UNTRUSTED

    def get_peer_certificate(self, **_: object) -> object:
        raise ValueError("invalid version")

    def get_protocol_version_name(self) -> str:
        return "TLSv1.3"

    def export_keying_material(self, *_: object) -> bytes:
        return b"exported"


def test_a_certificate_of_somebody_else_need_not_be_readable() -> None:
    """It names nobody, and the log-in goes on by other ways."""
    channel = Certificate.make([DOMAIN], clients=True).channel(Untrusted())
    assert (channel.claims, channel.bindings["tls-exporter"]) == ((), b"exported")


def test_a_client_certificate_names_its_account_in_the_way_of_xmpp() -> None:
    """id-on-xmppAddr, signed by the CA that servers of it trust."""
    made = Certificate.make([DOMAIN], clients=True)
    try:
        pem = made.for_client(PISTOL)
        certificate = x509.load_pem_x509_certificate(pem)
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(Path(made.ca_path).read_bytes()))
    finally:
        made.remove()
    (name,) = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert isinstance(name, x509.OtherName)
    assert name.type_id.dotted_string == "1.3.6.1.5.5.7.8.5"
    assert name.value == b"\x0c" + bytes([len(PISTOL)]) + PISTOL.encode()


# SASL2 and Bind 2: XEP-0388, XEP-0386


def request(inner: str, mechanism: str = "PLAIN", data: str = "\0pistol\0secret") -> str:
    first = f"<initial-response>{coded(data)}</initial-response>" if data else ""
    return f"<authenticate xmlns='{NS_SASL2}' mechanism='{mechanism}'>{first}{inner}</authenticate>"


def answers(heard: str) -> list[Element]:
    """The elements that came, in their order."""
    root = parse(f"<all xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>{heard}</all>")
    return list(root.elements())


async def log_in(place: Place, *said: str) -> list[Element]:
    def client() -> str:
        with place.line() as line:
            line.secure()
            return "".join(line.say(text, until="</stream:features>") for text in said)

    return answers(await deferToThread(client))


@claim
async def test_what_sasl2_offers(place: Place) -> None:
    """The mechanisms again, and what can be had with the log-in."""

    def client() -> str:
        with place.line() as line:
            return line.secure()

    features = answers(
        (await deferToThread(client)).partition("<stream:features>")[2].removesuffix("</stream:features>")
    )
    (offer,) = [e for e in features if e.uri == NS_SASL2]
    names = [m.text for m in offer.find_all("mechanism", NS_SASL2)]
    (inline,) = offer.find_all("inline", NS_SASL2)
    (bind,) = inline.find_all("bind", NS_BIND2)
    (within,) = bind.find_all("inline", NS_BIND2)
    assert {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"} <= set(names)
    assert [f.get("var") for f in within.elements()] == [NS_CARBONS, NS_CSI, NS_SM]
    assert inline.find("sm", NS_SM)


@claim
async def test_a_login_by_sasl2_goes_on_in_the_same_stream(place: Place) -> None:
    """No restart: success with the bare JID, then features with binding."""
    success, features = await log_in(place, request(""))
    assert (success.name, success.uri) == ("success", NS_SASL2)
    assert [e.text for e in success.elements()] == [PISTOL]
    assert features.find("bind", BIND)


@claim
async def test_a_session_comes_with_the_login(place: Place) -> None:
    """Bind 2: the full JID with the client's tag, the archive's state, the features asked for."""
    wanted = f"<tag>Falstaff</tag><enable xmlns='{NS_CARBONS}'/><enable xmlns='{NS_SM}' resume='true'/>"
    asked = request(f"<bind xmlns='{NS_BIND2}'>{wanted}<inactive xmlns='{NS_CSI}'/></bind>")

    def client() -> str:
        with place.line() as line:
            line.secure()
            heard = line.say(asked, until="</stream:features>")
            (session,) = place.porch.sessions
            stream: Any = place.porch._streams[session]
            states.append((str(session), stream.inactive, stream.ledger is not None))
            states.append(place.porch.host.accounts.table[session.bare].sessions[session].carbons)
            return heard

    states: list[Any] = []
    success, features = answers(await deferToThread(client))
    who = success.find("authorization-identifier", NS_SASL2)
    bound = success.find("bound", NS_BIND2)
    assert who and bound
    assert who.text.startswith(f"{PISTOL}/Falstaff/")
    assert [(e.name, e.uri) for e in bound.elements()] == [("metadata", "urn:xmpp:mam:2"), ("enabled", NS_SM)]
    assert states == [(who.text, True, True), True]
    assert not features.find("bind", BIND)


@claim
async def test_a_session_that_was_lost_comes_back_with_the_login(place: Place) -> None:
    """Resumption first; then no new session is bound. A former one that is not there is said so, and one is bound."""

    def client() -> tuple[str, str, str]:
        bind = f"<bind xmlns='{NS_BIND2}'><enable xmlns='{NS_SM}' resume='true'/></bind>"
        with place.line() as line:
            line.secure()
            first = line.say(request(bind), until="</stream:features>")
            name = first.partition("<enabled")[2].partition(' id="')[2].partition('"')[0]
            with place.line() as other:
                other.secure()
                again = other.say(
                    request(f"<resume xmlns='{NS_SM}' h='0' previd='{name}'/>{bind}"), until="</stream:features>"
                )
            with place.line() as third:
                third.secure()
                gone = third.say(
                    request(f"<resume xmlns='{NS_SM}' h='0' previd='nothing'/>{bind}"), until="</stream:features>"
                )
        return first, again, gone

    first, again, gone = [answers(heard)[0] for heard in await deferToThread(client)]
    names = [e.find("authorization-identifier", NS_SASL2) for e in (first, again, gone)]
    assert all(names)
    former, resumed, new = [e.text for e in names if e]
    assert resumed == former != new
    assert again.find("resumed", NS_SM) and not again.find("bound", NS_BIND2)
    assert gone.find("failed", NS_SM) and gone.find("bound", NS_BIND2)


@claim
async def test_the_same_client_takes_the_place_of_its_earlier_session(place: Place) -> None:
    """By the id of its user agent."""
    agent = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>Nym</software></user-agent>"
    asked = request(f"{agent}<bind xmlns='{NS_BIND2}'/>")

    def client() -> str:
        with place.line() as line, place.line() as other:
            line.secure()
            line.say(asked, until="</stream:features>")
            other.secure()
            other.say(asked, until="</stream:features>")
            return line.say("", until="</stream:stream>")

    assert "<conflict" in await deferToThread(client)
    assert len(place.porch.sessions) <= 1


@claim
async def test_scram_in_the_words_of_sasl2(place: Place) -> None:
    """Challenge, response, and the server's proof in additional-data."""
    from scramp import ScramClient

    def client() -> str:
        with place.line() as line:
            line.secure()
            scram = ScramClient(["SCRAM-SHA-256"], "pistol", "secret")
            asked = request("", "SCRAM-SHA-256", scram.get_client_first())
            scram.set_server_first(told(line.say(asked, until="</challenge>")))
            final = f"<response xmlns='{NS_SASL2}'>{coded(scram.get_client_final())}</response>"
            heard = line.say(final, until="</stream:features>")
            data = answers(heard)[0].find("additional-data", NS_SASL2)
            scram.set_server_final(base64.b64decode(data.text if data else "").decode())
            return heard

    assert "<success" in await deferToThread(client)


@claim
@pytest.mark.parametrize(
    ("said", "condition"),
    [
        (request("", data="\0pistol\0wrong"), "not-authorized"),
        (request("", mechanism="CRAM-MD5"), "invalid-mechanism"),
        (
            f"<authenticate xmlns='{NS_SASL2}' mechanism='PLAIN'><initial-response>§</initial-response></authenticate>",
            "incorrect-encoding",
        ),
        (f"<abort xmlns='{NS_SASL2}'/>", "aborted"),
    ],
)
async def test_refusals_of_sasl2(place: Place, said: str, condition: str) -> None:
    """The conditions are those of RFC 6120, in a failure of SASL2; nothing that was asked inline is done."""

    def client() -> str:
        with place.line() as line:
            line.secure()
            return line.say(said, until="</failure>")

    assert condition in await deferToThread(client)
    assert not place.porch.sessions


@claim
async def test_nobody_logs_in_twice(place: Place) -> None:
    """XEP-0388 6.4: another <authenticate/> after success is a stream error."""

    def client() -> str:
        with place.line() as line:
            line.secure()
            line.say(request(""), until="</stream:features>")
            return line.say(request(""), until="</stream:stream>")

    assert "<stream:error>" in await deferToThread(client)


# as `mucspec serve` offers it


def serving(tmp_path: Path, **more: Any) -> Any:
    wanted: dict[str, Any] = {"port": 0, "accounts": {"pistol": "secret"}, "quiet": True, **more}
    return start(ServeOptions(**wanted), reactor)


@claim
async def test_serve_writes_a_certificate_for_each_account(tmp_path: Path) -> None:
    """In a file of its own that nobody else reads; it opens the account."""
    running = serving(tmp_path, client_certificates=str(tmp_path / "clients"), domain=DOMAIN, sasl2=True)
    (file,) = (tmp_path / "clients").iterdir()
    port = int(running.addresses["c2s"].rpartition(":")[2])

    def client() -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            line = Line(sock)
            line.secure(pem=file.read_bytes())
            return line.say(request("", "EXTERNAL", ""), until="<challenge") + line.say(
                f"<response xmlns='{NS_SASL2}'/>", until="</stream:features>"
            )

    heard = await deferToThread(client)
    await running.stop()
    assert (file.name, file.stat().st_mode & 0o777) == (f"{PISTOL}.pem", 0o600)
    assert f"<authorization-identifier>{PISTOL}<" in heard


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tls": False}, "--no-tls"),
        ({"accounts": {}}, "--account JID:PASSWORD"),
        ({"client_certificates": "/proc/nowhere"}, "a folder that can be written"),
    ],
)
def test_certificates_that_cannot_be(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    """One line with the remedy."""
    with pytest.raises(CannotServe, match=said):
        serving(tmp_path, **{"client_certificates": str(tmp_path), **options})

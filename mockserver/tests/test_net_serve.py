"""Claims about `serve`: who may come in, the ready line, the transcript."""

from __future__ import annotations

import io
import json
from errno import EADDRNOTAVAIL
from socket import gaierror
from typing import Any

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.jid import JID
from mockserver.muc.xml import parse
from mockserver.serve import CannotServe, Running, ServeOptions, start, transcript

from .streams import HEADER, Transport

QUIET: dict[str, Any] = {"quiet": True, "tls": False, "port": 0}


def serve(**options: Any) -> tuple[Running, Any]:
    reactor: Any = MemoryReactorClock()
    return start(ServeOptions(**{**QUIET, **options}), reactor), reactor


def features(running: Running, reactor: Any) -> str:
    transport, protocol = Transport(), running.porch.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(HEADER.replace("mucspec.invalid", running.host.domain).encode())
    reactor.advance(0)
    return transport.value().decode()


@pytest.mark.parametrize(
    ("options", "offered"),
    [
        ({}, {"PLAIN", "ANONYMOUS"}),
        ({"accounts": {"pistol": "s"}}, {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}),
        ({"accounts": {"pistol": "s"}, "anonymous": True}, {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "ANONYMOUS"}),
        ({"accounts": {"pistol": "s"}, "any_password": True}, {"PLAIN", "ANONYMOUS"}),
        ({"anonymous": True}, {"ANONYMOUS"}),
        ({"anonymous": True, "open_registration": True}, {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "ANONYMOUS"}),
    ],
)
def test_what_is_offered_follows_from_the_accounts(options: dict[str, Any], offered: set[str]) -> None:
    """Without account flags any password will do; with accounts only theirs."""
    running, reactor = serve(**options)
    heard = features(running, reactor)
    names = {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "ANONYMOUS"}
    assert {name for name in names if f"<mechanism>{name}</mechanism>" in heard} == offered


def test_who_has_a_password_later_can_use_it() -> None:
    """Where only ANONYMOUS was offered, an account that the console adds brings the other mechanisms."""
    running, reactor = serve(anonymous=True)
    running.control.add_account("pistol@localhost", "s")
    assert "<mechanism>SCRAM-SHA-512</mechanism>" in features(running, reactor)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
@pytest.mark.parametrize("more", [{}, {"any_password": True}])
def test_any_password_is_for_loopback_only(host: str, more: dict[str, Any]) -> None:
    """DESIGN 5.14: elsewhere it refuses to start and says what would help."""
    with pytest.raises(CannotServe, match="--account JID:PASSWORD"):
        serve(host=host, **more)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_fine(host: str) -> None:
    """Every loopback address will do."""
    serve(host=host)


def test_elsewhere_accounts_are_enough() -> None:
    """With accounts any address may be served."""
    running, reactor = serve(host="0.0.0.0", accounts={"pistol@localhost": "s"})
    assert reactor.tcpServers[0][3] == "0.0.0.0"
    assert "ANONYMOUS" not in features(running, reactor)


@pytest.mark.parametrize(
    "options",
    [
        {"domain": "a/b"},
        {"domain": "@"},
        {"domain": "x.invalid", "muc_domain": "x.invalid"},
        {"accounts": {"pistol@elsewhere": "s"}},
        {"accounts": {"pistol@localhost/x": "s"}},
        {"port": 65536},
        {"direct_tls_port": -1, "tls": True},
        {"direct_tls_port": 5223},
        {"websocket_tls_port": 5281},
        {"bosh_tls_port": 5281},
        {"bosh_port": 65536},
        {"websocket_port": 65536},
        {"sasl2": True, "tls": False},
        {"open_registration": True, "any_password": True},
        {"config": "nowhere.toml"},
    ],
)
def test_bad_names_are_one_clear_line(options: dict[str, Any]) -> None:
    """What the command line got wrong is said with the option's name."""
    with pytest.raises(CannotServe, match="--") as caught:
        serve(**options)
    assert "\n" not in str(caught.value)


def test_a_port_in_use_is_one_clear_line() -> None:
    """The remedy is part of the message."""

    class Busy(MemoryReactorClock):
        def listenTCP(self, *args: Any, **more: Any) -> Any:
            raise CannotListenError("127.0.0.1", 5222, OSError("Address already in use"))

    with pytest.raises(CannotServe, match=r"port 0: Address already in use; another --port"):
        start(ServeOptions(**QUIET), Busy())


@pytest.mark.parametrize(
    "error", [OSError(EADDRNOTAVAIL, "Cannot assign requested address"), gaierror(-2, "Name or service not known")]
)
def test_an_address_of_another_machine_is_one_clear_line(error: OSError) -> None:
    """No other port would help."""

    class Elsewhere(MemoryReactorClock):
        def listenTCP(self, *args: Any, **more: Any) -> Any:
            raise CannotListenError("192.0.2.1", 5222, error)

    with pytest.raises(CannotServe, match=f"port 0: {error.strerror}; --host takes an address of this machine"):
        start(ServeOptions(**QUIET), Elsewhere())


def test_when_one_port_is_in_use_no_other_stays_open() -> None:
    """The message names the option whose port it was; the CA is gone too."""

    class Busy(MemoryReactorClock):
        def listenTCP(self, port: int, *args: Any, **more: Any) -> Any:
            if port == 7:
                raise CannotListenError("127.0.0.1", 7, OSError("Address already in use"))
            opened.append(port)
            made = super().listenTCP(port, *args, **more)
            made.stopListening = lambda: opened.remove(port)
            return made

    opened: list[int] = []
    with pytest.raises(CannotServe, match=r"port 7: Address already in use; another --websocket-port"):
        start(ServeOptions(**QUIET, websocket_port=7), Busy())
    assert opened == []


def test_every_entrance_has_its_address() -> None:
    """Direct TLS as host and port, WebSocket and BOSH as URLs; those that nobody asked for are not there."""
    running, reactor = serve(tls=True, direct_tls_port=0, websocket_port=0)
    assert len(reactor.tcpServers) == 3
    some = {"c2s": "0.0.0.0:0", "c2s-tls": "0.0.0.0:0", "websocket": "ws://0.0.0.0:0/xmpp-websocket"}
    assert running.addresses == some
    running, reactor = serve(tls=True, websocket_tls_port=0, bosh_port=0, bosh_tls_port=0)
    assert len(reactor.tcpServers) == 4
    urls = {
        "websocket-tls": "wss://0.0.0.0:0/xmpp-websocket",
        "bosh": "http://0.0.0.0:0/http-bind",
        "bosh-tls": "https://0.0.0.0:0/http-bind",
    }
    assert running.addresses == {"c2s": "0.0.0.0:0", **urls}
    assert [url for _, url in running.porch.links] == list(urls.values())


def test_the_ready_line_has_the_agreed_facts(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON line on stdout, when everything listens."""
    serve(ready_json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {
        "ready": True,
        "domain": "localhost",
        "muc": "conference.localhost",
        "addresses": {"c2s": "0.0.0.0:0"},  # what the reactor of the test says
        "ca": None,
    }


def test_the_end_of_the_reactor_removes_the_ca() -> None:
    """Nothing is left behind when the program ends."""
    running, reactor = serve(tls=True)
    assert running.certificate
    assert running.certificate.ca_path.exists()
    for trigger, args, more in reactor.triggers["before"]["shutdown"]:
        trigger(*args, **more)
    assert not running.certificate.ca_path.exists()


def test_the_transcript_is_a_line_a_stanza_that_clients_cannot_forge() -> None:
    """Directions as arrows; control characters are shown, fences are not."""
    stream = io.StringIO()
    write = transcript(stream)
    write("in", "pistol@localhost/x", "<message>\n<- forged\x1b[31m é</message>", fence=False)
    write("out", "pistol@localhost/x", "<iq/>", fence=True)
    assert stream.getvalue() == "-> pistol@localhost/x  <message>\\x0a<- forged\\x1b[31m é</message>\n"


@pytest.mark.parametrize(("given", "open_"), [({}, False), ({"open_registration": True}, True)])
def test_registration_is_open_where_it_is_asked_for(given: dict[str, Any], open_: bool) -> None:
    """Listed accounts keep their passwords; clients may add theirs."""
    running, reactor = serve(accounts={"pistol": "s"}, **given)
    assert ("iq-register" in features(running, reactor)) is open_


def test_stream_management_is_there_where_it_is_asked_for() -> None:
    """Off by default: what the stream features name after login."""
    for given, offered in (({}, False), ({"stream_management": True}, True)):
        running, _ = serve(**given)
        assert any(offer.name == "sm" for offer in running.porch.terms.after_login) is offered


@pytest.mark.parametrize("instant", [False, True])
def test_new_rooms_are_locked_unless_they_are_to_be_instant(instant: bool) -> None:
    """XEP-0045 10.1.1: until their owner has configured them."""
    running, _ = serve(instant_rooms=instant)
    owner = running.host.bind(JID.parse("pistol@localhost"), "ship")
    join = parse("<presence to='lounge@conference.localhost/p'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    running.host.receive(join, sender=owner, now=0)
    assert running.host.muc.rooms[JID.parse("lounge@conference.localhost")].locked is not instant

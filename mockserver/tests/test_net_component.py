"""Claims about the entrance for components, over in-memory transports: XEP-0114."""

from __future__ import annotations

from hashlib import sha1
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, parse
from mockserver.net.component import Entrance
from mockserver.net.limits import Limits
from mockserver.net.reader import Bounds
from mockserver.net.trust import Trust
from mockserver.serve import CannotServe, ServeOptions, start

from .streams import DOMAIN, Scene, Transport

GATE = "gate.invalid"
HEADER = "<?xml version='1.0'?><stream:stream xmlns='{ns}' xmlns:stream='http://etherx.jabber.org/streams' to='{to}'>"
SAY = f"<message from='nym@{GATE}/r' to='pistol@{DOMAIN}/x'><body>Hi</body></message>"


class Gate:
    """One connection at the entrance for components."""

    def __init__(self, scene: Scene, entrance: Entrance) -> None:
        self.scene = scene
        self.transport = Transport()
        self.stream = entrance.buildProtocol(None)
        self.stream.makeConnection(self.transport)

    def say(self, text: str | bytes) -> str:
        self.stream.dataReceived(text.encode() if isinstance(text, str) else text)
        return self.heard()

    def heard(self) -> str:
        self.scene.clock.advance(0)
        text = self.transport.value().decode()
        self.transport.clear()
        return text

    def open(self, to: str = GATE, ns: str = "jabber:component:accept") -> str:
        return self.say(HEADER.format(ns=ns, to=to))

    def shake(self, header: str, secret: str = "s3cret") -> str:
        name = header.partition("id='")[2].partition("'")[0]
        return self.say(f"<handshake>{sha1((name + secret).encode()).hexdigest()}</handshake>")

    def enter(self, to: str = GATE) -> str:
        return self.shake(self.open(to))

    def lose(self) -> None:
        self.stream.connectionLost()


class Yard:
    """A scene with an entrance for components; the secret is "s3cret"."""

    def __init__(self, *, limits: Limits | None = None, **trust: Any) -> None:
        self.scene = Scene(limits=limits)
        self.scene.porch.trust = Trust(**{"secret": "s3cret", **trust})
        self.entrance = Entrance(self.scene.porch)

    def connect(self) -> Gate:
        return Gate(self.scene, self.entrance)

    def component(self, to: str = GATE) -> Gate:
        gate = self.connect()
        assert gate.enter(to) == "<handshake/>"
        return gate


def error(text: str) -> str:
    """The condition of the stream error in it."""
    inner = text.partition("<stream:error>")[2].partition("</stream:error>")[0]
    return inner.partition("<")[2].partition(" ")[0]


def stanza(text: str) -> Element:
    return parse(text)


# the handshake


def test_a_component_shakes_hands() -> None:
    """The header says its name and an id; the right hash is answered, and its domain is served from then on."""
    yard = Yard()
    gate = yard.connect()
    header = gate.open()
    assert "from='gate.invalid'" in header and "xmlns='jabber:component:accept'" in header and "version" not in header
    assert header.partition("<stream:")[2].startswith("stream ")
    assert gate.shake(header) == "<handshake/>"
    assert list(yard.scene.host.accounts.components) == [GATE]
    assert [entry for entry in yard.scene.traffic if "handshake" in entry[2]] == []


def test_a_wrong_secret_is_not_authorized() -> None:
    """And no domain is served."""
    yard = Yard()
    gate = yard.connect()
    assert error(gate.shake(gate.open(), "wrong")) == "not-authorized"
    assert gate.transport.ended == "closed"
    assert not yard.scene.host.accounts.components


def test_without_a_secret_any_will_do() -> None:
    """As accounts without a list do."""
    gate = Yard(secret=None).connect()
    assert gate.say(HEADER.format(ns="jabber:component:accept", to=GATE) + "<handshake/>").endswith("<handshake/>")


def test_nothing_comes_in_without_a_handshake() -> None:
    """A stanza before it is not-authorized; what stands behind the mistake does not count."""
    yard = Yard()
    pistol = yard.scene.log_in("pistol")
    gate = yard.connect()
    gate.open()
    assert error(gate.say(SAY + "<handshake/>" + SAY)) == "not-authorized"
    assert pistol.heard() == ""


@pytest.mark.parametrize(
    ("to", "wrong"),
    [
        (DOMAIN, "conflict"),
        (f"conference.{DOMAIN}", "conflict"),
        ("GATE.invalid", "conflict"),
        ("nym@other.invalid", "host-unknown"),
        ("@", "improper-addressing"),
        ("", "improper-addressing"),
    ],
)
def test_names_that_cannot_be_served_are_refused(to: str, wrong: str) -> None:
    """XEP-0114 3: taken ones, the host's own ones, and what is no domain; behind a header, with a stream error."""
    yard = Yard()
    yard.component()
    told = yard.connect().open(to)
    assert told.startswith("<stream:stream")
    assert (error(told), told.endswith("</stream:stream>")) == (wrong, True)


def test_where_names_are_given_others_are_unknown() -> None:
    """host-unknown, whatever the secret."""
    yard = Yard(names=frozenset({JID(GATE)}))
    yard.component()
    assert error(yard.connect().open("other.invalid")) == "host-unknown"


def test_of_two_that_open_a_stream_one_shakes_hands() -> None:
    """The other one is a conflict, though it came before anybody had shaken hands; the first is not disturbed."""
    yard = Yard()
    first, second = yard.connect(), yard.connect()
    header = second.open()
    assert first.enter() == "<handshake/>"
    assert error(second.shake(header)) == "conflict"
    pistol = yard.scene.log_in("pistol")
    second.lose()
    first.say(SAY)
    assert "Hi" in pistol.heard()


def test_a_name_is_free_again_when_its_component_is_gone() -> None:
    """By the end of its stream, and by the loss of the connection."""
    yard = Yard()
    gate = yard.component()
    assert gate.say("</stream:stream>").endswith("</stream:stream>")
    again = yard.component()
    gate.lose()
    assert list(yard.scene.host.accounts.components) == [GATE]
    again.lose()
    assert not yard.scene.host.accounts.components
    yard.component()


# bounds


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        (HEADER.format(ns="jabber:client", to=GATE), "invalid-namespace"),
        ("<stream xmlns='jabber:component:accept' to='gate.invalid'>", "invalid-namespace"),
        ("<stream:stream>", "bad-namespace-prefix"),
        ("<!DOCTYPE x>", "restricted-xml"),
        ("no xml", "not-well-formed"),
        ("\0<", "unsupported-encoding"),
    ],
)
def test_what_is_no_component_stream_is_told_so(header: str, wrong: str) -> None:
    """A header of our own goes first: RFC 6120 4.9.1.1."""
    gate = Yard().connect()
    told = gate.say(header)
    assert "<stream:stream" in told
    assert (error(told), gate.transport.ended) == (wrong, "closed")


@pytest.mark.parametrize("before", [True, False])
def test_size_and_depth_are_bounded_before_and_after_the_handshake(before: bool) -> None:
    """As they are for clients, and before a stanza is complete."""
    for much in ("<message>" + "x" * 2000, "<a>" * 20):
        yard = Yard(limits=Limits(bounds=Bounds(stanza=1000, depth=10)))
        gate = yard.connect()
        gate.open()
        if not before:
            gate = yard.component("other.invalid")
        assert error(gate.say(much)) == "policy-violation"
        assert gate.transport.ended == "closed"


def test_who_does_not_shake_hands_in_time_is_sent_away() -> None:
    """Connected or with a header; who has shaken hands may be silent for ever."""
    yard = Yard()
    silent, slow, settled = yard.connect(), yard.connect(), yard.component("other.invalid")
    slow.open()
    yard.scene.clock.advance(31)
    assert [error(gate.heard()) for gate in (silent, slow, settled)] == ["connection-timeout"] * 2 + [""]
    yard.scene.clock.advance(6)
    assert (silent.transport.ended, settled.transport.ended) == ("aborted", "")


def test_connections_of_components_are_counted_with_the_others() -> None:
    """Where there is no room for one more, it is cut off."""
    yard = Yard(limits=Limits(connections=1))
    first, second = yard.connect(), yard.connect()
    assert (first.transport.ended, second.transport.ended) == ("", "aborted")
    first.lose()
    assert yard.connect().transport.ended == ""


def test_a_component_that_does_not_read_is_cut_off() -> None:
    """What waits for it is bounded."""
    yard = Yard(limits=Limits(backlog=1000))
    gate, pistol = yard.component(), yard.scene.log_in("pistol")
    gate.stream.outbox.pauseProducing()
    for _ in range(20):
        pistol.say(f"<message to='{GATE}'><body>{'x' * 100}</body></message>")
    assert gate.transport.ended == "aborted"
    assert not yard.scene.host.accounts.components


# stanzas


def test_stanzas_pass_in_the_namespace_of_each_stream() -> None:
    """What is forwarded inside a stanza keeps its own."""
    yard = Yard()
    gate, pistol = yard.component(), yard.scene.log_in("pistol")
    inside = "<f xmlns='u'><message xmlns='jabber:client'><body>In</body></message></f>"
    heard = pistol.say(f"<message to='nym@{GATE}/r' id='1'><body>Hi</body>{inside}</message>")
    assert heard == ""
    assert gate.heard() == (
        f'<message to="nym@{GATE}/r" id="1" from="pistol@{DOMAIN}/x"><body>Hi</body>'
        '<f xmlns="u"><message xmlns="jabber:client"><body>In</body></message></f></message>'
    )
    gate.say(SAY.replace("</body>", f"</body>{inside}"))
    told = stanza(pistol.heard())
    assert (told.uri, told.get("to"), told.get("from")) == ("jabber:client", f"pistol@{DOMAIN}/x", f"nym@{GATE}/r")
    assert [child.uri for child in told.elements()][:2] == ["jabber:client", "u"]
    forwarded = next(told.find_all("f", "u"))
    assert [child.uri for child in forwarded.elements()] == ["jabber:client"]


def test_the_transcript_has_what_components_say_and_hear() -> None:
    """Under the component's name, as clients' stanzas are under theirs."""
    yard = Yard()
    gate, pistol = yard.component(), yard.scene.log_in("pistol")
    yard.scene.traffic.clear()
    pistol.say(f"<message to='{GATE}'/>")
    gate.say(SAY)
    assert [(way, who) for way, who, _, _ in yard.scene.traffic] == [
        ("in", f"pistol@{DOMAIN}/x"),
        ("out", GATE),
        ("in", GATE),
        ("out", f"pistol@{DOMAIN}/x"),
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (SAY.replace("nym@gate.invalid/r", f"gower@{DOMAIN}"), "invalid-from"),
        (SAY.replace(f"to='pistol@{DOMAIN}/x'", ""), "improper-addressing"),
        ("<presence xmlns='jabber:client'/>", "unsupported-stanza-type"),
        ("<handshake/>", "unsupported-stanza-type"),
    ],
)
def test_a_stanza_that_a_component_must_not_send_ends_its_stream(text: str, wrong: str) -> None:
    """And nobody gets it; the domain is gone at once."""
    yard = Yard()
    gate, pistol = yard.component(), yard.scene.log_in("pistol")
    assert error(gate.say(text + SAY)) == wrong
    assert pistol.heard() == ""
    assert not yard.scene.host.accounts.components


def test_a_stream_error_of_the_component_ends_its_stream() -> None:
    """It is not answered by another one."""
    gate = Yard().component()
    assert "error" not in gate.say("<stream:error><undefined-condition xmlns='u'/></stream:error>")
    assert gate.transport.ended == "closed"


def test_a_mistake_of_ours_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """internal-server-error, as on a client's stream."""
    yard = Yard()
    gate = yard.component()
    monkeypatch.setattr(yard.scene.host.abroad, "receive", lambda *_, **__: 1 / 0)
    assert error(gate.say(SAY)) == "internal-server-error"


def test_a_privileged_component_is_told_behind_the_handshake() -> None:
    """XEP-0356 4.2."""
    told = Yard(privileged=True).connect().enter()
    message = stanza(told.removeprefix("<handshake/>"))
    assert (message.name, message.get("from"), message.get("to")) == ("message", DOMAIN, GATE)
    assert message.find("privilege", "urn:xmpp:privilege:2")


def test_the_end_of_the_server_ends_the_streams_of_components() -> None:
    """With system-shutdown, like those of clients."""
    yard = Yard()
    gate = yard.component()
    yard.scene.porch.close()
    assert error(gate.heard()) == "system-shutdown"


# serve


def test_serve_has_an_entrance_for_components() -> None:
    """In the ready line; with the secret, the names and the privileges of the options."""
    reactor: Any = MemoryReactorClock()
    options = ServeOptions(port=0, tls=False, quiet=True, component_port=0, component_secret="s", components=(GATE,))
    running = start(options, reactor)
    assert set(running.addresses) == {"c2s", "component"}
    assert running.porch.trust == Trust("s", frozenset({JID(GATE)}), privileged=False)


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"component_port": 0, "host": "0.0.0.0", "accounts": {"pistol": "s"}}, "--component-secret"),
        ({"component_secret": "s"}, "--component-port"),
        ({"components": (GATE,)}, "--component-port"),
        ({"component_port": 0, "component_secret": ""}, "--component-secret"),
        ({"component_port": 0, "component_privileges": True}, "--component-secret"),
        ({"component_port": 0, "components": ("nym@gate.invalid",)}, "--component takes"),
        ({"component_port": 0, "components": ("@",)}, "--component takes"),
        ({"component_port": 0, "components": ("conference.localhost",)}, "--component takes"),
        ({"component_port": 70000}, "--component-port"),
    ],
)
def test_serve_refuses_components_that_it_could_not_trust(options: dict[str, Any], remedy: str) -> None:
    """One line that names the option: any secret is for loopback only, privileges never without one."""
    with pytest.raises(CannotServe, match=remedy):
        start(ServeOptions(**{"port": 0, "tls": False, "quiet": True, **options}), MemoryReactorClock())

"""Claims about XMPP over WebSocket (RFC 7395), in memory, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from wsproto.events import CloseConnection, Ping
from wsproto.extensions import PerMessageDeflate

from mockserver.muc.jid import JID
from mockserver.net.certificate import Certificate
from mockserver.net.entrances import Entrance, direct_tls, websocket
from mockserver.net.framing import standalone
from mockserver.net.porch import Limits, Porch

from .streams import DOMAIN, SASL, Scene, Transport
from .websockets import (
    CLOSE,
    FRAMING,
    OPEN,
    PING,
    Caller,
    client,
    entered,
    error,
    fragments,
    masked,
    names,
    request,
)

ROOM = f"lounge@conference.{DOMAIN}"
JOIN = f"<presence xmlns='jabber:client' to='{ROOM}/{{}}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
SAY = f"<message xmlns='jabber:client' to='{ROOM}' type='groupchat'><body>{{}}</body></message>"
PISTOL = JID(f"pistol@{DOMAIN}/x")


@pytest.fixture
def certificate() -> Iterator[Certificate]:
    made = Certificate.make([DOMAIN])
    yield made
    made.remove()


# the handshake


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"target": "/xmpp-websocket?x=1"},
        {"subprotocols": ["chat", "xmpp"]},
        {"extra_headers": [(b"Origin", b"https://elsewhere.invalid")]},
    ],
)
def test_any_path_and_any_origin_lead_to_xmpp(more: dict[str, Any]) -> None:
    """What matters is the subprotocol, and it is confirmed."""
    caller = Caller(Scene())
    caller.enter(**more)
    assert caller.half.subprotocol == "xmpp"
    assert names(caller.say(OPEN)) == [f"{{{FRAMING}}}open", "{http://etherx.jabber.org/streams}features"]


UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
XMPP = "Sec-WebSocket-Protocol: xmpp"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (request(*UPGRADE, KEY), "400 Bad Request"),
        (request(*UPGRADE, KEY, "Sec-WebSocket-Protocol: chat, xmpp2"), "400 Bad Request"),
        (request(*UPGRADE, KEY, "Sec-WebSocket-Protocol: \xe9"), "400 Bad Request"),
        (request(*UPGRADE, XMPP), "400 Bad Request"),
        (request(*UPGRADE[1:], KEY, XMPP), "400 Bad Request"),
        (request(*UPGRADE[:2], "Sec-WebSocket-Version: 12", KEY, XMPP), "426 Upgrade Required"),
        (request(*UPGRADE, KEY, XMPP, line="POST /x HTTP/1.1"), "405 Method Not Allowed"),
        (request("Content-Length: 3", line="POST /http-bind HTTP/1.1"), "405 Method Not Allowed"),
        (request(), "426 Upgrade Required"),
        (request("Long: " + "x" * 20_000)[:-2], "431 Request Header Fields Too Large"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "400 Bad Request"),
        (b"<stream:stream>\r\n\r\n", "400 Bad Request"),
    ],
)
def test_what_is_no_handshake_for_xmpp_is_refused(data: bytes, status: str) -> None:
    """The answer says what is wrong, and the connection ends."""
    caller = Caller(Scene())
    answer = caller.raw(data)
    assert answer.startswith(f"HTTP/1.1 {status}\r\n".encode())
    assert caller.transport.ended == "closed"
    assert caller.raw(b"GET / HTTP/1.1\r\n\r\n") == b""


def test_compression_is_not_offered() -> None:
    """So that no small frame can become a big message."""
    caller = Caller(Scene())
    answer = caller.raw(caller.half.handshake(extensions=[PerMessageDeflate()]))
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"xtensions" not in answer


def test_who_does_not_shake_hands_in_time_is_dropped() -> None:
    """There is no stream yet that could say why."""
    scene = Scene()
    caller = Caller(scene)
    caller.raw(b"GET / HTTP/1.1\r\n")
    scene.clock.advance(30)
    assert (caller.transport.ended, caller.raw(b"")) == ("aborted", b"")


# streams in messages


@pytest.mark.parametrize("bytewise", [False, True])
def test_a_login_in_messages(bytewise: bool) -> None:
    """Streams begin with <open/>, also after SASL; whatever comes declares its namespaces."""
    caller = entered(Scene(), rude=False)
    heard = caller.log_in("pistol", bytewise=bytewise)
    stream = [f"{{{FRAMING}}}open", "{http://etherx.jabber.org/streams}features"]
    assert names(heard) == [*stream, f"{{{SASL}}}success", *stream, *client("iq")]
    opened = dict(ElementTree.fromstring(heard[0]).attrib)
    assert opened.pop("id") not in ("", ElementTree.fromstring(heard[3]).get("id"))
    assert opened == {"from": DOMAIN, "version": "1.0", "{http://www.w3.org/XML/1998/namespace}lang": "en"}
    assert "<mechanism>PLAIN" in heard[1]
    assert f"<jid>{PISTOL}</jid>" in heard[-1]


def test_tls_cannot_be_asked_for(certificate: Certificate) -> None:
    """It is the business of the URL: a porch that requires it on TCP lets clients log in, and refuses STARTTLS."""
    caller = entered(Scene(certificate=certificate, require_tls=True))
    _, features = caller.say(OPEN)
    assert ("<mechanism>PLAIN" in features, "starttls" in features) == (True, False)
    assert error(caller.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")) == "policy-violation"


@pytest.mark.parametrize("bytewise", [False, True])
def test_people_on_both_transports_are_in_one_room(bytewise: bool) -> None:
    """Each stanza is a message of its own with the namespace of stanzas; on TCP nothing is different."""
    scene = Scene()
    pistol, gower = entered(scene, "pistol"), scene.log_in("gower")
    heard = pistol.say(JOIN.format("pistol"), bytewise=bytewise)
    scene.host.muc.rooms[JID(ROOM)].locked = False
    heard += pistol.send(*fragments(SAY.format("Ça & là".replace("&", "&amp;")), 3), bytewise=bytewise)
    assert names(heard) == client("presence", "message", "message")
    assert f'type="groupchat" from="{ROOM}/pistol"><body>Ça &amp; là</body>' in heard[-1]
    assert "Ça &amp; là" in gower.say(JOIN.format("gower"))
    assert names(pistol.say(PING)) == client("presence", "iq")


def test_messages_behind_each_other_are_taken_in_order() -> None:
    """A client need not wait; the first message may come in one piece with the handshake."""
    caller = Caller(Scene())
    behind = masked(0x81, len(OPEN), OPEN.encode())
    opened, _ = caller.half.hear(caller.raw(caller.half.handshake() + behind))
    heard = opened + caller.say(f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>", OPEN)
    assert [name.partition("}")[2] for name in names(heard)] == ["open", "features", "success", "open", "features"]


def test_a_ping_is_answered_even_inside_a_message() -> None:
    """RFC 6455 5.5.2: with the same payload, while the message goes on."""
    caller = entered(Scene())
    first, *others = fragments(OPEN, 9)
    heard = caller.send(first, Ping(b"still there?"), *others)
    assert caller.half.pongs == [b"still there?"]
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<iq/>", '<iq xmlns="jabber:client"/>'),
        ("<message to='>'>x</message>", "<message xmlns=\"jabber:client\" to='>'>x</message>"),
        ("<iq id='a' xmlns = 'jabber:client'/>", "<iq id='a' xmlns = 'jabber:client'/>"),
        ("<iq id=' xmlns='/>", "<iq xmlns=\"jabber:client\" id=' xmlns='/>"),
        ("<iq><q xmlns='u'/></iq>", "<iq xmlns=\"jabber:client\"><q xmlns='u'/></iq>"),
        ('<r xmlns="urn:xmpp:sm:3"/>', '<r xmlns="urn:xmpp:sm:3"/>'),
        ("<stream:error/>", '<stream:error xmlns:stream="http://etherx.jabber.org/streams"/>'),
        ("no element", "no element"),
    ],
)
def test_what_was_inherited_from_the_stream_is_declared(text: str, message: str) -> None:
    """Only that, and only once."""
    assert standalone(text) == message


# the end


def test_close_is_answered_and_the_server_hangs_up_last() -> None:
    """RFC 7395 3.6: <close/> for <close/>, then the closing of the WebSocket, then that of the connection."""
    scene = Scene()
    caller = entered(scene, "pistol", rude=True)
    assert caller.say(CLOSE) == [CLOSE.replace("'", '"')]
    assert (caller.half.code, caller.transport.ended, scene.porch.sessions) == (1000, "", ())
    caller.raw(caller.half.socket.send(CloseConnection(1000)))
    assert caller.transport.ended == "closed"


def test_who_does_not_answer_the_close_is_dropped() -> None:
    """Silence cannot keep a connection."""
    scene = Scene()
    caller = entered(scene, "pistol", rude=True)
    caller.say(CLOSE)
    scene.clock.advance(5)
    assert caller.transport.ended == "aborted"


@pytest.mark.parametrize(("code", "answered"), [(1000, 1000), (1001, 1001), (4321, 1000)])
def test_a_websocket_that_is_just_closed_ends_the_session(code: int, answered: int) -> None:
    """Others see the occupant leave; the closing is answered."""
    scene = Scene()
    caller = entered(scene, "pistol")
    caller.say(JOIN.format("pistol"))
    assert caller.send(CloseConnection(code)) == []
    assert (caller.half.code, caller.transport.ended, scene.porch.sessions) == (answered, "closed", ())
    assert JID(ROOM) not in scene.host.muc.rooms


@pytest.mark.parametrize(("end", "kept"), [(CLOSE, ()), (None, (PISTOL,))])
def test_only_close_gives_a_resumable_session_up(end: str | None, kept: tuple[JID, ...]) -> None:
    """XEP-0198: a WebSocket that closes without <close/> is a broken stream, and the client may come back."""
    scene = Scene(stream_management=True)
    caller = entered(scene, "pistol")
    (enabled,) = caller.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    assert names([enabled]) == ["{urn:xmpp:sm:3}enabled"]
    caller.say(end) if end else caller.send(CloseConnection(1001))
    assert scene.porch.sessions == kept


def test_the_end_of_the_server_is_told() -> None:
    """A stream error, and the code for going away."""
    scene = Scene()
    caller = entered(scene, "pistol")
    scene.porch.close()
    assert error(caller.say_bytes(b"")) == "system-shutdown"
    assert caller.half.code == 1001


def test_what_a_scenario_sends_is_a_message_as_it_is() -> None:
    """Malformed text too."""
    scene = Scene()
    caller = entered(scene, "pistol")
    scene.porch.send_to(PISTOL, "<message><body>x</body></message>")
    scene.porch.sever(PISTOL, "malformed")
    whole, broken = caller.say_bytes(b"")
    assert names([whole]) == client("message")
    with pytest.raises(ElementTree.ParseError):
        names([broken])


# the porch behind it


def test_small_messages_do_not_wait_for_bigger_ones() -> None:
    """TCP_NODELAY, as on every connection."""
    said: list[bool] = []
    transport: Any = Transport()
    transport.setTcpNoDelay = said.append
    websocket(Scene().porch).buildProtocol(None).makeConnection(transport)
    assert said == [True]


@pytest.mark.parametrize("entrance", [websocket, direct_tls])
def test_there_is_a_last_connection(entrance: Callable[[Porch], Entrance], certificate: Certificate) -> None:
    """The limit of the porch holds for every entrance."""
    scene = Scene(limits=Limits(connections=1), certificate=certificate)
    scene.connect()
    transport: Any = Transport()
    entrance(scene.porch).buildProtocol(None).makeConnection(transport)
    assert transport.ended == "aborted"

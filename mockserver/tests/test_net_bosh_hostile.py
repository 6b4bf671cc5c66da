"""Claims about clients that break the rules of HTTP, of BOSH and of XMPP in it, in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.net.bosh_site import Site
from mockserver.net.porch import Limits
from mockserver.net.reader import Bounds

from .boshes import BODY, FEATURES, FIRST, Caller, Wire, entered, request
from .streams import SASL, Scene
from .websockets import PING

UNKNOWN = ("terminate", "item-not-found")
TOO_MUCH = ("terminate", "policy-violation")
BAD = ("terminate", "bad-request")


# what is no body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "<",
        "<body/>",
        "<body xmlns='urn:other'/>",
        f"<other xmlns='{BODY}'/>",
        f"<body xmlns='{BODY}'>text</body>",
        f"<body xmlns='{BODY}'><!-- --></body>",
        f"<body xmlns='{BODY}'><?pi?></body>",
        f"<body xmlns='{BODY}'>&y;</body>",
        f"<!DOCTYPE x [<!ENTITY y 'z'>]><body xmlns='{BODY}'/>",
        f"<?xml version='1.0' encoding='utf-16'?><m><body xmlns='{BODY}'/>",
        f"<body xmlns='{BODY}'><x:y/></body>",
        f"<body xmlns='{BODY}'/><body xmlns='{BODY}'/>",
        f"<body xmlns='{BODY}'/></m>",
        f"<body xmlns='{BODY}'>{'<a>' * 70}{'</a>' * 70}</body>",
        f"<body xmlns='{BODY}' rid='1' rid='2'/>",
        f"<body xmlns='{BODY}' to='\0'/>",
        f"<body xmlns='{BODY}'/>".encode("utf-16"),
        b"<body xmlns='" + BODY.encode() + b"' to='\xff'/>",
    ],
)
def test_what_is_no_body_is_a_bad_request(text: str | bytes) -> None:
    """It ends nothing but itself."""
    wire = Caller(Scene()).wire().post(text)
    answer = wire.answer
    assert (answer.status, answer.why, wire.transport.ended) == (200, BAD, "")


def test_a_body_may_be_as_big_as_a_stanza_and_no_bigger() -> None:
    """The bound is the same as on TCP, and counts bytes; the session goes on."""
    scene = Scene(limits=Limits(bounds=Bounds(stanza=400)))
    caller = entered(scene, "pistol")
    for extra, status in ((0, 200), (1, 413)):
        text = caller.wrap("<message xmlns='jabber:client'><body>é</body></message>")
        padded = text.replace("é", "é" + "x" * (400 - len(text.encode()) + extra))
        wire = caller.wire().post(padded)
        if status == 200:
            assert "<message" in wire.answer.text
        else:
            assert (wire.answer.status, wire.transport.ended) == (status, "closed")
    caller.rid -= 1
    assert caller.ask(PING).answer.names == ["{jabber:client}iq"]


@pytest.mark.parametrize("field", ["Content-Length: 99999999999", "Transfer-Encoding: chunked"])
def test_an_endless_body_is_neither_kept_nor_heard_to_its_end(field: str) -> None:
    """Whether it says its size or not."""
    scene = Scene(limits=Limits(bounds=Bounds(stanza=1000)))
    wire = Wire(scene, Site(scene.porch))
    wire.send(f"POST / HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n".encode())
    piece = b"3e8\r\n" + b"x" * 1000 + b"\r\n" if "chunked" in field else b"x" * 1000
    sent = 0
    while not wire.transport.ended:
        wire.send(piece)
        sent += 1000
        assert sent < 20_000
    assert wire.protocol.requests[0].content.tell() <= 1000


# sessions that do not come about


@pytest.mark.parametrize(
    ("attributes", "condition"),
    [
        ({"to": ""}, "improper-addressing"),
        ({"to": "elsewhere.invalid"}, "host-unknown"),
        ({"rid": "0"}, "bad-request"),
        ({"rid": "-1"}, "bad-request"),
        ({"rid": "1.5"}, "bad-request"),
        ({"rid": "٣"}, "bad-request"),
        ({"rid": str(2**53)}, "bad-request"),
        ({"rid": "9" * 4000}, "bad-request"),
        ({"wait": "x"}, "bad-request"),
        ({"hold": "-1"}, "bad-request"),
        ({"hold": "9" * 4000}, "bad-request"),
        ({"ver": "1"}, "bad-request"),
        ({"ver": "1.x"}, "bad-request"),
        ({"ver": "1." + "9" * 4000}, "bad-request"),
    ],
)
def test_what_cannot_begin_a_session_is_told(attributes: dict[str, str], condition: str) -> None:
    """And nothing is kept of it."""
    caller = Caller(Scene())
    assert caller.open(**attributes).why == ("terminate", condition)
    assert caller.site.sessions == {}


def test_a_stream_that_cannot_be_opened_is_an_error_of_the_stream() -> None:
    """Of the XMPP in it: XEP-0206 6."""
    caller = Caller(Scene())
    answer = caller.open(xmpp_version="0.9")
    assert answer.why == ("terminate", "remote-stream-error")
    assert "unsupported-version" in answer.text
    assert caller.site.sessions == {}


def test_there_is_a_last_session_and_a_last_connection() -> None:
    """The limit of the porch holds for both."""
    scene = Scene(limits=Limits(connections=2))
    first, second = Caller(scene), Caller(scene)
    first.open()
    second.open()
    third = Caller(scene)
    assert third.open().why == ("terminate", "remote-connection-failed")
    assert third.site.sessions == {}
    assert Wire(scene, third.site).transport.ended == ""
    assert Wire(scene, third.site).transport.ended == "aborted"


def test_who_names_no_version_is_told_in_the_words_of_http() -> None:
    """XEP-0124 17.1: such a client reads no conditions."""
    assert Caller(Scene()).open(ver="", rid="0").status == 400
    scene = Scene()
    for attributes, status in (({"rid": "1"}, 404), ({"rid": "x"}, 400), ({"pause": "9999"}, 403)):
        caller = Caller(scene)
        caller.open(ver="")
        assert caller.ask(**attributes).answer.status == status
        assert caller.site.sessions == {}


# sessions that end badly


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"rid": ""}, BAD),
        ({"rid": "x"}, BAD),
        ({"rid": str(FIRST - 1)}, UNKNOWN),
        ({"rid": str(FIRST + 1)}, UNKNOWN),
        ({"rid": str(FIRST + 7)}, UNKNOWN),
        ({"rid": str(2**53)}, UNKNOWN),
        ({"pause": "121"}, TOO_MUCH),
        ({"pause": "x"}, TOO_MUCH),
    ],
)
def test_what_nobody_has_a_reason_to_send_ends_the_session(attributes: dict[str, str], why: tuple[str, str]) -> None:
    """All requests that wait are told; others see the occupant go."""
    scene = Scene()
    caller = entered(scene, "pistol")
    held = caller.ask(rid=str(FIRST + 4)) if "pause" not in attributes else None
    caller.rid = FIRST + 3
    answer = caller.ask(**attributes).answer
    assert answer.why == why
    assert held is None or held.answer.why == why
    assert (scene.porch.sessions, caller.site.sessions) == ((), {})


def test_a_made_up_session_is_not_known() -> None:
    """Nor is an empty name one."""
    scene = Scene()
    caller = entered(scene, "pistol")
    for sid in ("x", caller.sid + "x", caller.sid.swapcase()):
        assert caller.ask(sid=sid).answer.why == UNKNOWN
    assert caller.wire().post(caller.wrap().replace(caller.sid, "")).answer.why == UNKNOWN
    assert len(caller.site.sessions) == 1


@pytest.mark.parametrize("key", ["", "x", "newkey"])
def test_a_request_without_the_right_key_is_not_served(key: str) -> None:
    """XEP-0124 15.4: who has seen the session cannot take part in it, nor have an answer again."""
    scene = Scene()
    caller = Caller(scene)
    caller.open(newkey="a" * 40)
    held = caller.ask(key=key)
    assert (held.answer.why, caller.site.sessions) == (UNKNOWN, {})
    again = Caller(scene)
    again.open(newkey="bf2b3b8e8ae4c5ab8a3bdbb9e5a8bd6b8b3a2b7e")
    assert again.ask(rid=str(FIRST), key=key or "y").answer.why == UNKNOWN
    assert again.site.sessions == {}


def test_who_asks_for_nothing_too_often_is_thrown_out() -> None:
    """XEP-0124 11 and 12: with a request held, or polling; not where the first brought something."""
    for hold, seconds, ends in (("1", 0.9, True), ("1", 1.0, False), ("0", 0.9, True), ("0", 1.0, False)):
        scene = Scene()
        caller = entered(scene, "pistol", hold=hold)
        scene.clock.advance(1)
        first = caller.ask()
        scene.clock.advance(seconds)
        second = caller.ask()
        assert (TOO_MUCH in [a.why for wire in (first, second) for a in wire.answers()]) is ends
        assert bool(scene.porch.sessions) is not ends
    scene = Scene()
    caller = entered(scene, "pistol", hold="0")
    for _ in range(3):
        scene.porch.send_to(scene.porch.sessions[0], "<message/>")
        assert caller.ask().answer.names == ["{jabber:client}message"]


def test_a_gap_that_nobody_fills_ends_the_session() -> None:
    """What came too early cannot wait forever."""
    scene = Scene()
    caller = entered(scene, "pistol")
    caller.wrap()
    early = caller.ask(PING)
    scene.clock.advance(29)
    assert early.held
    scene.clock.advance(1)
    assert (early.answer.why, scene.porch.sessions) == (UNKNOWN, ())


def test_the_same_request_in_many_copies_keeps_one_connection() -> None:
    """Also where it has come too early."""
    scene = Scene()
    caller = entered(scene, "pistol")
    for rid in (caller.rid + 2, caller.rid + 1):
        wires = [caller.ask(PING, rid=str(rid)) for _ in range(20)]
        told = [[answer.why[0] for answer in wire.answers()] for wire in wires]
        assert told[:-1] == [["error"]] * 19 or told[0] == [None]
    assert len(scene.porch.sessions) == 1


@pytest.mark.parametrize(
    ("inner", "condition"),
    [
        ("<message xmlns='urn:other'/>", "unsupported-stanza-type"),
        ("<message xmlns=''/>", "unsupported-stanza-type"),
        ("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>", "unsupported-stanza-type"),
    ],
)
def test_what_is_no_stanza_ends_the_stream(inner: str, condition: str) -> None:
    """And with it the session; what stood before it was served, what stands behind it is not."""
    scene = Scene()
    caller = entered(scene, "pistol")
    answer = caller.ask(PING + inner + PING).answer
    assert answer.names == ["{jabber:client}iq", "{http://etherx.jabber.org/streams}error"]
    assert (condition in answer.text, answer.why) == (True, ("terminate", "remote-stream-error"))
    assert scene.porch.sessions == ()


def test_the_stream_is_restarted_once_after_the_login_and_only_there() -> None:
    """Neither on an open stream, nor may it be left out."""
    caller = Caller(Scene())
    caller.open()
    assert "the stream is open" in caller.ask(xmpp_restart="true").answer.text
    caller = Caller(Scene())
    caller.open()
    caller.ask(f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>")
    assert "xmpp:restart" in caller.ask(PING).answer.text


def test_a_client_that_never_listens_is_dropped() -> None:
    """What waits for it is bounded."""
    scene = Scene(limits=Limits(backlog=10_000))
    entered(scene, "pistol")
    (session,) = scene.porch.sessions
    for _ in range(11):
        scene.porch.send_to(session, f"<message><body>{'x' * 1000}</body></message>")
    assert scene.porch.sessions == ()


@given(some.lists(some.binary(max_size=60) | some.just(request("POST", b"<body/>")), max_size=5))
def test_no_bytes_are_too_strange(pieces: list[bytes]) -> None:
    """The server answers or hangs up, and goes on."""
    scene = Scene()
    wire = Wire(scene, Site(scene.porch))
    for piece in pieces:
        if not wire.transport.ended:
            wire.send(piece)
    assert Caller(scene).open().names == [FEATURES]


STEPS = some.tuples(
    some.integers(-3, 4),
    some.sampled_from(["", PING, "<presence/>", "<x xmlns='urn:x'/>"]),
    some.sampled_from([{}, {}, {"type": "terminate"}, {"pause": "5"}, {"xmpp_restart": "true"}, {"key": "k"}]),
    some.sampled_from([0.0, 0.5, 1.0, 30.0, 61.0]),
    some.booleans(),
)


@given(some.lists(STEPS, max_size=12), some.sampled_from(["0", "1", "2"]))
def test_no_order_of_requests_is_too_strange(
    steps: list[tuple[int, str, dict[str, str], float, bool]], hold: str
) -> None:
    """Each is answered once, or its connection was broken off; in the end nothing is left of the session."""
    scene = Scene()
    caller = entered(scene, "pistol", hold=hold)
    wires = []
    rid = caller.rid
    for offset, inner, attributes, seconds, breaks in steps:
        wire = caller.ask(inner, rid=str(rid + offset), **attributes)
        rid += offset > 0
        if breaks:
            wire.break_off()
        else:
            wires.append(wire)
        scene.clock.advance(seconds)
    for _ in range(8):
        scene.clock.advance(61)
    assert all(len(wire.answers()) == 1 for wire in wires)
    assert (scene.porch.sessions, caller.site.sessions) == ((), {})
    assert scene.clock.getDelayedCalls() == []
    assert Caller(scene).open().names == [FEATURES]

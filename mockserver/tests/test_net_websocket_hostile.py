"""Claims about clients that break the rules of WebSocket and of XMPP in it, in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from wsproto.events import BytesMessage

from mockserver.net.porch import Limits
from mockserver.net.reader import Bounds

from .streams import DOMAIN, Scene
from .websockets import FRAMING, OPEN, PING, Caller, client, entered, error, masked, names


@pytest.mark.parametrize("bytewise", [False, True])
@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (PING, "invalid-namespace"),
        (OPEN.replace(FRAMING, "urn:other"), "invalid-namespace"),
        (OPEN.replace(f" xmlns='{FRAMING}'", ""), "invalid-namespace"),
        (OPEN.replace(DOMAIN, "elsewhere.invalid"), "host-unknown"),
        (OPEN.replace(" version='1.0'", ""), "unsupported-version"),
        ("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>", "not-well-formed"),
        (f"<?xml version='1.0'?>{OPEN}", "not-well-formed"),
        (f"<!DOCTYPE x [<!ENTITY y 'z'>]>{OPEN}", "restricted-xml"),
        (OPEN.replace("/>", ">&y;</open>"), "restricted-xml"),
        (OPEN.replace("/>", "><!-- --></open>"), "restricted-xml"),
        (OPEN + OPEN, "bad-format"),
        (OPEN + "x", "bad-format"),
        (f" {OPEN}", "bad-format"),
        ("", "bad-format"),
        (" ", "bad-format"),
        ("<a xmlns='u'/></m>", "bad-format"),
        ("<open", "not-well-formed"),
        ("<x:open/>", "bad-namespace-prefix"),
        ("<a xmlns='u'>" * 70, "policy-violation"),
    ],
)
def test_what_cannot_open_a_stream_is_a_stream_error(text: str, condition: str, bytewise: bool) -> None:
    """It comes in a stream that is opened for it, and the WebSocket is closed in order."""
    caller = entered(Scene())
    heard = caller.say(text, bytewise=bytewise)
    assert (names(heard)[0], error(heard)) == (f"{{{FRAMING}}}open", condition)
    assert (caller.half.code, caller.transport.ended) == (1000, "closed")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (OPEN, "bad-format"),
        ("<message/>", "invalid-namespace"),
        ("<message xmlns='urn:other'/>", "unsupported-stanza-type"),
        (PING + PING, "bad-format"),
        ("\n", "bad-format"),
    ],
)
def test_what_is_no_stanza_ends_the_stream(text: str, condition: str) -> None:
    """Also after the login."""
    assert error(entered(Scene(), "pistol").say(text)) == condition


SMALL = Limits(bounds=Bounds(stanza=300))


def test_a_message_may_be_as_big_as_a_stanza_and_no_bigger() -> None:
    """The bound is the same as on TCP, and counts bytes."""
    for extra, ends in ((0, False), (1, True)):
        caller = entered(Scene(limits=SMALL), "pistol")
        start, end = "<message xmlns='jabber:client'><body>", "é</body></message>"
        heard = caller.say(start + "x" * (300 - len(f"{start}{end}".encode()) + extra) + end)
        assert caller.half.code == (1009 if ends else None)
        assert (error(heard) if ends else names(heard)) == ("policy-violation" if ends else client("message"))


def test_a_huge_frame_is_refused_before_it_is_there() -> None:
    """Nobody waits for its terabyte; what still comes of it is dropped."""
    caller = entered(Scene(limits=SMALL))
    heard = caller.say_bytes(masked(0x81, 2**40, b"<" + b"x" * 300))
    assert (error(heard), caller.half.code) == ("policy-violation", 1009)
    assert caller.raw(b"x" * 100_000) == b""


def test_a_message_in_endless_fragments_is_refused() -> None:
    """Their sum counts."""
    caller = entered(Scene(limits=SMALL))
    caller.raw(masked(0x01, 1, b"<"))
    heard = caller.say_bytes(masked(0x00, 100, b"x" * 100) * 3)
    assert (error(heard), caller.half.code) == ("policy-violation", 1009)


def test_empty_fragments_are_no_burden() -> None:
    """However many of them come, the message is what it is."""
    caller = entered(Scene())
    text = OPEN.encode()
    heard = caller.say_bytes(masked(0x01, 0, b"") + masked(0x00, 0, b"") * 1000 + masked(0x80, len(text), text))
    assert len(heard) == 2


def test_binary_messages_are_refused() -> None:
    """XMPP is text."""
    caller = entered(Scene(), "pistol")
    assert (error(caller.send(BytesMessage(PING.encode()))), caller.half.code) == ("bad-format", 1003)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (masked(0x81, 2, b"<\xff"), 1007),
        (masked(0x81, 2, b"<\xc3"), 1007),
        (masked(0x81, 4, b"<\xed\xa0\x80"), 1007),
        (b"\x81\x01<", 1002),
        (masked(0xC1, 1, b"<"), 1002),
        (masked(0x80, 1, b"<"), 1002),
        (masked(0x83, 1, b"<"), 1002),
        (masked(0x89, 126, b"x" * 126), 1002),
        (b"\x88\x81\0\0\0\0\x03", 1002),
        (b"\x88\x82\0\0\0\0\x03\xed", 1002),
    ],
)
def test_frames_that_break_the_protocol_end_the_connection(frame: bytes, code: int) -> None:
    """RFC 6455 7.1.7: bad UTF-8, no mask, reserved bits and opcodes, bad control frames; nothing more is read."""
    scene = Scene()
    caller = entered(scene, "pistol")
    assert caller.say_bytes(frame) == []
    assert (caller.half.code, caller.transport.ended, scene.porch.sessions) == (code, "closed", ())
    assert caller.raw(masked(0x81, len(PING), PING.encode())) == b""


@given(some.lists(some.binary(max_size=40) | some.sampled_from([masked(0x81, len(OPEN), OPEN.encode()), b"\x81\x80"])))
def test_no_bytes_are_too_strange(pieces: list[bytes]) -> None:
    """Whatever comes behind the handshake, the server answers or hangs up, and goes on."""
    scene = Scene()
    caller = entered(scene)
    for piece in pieces:
        caller.raw(piece)
    assert names(entered(scene).say(OPEN))[0] == f"{{{FRAMING}}}open"


@given(some.binary(max_size=200))
def test_no_request_is_too_strange(data: bytes) -> None:
    """Before the handshake there is HTTP, or nothing."""
    answer = Caller(Scene()).raw(data)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")

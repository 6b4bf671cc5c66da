"""Claims about the bounded, incremental reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.muc.xml import E, Element
from mockserver.net.reader import Bounds, Broken, Closed, Item, Opened, Reader

OPEN = b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='h'>"
SMALL = Bounds(stanza=200, depth=5, attributes=3, name=60)


PIECES = some.binary(max_size=8) | some.sampled_from(
    [OPEN, b"<message>", b"</message>", b"<presence/>", b"</stream:stream>", b"<!--", b"&amp;", b" ", b"x", b"<a b='"]
)


def read(data: bytes, *, step: int | None = None, bounds: Bounds | None = None) -> list[Item]:
    reader, found = Reader(bounds), []
    for start in range(0, len(data), step or len(data)):
        found += reader.feed(data[start : start + (step or len(data))])
    return found


def after_open(data: bytes, *, step: int | None = None, bounds: Bounds | None = SMALL) -> list[Item]:
    opened, *rest = read(OPEN + data, step=step, bounds=bounds)
    assert isinstance(opened, Opened)
    return rest


MESSAGE = E("message", E("body", "Ça & là\n😀"), id="1")
BYTES = "<message id='1'><body>Ça &amp; là\n😀</body></message> <presence/>\n</stream:stream>".encode()


@pytest.mark.parametrize("step", [None, 1, 2, 3, 7])
def test_stanzas_are_the_same_in_pieces_of_any_size(step: int | None) -> None:
    """The pieces in which bytes come make no difference, not even single bytes."""
    assert after_open(BYTES, step=step) == [MESSAGE, E("presence"), Closed()]


def test_a_stanza_is_there_with_its_last_byte() -> None:
    """A complete stanza does not wait for bytes behind it (expat 2.6 would make it wait)."""
    reader = Reader()
    reader.feed(OPEN)
    stanza = b"<presence id='a' to='b'/>"
    assert [len(reader.feed(bytes([byte]))) for byte in stanza] == [0] * (len(stanza) - 1) + [1]


def test_the_header_keeps_its_attributes() -> None:
    """The stream header is given with name, namespace and attributes."""
    (opened,) = read(OPEN)
    assert opened == Opened(Element("stream", "http://etherx.jabber.org/streams", (("to", "h"),)))


@pytest.mark.parametrize("step", [None, 1])
@pytest.mark.parametrize(
    ("data", "condition"),
    [
        (b"<!-- x --><presence/>", "restricted-xml"),
        (b"<?php x?>", "restricted-xml"),
        (b"<message><body>&x;</body></message>", "restricted-xml"),
        (b"<message></body>", "not-well-formed"),
        (b"<message a='1' a='2'/>", "not-well-formed"),
        (b"<p:x/>", "bad-namespace-prefix"),
        (b"\xff\xfe", "not-well-formed"),
        (b"<message>\x00</message>", "not-well-formed"),
        (b"hello", "bad-format"),
        (b"<a><b><c><d><e/></d></c></b></a>", "policy-violation"),
        (b"<a b='1' c='2' d='3' e='4'/>", "policy-violation"),
        (b"<a" + b"a" * 80 + b"/>", "policy-violation"),
        (b"<a><b>" + b"x" * 300, "policy-violation"),
        (b"<a b='" + b"x" * 300, "policy-violation"),
    ],
)
def test_what_xmpp_forbids_ends_the_stream(data: bytes, condition: str, step: int | None) -> None:
    """Comments, instructions, entities, broken XML and what is too big end with the right stream error."""
    (broken,) = after_open(data, step=step)
    assert isinstance(broken, Broken)
    assert broken.condition == condition


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><x>&b;</x>", "restricted-xml"),
        (b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "restricted-xml"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>", "unsupported-encoding"),
        ("<?xml version='1.0'?><x/>".encode("utf-16"), "unsupported-encoding"),
        ("<?xml version='1.0'?><x/>".encode("utf-16-le"), "unsupported-encoding"),
        ("<?xml version='1.0'?><x/>".encode("utf-16-be"), "unsupported-encoding"),
        (b"GET / HTTP/1.1\r\n", "not-well-formed"),
    ],
)
def test_what_may_not_stand_before_a_stream_ends_it(data: bytes, condition: str) -> None:
    """A document type, another encoding or another protocol is refused before any stanza."""
    (broken,) = read(data)
    assert isinstance(broken, Broken)
    assert broken.condition == condition


def test_what_came_before_a_mistake_is_given_first() -> None:
    """In one piece, whole stanzas before a mistake are read; nothing after it is."""
    first, broken = after_open(b"<presence/><!-- --><presence/>")
    assert (first, type(broken)) == (E("presence"), Broken)


def test_nothing_is_read_after_the_end() -> None:
    """After the end tag or a mistake a reader gives nothing more."""
    reader = Reader()
    reader.feed(OPEN + b"</stream:stream>")
    assert reader.feed(OPEN + b"<presence/>") == []


@given(some.lists(PIECES, max_size=20))
def test_no_bytes_break_the_reader(pieces: list[bytes]) -> None:
    """Whatever comes, the reader gives items; a `Broken` or `Closed` is the last one."""
    reader = Reader(SMALL)
    found = [item for piece in pieces for item in reader.feed(piece)]
    assert not any(isinstance(item, Broken | Closed) for item in found[:-1])


def test_many_small_stanzas_are_no_big_one() -> None:
    """The bound on size is for each stanza, not for the stream; white space between them is free."""
    assert after_open((b"<presence/>" + b" " * 150) * 50) == [E("presence")] * 50

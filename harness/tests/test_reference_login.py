"""The reference client's stream: elements out of bytes, the steps of a login, SASL. All without a socket."""

from __future__ import annotations

import pytest

from harness.drivers.reference.login import Failed, Open, Steps, Wish, Write, log_in
from harness.drivers.reference.sasl import Refused, Scram, choose, exchange
from harness.drivers.reference.stanzas import parse, render
from harness.drivers.reference.wire import Reader

HEAD = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
WISH = Wish("pistol@mucspec.invalid", "secret")


def features(*mechanisms: str, more: str = "") -> str:
    offered = "".join(f"<mechanism>{m}</mechanism>" for m in mechanisms)
    return f"<features><mechanisms xmlns='{SASL}'>{offered}</mechanisms>{more}</features>"


def played(steps: Steps, *elements: str) -> list[str]:
    """What the login does, step by step, when it is sent these elements."""
    done = [next(steps)]
    try:
        for element in elements:
            done.append(steps.send(parse(element)))
    except StopIteration as end:
        return [*map(shown, done), str(end.value)]
    return list(map(shown, done))


def shown(step: Open | Write) -> str:
    return render(step.element) if isinstance(step, Write) else f"open secure={step.secure}"


def test_a_stream_is_read_byte_by_byte() -> None:
    """Elements come when they are complete, whatever the packets; the end of the stream is seen."""
    reader, got = Reader(), []
    for byte in HEAD + b"<message><body>\xc3\xa9</body></message> <iq/></stream:stream>":
        got += [render(element) for element in reader.feed(bytes([byte]))]
    assert got == ["<message><body>é</body></message>", "<iq/>"] and reader.closed


def test_text_and_attributes_survive_a_round_trip() -> None:
    """Quotes, markup characters, foreign namespaces and the language."""
    text = '<message xml:lang="en" to="a&quot;b"><body>1 &lt; 2 &amp; 3</body><x xmlns="urn:x"><y/>t</x></message>'
    assert parse(render(parse(text))).find("{urn:x}x") is not None
    assert render(parse(render(parse(text)))) == render(parse(text))


def test_a_login_opens_authenticates_binds_and_starts_the_session() -> None:
    """The old session only where it is offered."""
    bound = "<iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>pistol@x/1</jid></bind></iq>"
    session = "<features><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></features>"
    done = played(
        log_in(WISH), features("SCRAM-SHA-1", "PLAIN"), f"<success xmlns='{SASL}'/>", session, bound,
        "<iq type='result'/>",
    )  # fmt: skip
    assert [step.partition(">")[0].partition(" ")[0] for step in done[:-1]] == ["open", "<auth", "open", "<iq", "<iq"]
    assert 'mechanism="PLAIN"' in done[1] and done[-1] == "pistol@x/1"


def test_tls_comes_before_the_password() -> None:
    """What is not secured gets none."""
    wish = Wish("pistol@mucspec.invalid", "secret", tls="starttls")
    done = played(log_in(wish), features("PLAIN"), "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    assert done == ["open secure=False", '<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>', "open secure=True"]


def test_a_refused_login_says_why() -> None:
    """The condition of the server."""
    with pytest.raises(Failed) as caught:
        played(log_in(WISH), features("PLAIN"), f"<failure xmlns='{SASL}'><not-authorized/></failure>")
    assert caught.value.error["condition"] == "not-authorized"


def test_a_mechanism_that_is_not_offered_is_not_used() -> None:
    """Nor is the password sent in another way than was wished."""
    assert choose(["SCRAM-SHA-1", "ANONYMOUS"], password="x") == "SCRAM-SHA-1"
    assert choose(["SCRAM-SHA-1", "ANONYMOUS"]) == "ANONYMOUS"
    with pytest.raises(Refused, match="the server offers PLAIN, not SCRAM-SHA-1"):
        choose(["PLAIN"], wish="SCRAM-SHA-1", password="x")


RFC_5802 = (
    "SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL",
    b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
)  # fmt: skip
RFC_7677 = (
    "SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO",
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
)  # fmt: skip


@pytest.mark.parametrize(("mechanism", "nonce", "challenge", "response", "success"), [RFC_5802, RFC_7677])
def test_scram_is_that_of_the_rfcs(
    mechanism: str, nonce: str, challenge: bytes, response: bytes, success: bytes
) -> None:
    """The examples of RFC 5802 5 and RFC 7677 3; a server that cannot prove itself is refused."""
    respond = exchange(mechanism, "user", "pencil", nonce=nonce)
    assert respond(b"") == f"n,,n=user,r={nonce}".encode()
    assert respond(challenge) == response
    assert respond(success) == b""
    with pytest.raises(Refused):
        respond(b"v=AAAA")


def test_a_nonce_that_is_not_ours_is_refused() -> None:
    """RFC 5802 5.1: the server's nonce begins with the client's."""
    with pytest.raises(Refused):
        Scram("sha1", "user", "pencil", "mine")(b"r=theirs,s=AAAA,i=1")

"""Claims about sessions over BOSH (XEP-0124, XEP-0206), in memory: what is agreed, held and answered."""

from __future__ import annotations

from hashlib import sha1

import pytest

from mockserver.muc.jid import JID
from mockserver.net.bosh_site import Site

from .boshes import FEATURES, FIRST, JOIN, PISTOL, ROOM, SAY, XMPP, Caller, Wire, entered
from .streams import DOMAIN, Scene
from .websockets import PING, client

SASL = "{urn:ietf:params:xml:ns:xmpp-sasl}"


# a session


def test_a_login_in_requests() -> None:
    """Features come with the session and again after the restart; each answer has what its request led to."""
    caller = Caller(Scene())
    opened = caller.open()
    assert opened.names == [FEATURES]
    assert opened.body.attrib.pop("authid") != caller.sid != ""
    success, features, bound = caller.log_in("pistol")
    assert (success.names, features.names, bound.names) == ([f"{SASL}success"], [FEATURES], client("iq"))
    assert f"<jid>{PISTOL}</jid>" in bound.text
    assert success.body.attrib == features.body.attrib == bound.body.attrib == {}


def test_tls_is_no_business_of_the_stream() -> None:
    """XEP-0206 2: it is that of the URL."""
    assert "starttls" not in Caller(Scene(require_tls=True)).open().text


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [
        ({}, {"wait": "60", "hold": "1", "requests": "2", "ver": "1.6", "inactivity": "30"}),
        ({"wait": "5", "hold": "0"}, {"wait": "5", "hold": "0", "requests": "1", "inactivity": "60"}),
        ({"wait": "0", "hold": "1"}, {"wait": "0", "hold": "1", "requests": "2", "inactivity": "60"}),
        ({"wait": "999999", "hold": "9"}, {"wait": "60", "hold": "2", "requests": "3"}),
        ({"wait": "", "hold": ""}, {"wait": "60", "hold": "1", "requests": "2"}),
        ({"ver": "1.9"}, {"ver": "1.9"}),
        ({"ver": "1.30"}, {"ver": "1.11"}),
        ({"ver": ""}, {"ver": None}),
    ],
)
def test_what_is_asked_for_is_agreed_on_within_limits(asked: dict[str, str], agreed: dict[str, str | None]) -> None:
    """XEP-0124 7.2: no more than the client asked for, and no more than we give."""
    body = Caller(Scene()).open(**asked).body
    always = {"polling": "1", "maxpause": "120", "from": DOMAIN, f"{XMPP}version": "1.0", f"{XMPP}restartlogic": "true"}
    assert {name: body.get(name) for name in (*agreed, *always)} == {**agreed, **always}


def test_answers_have_the_media_type_that_the_client_can_read() -> None:
    """XEP-0124 7.1: for the whole session; something that is none is not repeated."""
    for asked, given in (
        ("text/html; charset=utf-8", "text/html; charset=utf-8"),
        ("x\r\ny", "text/xml; charset=utf-8"),
    ):
        caller = Caller(Scene())
        kinds = [answer.fields["Content-Type"] for answer in (caller.open(content=asked), *caller.log_in("pistol"))]
        assert kinds == [given] * 4


def test_what_is_said_of_the_request_is_ignored() -> None:
    """XEP-0124 5: any Content-Type; an XML declaration and space are no mistake."""
    caller = Caller(Scene())
    text = f"\n<?xml version='1.0' encoding='utf-8'?>\n{caller.wrap(to=DOMAIN)}\n"
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"):
        assert caller.wire().post(text, f"Content-Type: {kind}").answer.names == [FEATURES]


def test_stanzas_without_a_namespace_of_their_own_are_understood() -> None:
    """XEP-0206 2: clients forward them as they stand in a stream."""
    caller = entered(Scene(), "pistol")
    answer = caller.ask(PING.replace(" xmlns='jabber:client'", "")).answer
    assert (answer.names, answer.body[0].get("type")) == (client("iq"), "result")


@pytest.mark.parametrize("restart", ["true", "1"])
def test_what_comes_with_a_restart_is_ignored(restart: str) -> None:
    """XEP-0206 5."""
    caller = Caller(Scene())
    caller.open()
    caller.ask(f"<auth xmlns='{SASL[1:-1]}' mechanism='ANONYMOUS'/>")
    assert caller.ask(PING, xmpp_restart=restart).answer.names == [FEATURES]


# holding


def test_a_request_is_held_until_there_is_something_to_say() -> None:
    """People on TCP are in the same rooms; elements say their namespaces."""
    scene = Scene()
    pistol, gower = entered(scene, "pistol"), scene.log_in("gower")
    assert pistol.ask(JOIN.format("pistol")).answer.names == client("presence", "message")
    scene.host.muc.rooms[JID(ROOM)].locked = False
    held = pistol.ask()
    assert held.held
    gower.say(JOIN.format("gower"))
    answer = held.answer
    assert (answer.status, answer.names, answer.fields["Content-Type"]) == (
        200,
        client("presence"),
        "text/xml; charset=utf-8",
    )
    assert "Ça" in gower.say(SAY.format("Ça"))
    assert f'from="{ROOM}/gower"><body>Ça</body>' in pistol.ask().answer.text


def test_a_request_is_held_no_longer_than_agreed() -> None:
    """Then the answer is empty."""
    scene = Scene()
    caller = entered(scene, "pistol", wait="20")
    held = caller.ask()
    scene.clock.advance(19.9)
    assert held.held
    scene.clock.advance(0.2)
    answer = held.answer
    assert (answer.names, answer.body.attrib) == ([], {})


@pytest.mark.parametrize("hold", [1, 2])
def test_no_more_requests_are_held_than_agreed(hold: int) -> None:
    """The oldest one is answered, with what there is to say or with nothing."""
    scene = Scene()
    caller = entered(scene, "pistol", hold=str(hold))
    held = [caller.ask() for _ in range(hold)]
    scene.clock.advance(2)
    newest = caller.ask()
    assert (held[0].answer.names, [wire.held for wire in held[1:]], newest.held) == ([], [True] * (hold - 1), True)
    asking = caller.ask(PING)
    assert [*held[1:], newest][0].answer.names == client("iq")
    assert asking.held


def test_requests_are_taken_and_answered_in_the_order_of_their_identifiers() -> None:
    """Not in that of their coming: XEP-0124 14.2."""
    scene = Scene()
    caller = entered(scene, "pistol")
    caller.ask(JOIN.format("pistol"))
    first, second = caller.wrap(SAY.format("1")), caller.wrap(SAY.format("2"))
    later = caller.wire().post(second)
    assert later.held
    said = caller.wire().post(first).answer.body
    assert [stanza.findtext("{jabber:client}body") for stanza in said] == ["1", "2"]
    assert later.held


def test_who_polls_is_answered_at_once() -> None:
    """XEP-0124 12: nothing is held; what there is to say waits for the next request."""
    for asked in ({"hold": "0"}, {"wait": "0"}):
        scene = Scene()
        caller = entered(scene, "pistol", **asked)
        scene.clock.advance(1)
        assert caller.ask().answer.names == []
        scene.porch.send_to(PISTOL, "<message/>")
        scene.clock.advance(1)
        assert caller.ask().answer.names == client("message")


# keys


def keys(seed: str, count: int) -> list[str]:
    """A sequence in the order of its use: XEP-0124 15.3."""
    found = [seed]
    for _ in range(count):
        found.append(sha1(found[-1].encode()).hexdigest())
    return found[:0:-1]


def test_keys_are_followed_from_one_sequence_to_the_next() -> None:
    """In either case of letters; a repeated request has its own key."""
    first, *others = keys("seed", 4)
    fresh, *more = keys("another", 3)
    scene = Scene()
    caller = Caller(scene)
    caller.open(newkey=first)
    assert caller.ask(key=others[0].upper()).held
    text = caller.wrap(f"<auth xmlns='{SASL[1:-1]}' mechanism='ANONYMOUS'/>", key=others[1])
    caller.wire().post(text)
    again = caller.wire().post(text)
    assert again.held
    assert caller.ask(key=others[2], newkey=fresh, xmpp_restart="true").held
    assert again.answer.names == [FEATURES]
    scene.clock.advance(1)
    assert caller.ask(key=more[0]).held
    assert list(caller.site.sessions) == [caller.sid]


# HTTP


@pytest.mark.parametrize("bytewise", [False, True])
def test_a_connection_is_used_again(bytewise: bool) -> None:
    """However its bytes come."""
    caller = Caller(Scene())
    wire = caller.wire()
    caller.sid = wire.post(caller.wrap(to=DOMAIN), bytewise=bytewise).answer.body.get("sid", "")
    auth = f"<auth xmlns='{SASL[1:-1]}' mechanism='ANONYMOUS'/>"
    answers = [wire.post(caller.wrap(text), bytewise=bytewise).answer.names for text in (auth, auth)]
    assert (answers[0], wire.transport.ended) == ([f"{SASL}success"], "")


def test_the_oldest_http_will_do() -> None:
    """Its connections end with the answer."""
    caller = Caller(Scene())
    data = caller.wrap(to=DOMAIN).encode()
    wire = caller.wire().send(b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data))
    assert (wire.answer.names, wire.transport.ended) == ([FEATURES], "closed")


def test_the_sessions_of_one_port_are_not_those_of_another() -> None:
    """XEP-0124 19.1: what began with TLS does not go on without."""
    scene = Scene()
    caller = entered(scene, "pistol")
    elsewhere = Wire(scene, Site(scene.porch)).post(caller.wrap())
    assert elsewhere.answer.why == ("terminate", "item-not-found")
    assert scene.porch.sessions == (PISTOL,)


def test_the_first_identifier_is_the_clients_choice() -> None:
    """Up to what every language can count."""
    for rid in (1, FIRST, 2**53 - 1):
        assert Caller(Scene()).open(rid=str(rid)).names == [FEATURES]

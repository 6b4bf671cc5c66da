"""Claims about XMPP over BOSH (XEP-0124, XEP-0206), in memory."""

from __future__ import annotations

from hashlib import sha1

import pytest

from mockserver.muc.jid import JID
from mockserver.net.bosh_site import Site

from .boshes import BODY, ENDED, FIRST, XMPP, Caller, Wire, entered
from .streams import DOMAIN, Scene

ROOM = f"lounge@conference.{DOMAIN}"
JOIN = f"<presence xmlns='jabber:client' to='{ROOM}/{{}}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
SAY = f"<message xmlns='jabber:client' to='{ROOM}' type='groupchat'><body>{{}}</body></message>"
PING = "<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
LEAVE = "<presence xmlns='jabber:client' type='unavailable'/>"
PISTOL = JID(f"pistol@{DOMAIN}/x")
FEATURES = "{http://etherx.jabber.org/streams}features"
SASL = "{urn:ietf:params:xml:ns:xmpp-sasl}"


def client(*local: str) -> list[str]:
    return [f"{{jabber:client}}{name}" for name in local]


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
    """Not in that of their coming: XEP-0124 14.1."""
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


# broken connections


def test_an_answer_can_be_had_again() -> None:
    """The same request has the same answer, and is served once: XEP-0124 14.3."""
    scene = Scene()
    caller = entered(scene, "pistol")
    text = caller.wrap(PING)
    first, again = caller.wire().post(text).answer, caller.wire().post(text).answer
    assert first.names == client("iq")
    assert first == again
    assert len([line for line in scene.traffic if line[0] == "in"]) == 1


def test_a_request_that_is_held_can_be_sent_again() -> None:
    """Who sent it first is told of a mistake that is none for the session; the answer is for the second."""
    scene = Scene()
    caller = entered(scene, "pistol")
    text = caller.wrap()
    first, again = caller.wire().post(text), caller.wire().post(text)
    assert (first.answer.why, again.held) == (("error", None), True)
    scene.porch.send_to(PISTOL, "<message/>")
    assert again.answer.names == client("message")


def test_what_a_broken_connection_could_not_bring_comes_with_the_next() -> None:
    """It waits where no connection is, and goes to who asks again."""
    scene = Scene()
    caller = entered(scene, "pistol")
    text = caller.wrap()
    caller.wire().post(text).break_off()
    scene.porch.send_to(PISTOL, "<message/>")
    assert caller.wire().post(text).answer.names == client("message")


def test_a_request_that_came_too_early_may_lose_its_connection_too() -> None:
    """It is taken when it is its turn, and its answer is there for who asks again."""
    caller = entered(Scene(), "pistol")
    first, second = caller.wrap(), caller.wrap(PING)
    caller.wire().post(second).break_off()
    answer = caller.wire().post(first).answer
    assert answer.names == client("iq")
    assert caller.wire().post(second).held


# inactivity


def test_who_asks_nothing_for_long_is_gone() -> None:
    """XEP-0124 10: others see the occupant leave, and the session is not known any more."""
    scene = Scene()
    caller = entered(scene, "pistol")
    caller.ask(JOIN.format("pistol"))
    scene.clock.advance(29)
    assert JID(ROOM) in scene.host.muc.rooms
    scene.clock.advance(1)
    assert (scene.porch.sessions, JID(ROOM) in scene.host.muc.rooms) == ((), False)
    assert caller.ask().answer.why == ("terminate", "item-not-found")


def test_while_a_request_is_held_nobody_is_inactive() -> None:
    """The time counts from the last answer."""
    scene = Scene()
    caller = entered(scene, "pistol")
    held = caller.ask()
    for seconds in (59, 2, 28):
        scene.clock.advance(seconds)
    assert (held.answer.names, scene.porch.sessions) == ([], (PISTOL,))
    scene.clock.advance(2)
    assert scene.porch.sessions == ()


def test_who_pauses_may_be_away_for_longer() -> None:
    """All requests are answered with nothing in them; the next one makes it as it was."""
    scene = Scene()
    caller = entered(scene, "pistol")
    held = caller.ask()
    paused = caller.ask(pause="120")
    assert (held.answer.names, paused.answer.names) == ([], [])
    scene.porch.send_to(PISTOL, "<message/>")
    scene.clock.advance(119)
    assert caller.ask().answer.names == client("message")
    scene.clock.advance(31)
    assert scene.porch.sessions == ()


def test_a_session_that_broke_off_can_be_resumed_as_a_stream() -> None:
    """XEP-0198: inactivity is the end of a connection, not of the session; who terminates gives it up."""
    for ending, kept in (({}, (PISTOL,)), ({"type": "terminate"}, ())):
        scene = Scene(stream_management=True)
        caller = entered(scene, "pistol")
        assert caller.ask("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").answer.names == ["{urn:xmpp:sm:3}enabled"]
        if ending:
            caller.ask(**ending)
        else:
            scene.clock.advance(31)
        assert scene.porch.sessions == kept


# the end


def test_who_ends_the_session_is_told_on_the_oldest_request() -> None:
    """XEP-0124 13: what came with it is served; the others are answered with nothing."""
    scene = Scene()
    caller, gower = entered(scene, "pistol"), scene.log_in("gower")
    caller.ask(JOIN.format("pistol"))
    scene.host.muc.rooms[JID(ROOM)].locked = False
    gower.say(JOIN.format("gower"))
    caller.ask()
    held = caller.ask()
    assert held.held
    last = caller.ask(LEAVE, type="terminate")
    assert held.answer.why == ENDED
    assert (last.answer.body.attrib, scene.porch.sessions) == ({}, (JID(f"gower@{DOMAIN}/x"),))
    assert 'type="unavailable"' in gower.heard()
    assert caller.ask().answer.why == ("terminate", "item-not-found")


def test_an_end_may_be_one_request_more_than_agreed() -> None:
    """XEP-0124 11: also where the one before it has not come yet."""
    caller = entered(Scene(), "pistol", hold="0")
    caller.wrap()
    ending = caller.ask(type="terminate")
    assert ending.held
    assert caller.ask(rid=str(caller.rid - 1)).answer.why == ENDED
    assert ending.answer.why == (None, None)


def test_the_end_of_the_server_is_told() -> None:
    """As the error of the stream, in the <body/> that ends the session; connections are closed behind it."""
    scene = Scene()
    caller = entered(scene, "pistol")
    held, idle = caller.ask(), caller.wire()
    caller.site.stopFactory()
    scene.porch.close()
    answer = held.answer
    assert answer.why == ("terminate", "remote-stream-error")
    assert answer.body[0].tag == "{http://etherx.jabber.org/streams}error"
    assert answer.body[0][0].tag == "{urn:ietf:params:xml:ns:xmpp-streams}system-shutdown"
    assert (held.transport.ended, idle.transport.ended, caller.site.sessions) == ("closed", "closed", {})


def test_where_nobody_waits_the_end_is_told_to_the_next() -> None:
    """For as long as the server waits for anybody at the end of a stream."""
    for seconds, condition in ((4, "remote-stream-error"), (5, "item-not-found")):
        scene = Scene()
        caller = entered(scene, "pistol")
        scene.porch.sever(PISTOL, "stream-error:conflict")
        scene.clock.advance(seconds)
        assert caller.ask().answer.why == ("terminate", condition)


def test_nobody_may_take_forever_to_log_in() -> None:
    """As on every other way in."""
    scene = Scene()
    caller = Caller(scene)
    caller.open()
    held = caller.ask()
    scene.clock.advance(30)
    assert "connection-timeout" in held.answer.text


def test_a_session_can_be_cut_off() -> None:
    """Connections that wait are ended at once; the fence of a harness is lost with them."""
    scene = Scene()
    caller = entered(scene, "pistol")
    fates: list[str] = []
    scene.porch.ping(PISTOL).addCallback(fates.append)
    assert caller.ask().answer.names == client("iq")
    held = caller.ask()
    scene.porch.sever(PISTOL, "reset")
    scene.clock.advance(0)
    assert (held.transport.ended, fates, caller.site.sessions) == ("aborted", ["lost"], {})


def test_a_fence_is_answered_as_on_every_other_way_in() -> None:
    """What a scenario sends goes out as it is."""
    scene = Scene()
    caller = entered(scene, "pistol")
    fates: list[str] = []
    scene.porch.ping(PISTOL).addCallback(fates.append)
    name = caller.ask().answer.body[0].get("id")
    held = caller.ask(f"<iq xmlns='jabber:client' type='result' id='{name}' to='{DOMAIN}'/>")
    assert (fates, held.held) == (["result"], True)
    scene.porch.sever(PISTOL, "malformed")
    assert held.answer.text == f'<body xmlns="{BODY}"><message xmlns="jabber:client"><body></message></body>'


def test_in_the_dark_nothing_is_read_and_nothing_answered() -> None:
    """Until there is light; then everything comes in its order, but for what has lost its connection."""
    scene = Scene()
    caller = entered(scene, "pistol")
    held = caller.ask()
    scene.clock.advance(2)
    scene.porch.sever(PISTOL, "black-hole")
    scene.porch.send_to(PISTOL, "<message/>")
    asking = caller.ask(PING)
    scene.clock.advance(300)
    assert (held.held, asking.held, scene.porch.sessions) == (True, True, (PISTOL,))
    caller.ask().break_off()
    scene.porch.sever(PISTOL, "light")
    assert held.answer.names == client("message")
    assert asking.answer.names == client("iq")
    scene.clock.advance(30)
    assert scene.porch.sessions == ()


@pytest.mark.parametrize("how", ["reset", "stream-error:conflict"])
def test_the_dark_may_be_the_end(how: str) -> None:
    """Who waits in it is let go, and learns no more than from TCP."""
    scene = Scene()
    caller = entered(scene, "pistol")
    scene.porch.sever(PISTOL, "black-hole")
    asking = caller.ask(PING)
    scene.porch.sever(PISTOL, how)
    assert asking.transport.ended == "aborted" if how == "reset" else asking.answer.why == ENDED
    assert (scene.porch.sessions, caller.site.sessions) == ((), {})


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

"""Claims about sessions over BOSH that lose their connections, fall silent or come to an end, in memory."""

from __future__ import annotations

import pytest

from mockserver.muc.jid import JID

from .boshes import BODY, ENDED, JOIN, PISTOL, ROOM, Caller, entered
from .streams import DOMAIN, Scene
from .websockets import PING, client

LEAVE = "<presence xmlns='jabber:client' type='unavailable'/>"


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


def test_what_waits_when_a_session_is_half_closed_comes_with_the_next_request() -> None:
    """There may be no request that could bring it at once; nothing comes behind it."""
    scene = Scene()
    caller = entered(scene, "pistol")
    scene.porch.send_to(PISTOL, "<message id='before'/>")
    scene.porch.sever(PISTOL, "half-close")
    scene.porch.send_to(PISTOL, "<message id='behind'/>")
    answer = caller.ask().answer
    assert [child.get("id") for child in answer.body] == ["before"]
    assert caller.ask().held

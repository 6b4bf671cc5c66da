"""Claims about acknowledgements and resumption of streams (XEP-0198)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.net import stream_management as sm
from mockserver.net.porch import Limits

from .streams import DOMAIN, Scene, Talker

SM = "urn:xmpp:sm:3"
JID = f"pistol@{DOMAIN}/x"
REQUEST = f'<r xmlns="{SM}"/>'
ROOM = f"harfleur@conference.{DOMAIN}"
FORM = "<x xmlns='jabber:x:data' type='submit'/>"
HELLO = f"<message type='chat' to='{JID}'><body>{{}}</body></message>"


def scene(**more: Any) -> Scene:
    return Scene(stream_management=True, **more)


def managed(on: Scene, *, resume: bool = True) -> tuple[Talker, str]:
    """Pistol with stream management, and the id to resume by."""
    pistol = on.log_in("pistol")
    told = pistol.say(f"<enable xmlns='{SM}' resume='{str(resume).lower()}'/>")
    return pistol, told.partition(' id="')[2].partition('"')[0]


def come_back(on: Scene, name: str, h: int = 0, user: str = "pistol") -> tuple[Talker, str]:
    talker = on.connect()
    talker.open()
    talker.plain(user)
    talker.open()
    return talker, talker.say(f"<resume xmlns='{SM}' previd='{name}' h='{h}'/>")


def lose(talker: Talker) -> None:
    """The connection breaks off without a closing tag."""
    talker.protocol.connectionLost()


# offering and enabling


def test_it_is_offered_after_login_where_the_porch_says_so() -> None:
    """By default a stream has none: an element of it is as unknown as any other."""
    talker = scene().connect()
    assert SM not in talker.open()
    talker.plain("pistol")
    assert f'<sm xmlns="{SM}"/>' in talker.open()
    plain = Scene().log_in("pistol")
    assert "<unsupported-stanza-type " in plain.say(f"<enable xmlns='{SM}'/>")


def test_a_client_can_enable_it_once() -> None:
    """With an id and a time where it may be resumed, without them where it may not."""
    on = scene(limits=Limits(resume_seconds=60))
    pistol = on.log_in("pistol")
    told = pistol.say(f"<enable xmlns='{SM}' resume='1'/>")
    assert told.startswith(f'<enabled xmlns="{SM}" id="')
    assert told.endswith('" resume="true" max="60"/>')
    again = '<failed xmlns="urn:xmpp:sm:3"><unexpected-request xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>'
    assert pistol.say(f"<enable xmlns='{SM}'/>") == again
    assert on.log_in("gower").say(f"<enable xmlns='{SM}'/>") == f'<enabled xmlns="{SM}"/>'


@pytest.mark.parametrize("bound", [False, True])
def test_what_comes_at_the_wrong_time_fails(bound: bool) -> None:
    """Enabling needs a session, resuming must come before there is one; the stream goes on."""
    on = scene()
    talker = on.connect()
    talker.open()
    talker.plain("pistol")
    talker.open()
    if bound:
        talker.bind()
    asked = f"<resume xmlns='{SM}' previd='a' h='0'/>" if bound else f"<enable xmlns='{SM}'/>"
    assert "<unexpected-request " in talker.say(asked)
    assert talker.transport.ended == ""


# acknowledging


def test_the_server_says_how_many_stanzas_it_has_handled() -> None:
    """Stanzas count from the enabling on; elements of stream management do not."""
    on = scene()
    pistol = on.log_in("pistol")
    pistol.say("<presence/>")
    pistol.say(f"<enable xmlns='{SM}'/>")
    for n in (0, 1, 2):
        assert pistol.say(f"<r xmlns='{SM}'/>").endswith(f'<a xmlns="{SM}" h="{n}"/>')
        pistol.say("<presence/>")


def test_the_server_asks_for_acknowledgements_one_at_a_time() -> None:
    """Behind a stanza; again only after an answer, while something waits."""
    on = scene()
    pistol, _ = managed(on)
    gower = on.log_in("gower")
    gower.say(HELLO.format("1"))
    gower.say(HELLO.format("2"))
    told = pistol.heard()
    assert told.count(REQUEST) == 1
    assert told.index("</message>") < told.index(REQUEST)
    assert pistol.say(f"<a xmlns='{SM}' h='1'/>") == REQUEST
    assert pistol.say(f"<a xmlns='{SM}' h='2'/>") == ""


@pytest.mark.parametrize("h", ["1", "-1", "many", ""])
def test_a_client_cannot_acknowledge_what_was_not_sent(h: str) -> None:
    """The stream ends with an error."""
    pistol, _ = managed(scene())
    assert "<undefined-condition " in pistol.say(f"<a xmlns='{SM}' h='{h}'/>")


def test_elements_of_it_are_ignored_while_it_is_off() -> None:
    """Nothing is counted yet, nothing answered."""
    pistol = scene().log_in("pistol")
    assert pistol.say(f"<r xmlns='{SM}'/><a xmlns='{SM}' h='7'/>") == ""


# resuming


def test_a_lost_session_stays_and_can_be_resumed() -> None:
    """Nobody sees it go; what was not acknowledged, and what came meanwhile, is written again in order."""
    on = scene()
    pistol, name = managed(on)
    gower = on.log_in("gower")
    for n in (1, 2):
        gower.say(HELLO.format(n))
    pistol.say("<presence/>")
    lose(pistol)
    gower.say(HELLO.format(3))
    assert on.porch.sessions == (JID, f"gower@{DOMAIN}/x")
    back, told = come_back(on, name, h=1)
    assert told.startswith(f'<resumed xmlns="{SM}" h="1" previd="{name}"/>')
    assert [f"<body>{n}</body>" in told for n in (1, 2, 3)] == [False, True, True]
    assert told.index("<body>2") < told.index("<presence") < told.index("<body>3")
    assert told.endswith(REQUEST)
    gower.say(HELLO.format(4))
    assert "<body>4</body>" in back.heard()


def test_a_session_in_a_room_does_not_leave_it_by_being_lost() -> None:
    """The others hear nothing until the client's time is over; then it is gone."""
    on = scene(limits=Limits(resume_seconds=60))
    pistol, _ = managed(on)
    gower = on.log_in("gower")
    for who, nick in ((gower, "gower"), (pistol, "pistol")):
        who.say(f"<presence to='{ROOM}/{nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        who.say(
            f"<iq type='set' id='o' to='{ROOM}'><query xmlns='http://jabber.org/protocol/muc#owner'>{FORM}</query></iq>"
        )
    gower.heard()
    lose(pistol)
    on.clock.advance(59)
    assert gower.heard() == ""
    on.clock.advance(1)
    assert 'type="unavailable"' in gower.heard()
    assert on.porch.sessions == (f"gower@{DOMAIN}/x",)


def test_a_stream_that_was_closed_cannot_be_resumed() -> None:
    """Closing is leaving."""
    on = scene()
    pistol, name = managed(on)
    pistol.say("</stream:stream>")
    assert on.porch.sessions == ()
    assert "<item-not-found " in come_back(on, name)[1]


def test_a_stream_without_resumption_is_lost_for_good() -> None:
    """Acknowledgements alone keep no session."""
    on = scene()
    pistol, _ = managed(on, resume=False)
    lose(pistol)
    assert on.porch.sessions == ()


@pytest.mark.parametrize(("user", "known"), [("gower", True), ("pistol", False)])
def test_nobody_resumes_what_is_not_theirs(user: str, known: bool) -> None:
    """Neither another account, nor with a name that was never given; the client may bind then."""
    on = scene()
    pistol, name = managed(on)
    lose(pistol)
    talker, told = come_back(on, name if known else "", user=user)
    assert "<item-not-found " in told
    assert "<jid>" in talker.bind()


def test_a_client_may_come_back_before_the_server_sees_the_loss() -> None:
    """The old stream ends with conflict, the session goes on in the new one."""
    on = scene()
    pistol, name = managed(on)
    back, told = come_back(on, name)
    assert told.startswith("<resumed ")
    assert "<conflict " in pistol.heard()
    on.log_in("gower").say(HELLO.format("still there"))
    assert "still there" in back.heard()
    lose(pistol)
    assert JID in on.porch.sessions


def test_a_wrong_number_at_resumption_ends_the_stream() -> None:
    """More was handled than was sent."""
    on = scene()
    pistol, name = managed(on)
    lose(pistol)
    assert "<undefined-condition " in come_back(on, name, h=5)[1]


def test_a_fence_is_lost_with_its_stream() -> None:
    """The harness learns that nobody answers, at once."""
    on = scene()
    pistol, _ = managed(on)
    fired: list[str] = []
    on.porch.ping(JID).addCallback(fired.append)
    lose(pistol)
    on.porch.ping(JID).addCallback(fired.append)
    assert fired == ["lost", "lost"]


@pytest.mark.parametrize("how", ["reset", "close", "stream-error:conflict"])
def test_a_session_that_waits_can_be_ended(how: str) -> None:
    """By the harness, or with the porch."""
    on = scene()
    pistol, _ = managed(on)
    lose(pistol)
    assert on.porch.sever(JID, "malformed")
    assert on.porch.sessions == (JID,)
    on.porch.sever(JID, how)
    on.clock.advance(0)
    assert not on.porch.sessions
    assert not on.clock.getDelayedCalls()


def test_closing_the_porch_leaves_no_timer() -> None:
    """Sessions that wait go too."""
    on = scene()
    pistol, _ = managed(on)
    lose(pistol)
    on.porch.close()
    on.clock.advance(0)
    assert not on.porch.sessions
    assert not on.clock.getDelayedCalls()


# bounds


def test_a_client_that_never_acknowledges_is_put_out() -> None:
    """What is kept for it is bounded, whether it is there or not."""
    on = scene()
    pistol, _ = managed(on)
    for _ in range(sm.MOST + 1):
        on.porch.send_to(JID, "<message/>")
    assert "<resource-constraint " in pistol.heard()
    assert on.porch.sessions == ()
    pistol, _ = managed(on)
    lose(pistol)
    for _ in range(sm.MOST + 1):
        on.porch.send_to(JID, "<message/>")
    assert on.porch.sessions == ()


def test_counters_begin_anew_at_two_to_the_32() -> None:
    """As XEP-0198 4 says."""
    ledger = sm.Ledger()
    ledger.handled = ledger._acknowledged = sm.WRAP - 1
    ledger.took()
    ledger.wrote("<message/>")
    assert ledger.handled == 0
    assert ledger.acknowledge("0")
    assert not ledger.waiting


# what was never acknowledged


def given_up(on: Scene, *others: str) -> list[Talker]:
    """Pistol is lost with a message of gower's unread, and does not come back; the other talkers, gower first."""
    pistol, _ = managed(on)
    talkers = [on.log_in("gower"), *(on.log_in("pistol", resource) for resource in others)]
    for talker in talkers[1:]:
        talker.say("<presence/>")
    talkers[0].say(HELLO.format("unread"))
    pistol.heard()
    lose(pistol)
    for talker in talkers:
        talker.heard()
    on.clock.advance(on.porch.limits.resume_seconds)
    return talkers


def test_an_unread_message_goes_back_if_nobody_else_is_there() -> None:
    """When the client's time is over, its sender learns that it was not delivered."""
    (gower,) = given_up(scene())
    told = gower.heard()
    assert f'from="{JID}"' in told
    assert "<service-unavailable " in told


def test_an_unread_message_goes_to_another_session() -> None:
    """To one that is available; its sender hears nothing."""
    gower, other = given_up(scene(), "y")
    assert "<body>unread</body>" in other.heard()
    assert gower.heard() == ""


def test_an_unread_request_is_answered_in_place_of_the_client() -> None:
    """Requests are never passed to another session; presence and what is no stanza are forgotten."""
    on = scene()
    pistol, _ = managed(on)
    gower, other = on.log_in("gower"), on.log_in("pistol", "y")
    other.say("<presence/>")
    gower.say(f"<iq type='get' id='v' to='{JID}'><query xmlns='jabber:iq:version'/></iq>")
    gower.say(f"<presence to='{JID}'/>")
    on.porch.send_to(JID, "<broken>")
    pistol.heard()
    lose(pistol)
    on.clock.advance(on.porch.limits.resume_seconds)
    told = gower.heard()
    assert 'id="v"' in told
    assert told.count("<error ") == 1
    assert "jabber:iq:version" not in other.heard()


def test_what_a_room_said_is_not_passed_on() -> None:
    """Another session is not in the room, and the room has seen the occupant go."""
    on = scene()
    pistol, _ = managed(on)
    other = on.log_in("pistol", "y")
    other.say("<presence/>")
    pistol.say(f"<presence to='{ROOM}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    pistol.say(
        f"<iq type='set' id='o' to='{ROOM}'><query xmlns='http://jabber.org/protocol/muc#owner'>{FORM}</query></iq>"
    )
    pistol.say(f"<message type='chat' to='{ROOM}/pistol'><body>to myself</body></message>")
    lose(pistol)
    other.heard()
    on.clock.advance(on.porch.limits.resume_seconds)
    assert "to myself" not in other.heard()

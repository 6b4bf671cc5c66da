"""Claims about `Control`: what can be seen and done from outside, without a network."""

from __future__ import annotations

import io
from typing import Any

import pytest
from twisted.internet.task import Clock

from mockserver.control import Impossible, Missing, Refused, ShiftedClock, Transcript

from .houses import MUC, House
from .streams import HEADER, Transport


@pytest.fixture
def house() -> House:
    return House()


def nicks(house: House, room: str = "lounge") -> list[str]:
    return [seat.nick for seat in house.control.room(room).occupants]


def test_a_room_is_as_it_was_made(house: House) -> None:
    """Name, subject, affiliations and configuration are those that were asked for."""
    made = house.control.create(
        "lounge",
        owner="fluellen",
        subject="The siege",
        config={"roomname": "Harfleur", "membersonly": True},
        affiliations={"gower": "member"},
    )
    assert (made.jid, made.name, made.subject, made.locked) == (f"lounge@{MUC}", "Harfleur", "The siege", False)
    assert made.affiliations == {"fluellen@localhost": "owner", "gower@localhost": "member"}
    assert {f.name: f.values for f in made.config}["membersonly"] == ("1",)
    assert [room.jid for room in house.control.rooms()] == [f"lounge@{MUC}"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda control: control.kick("lounge", "pistol", reason="Avaunt!"), '"307"'),
        (lambda control: control.ban("lounge", nick="pistol", reason="Avaunt!"), '"301"'),
        (lambda control: control.ban("lounge", jid="pistol@localhost", reason="Avaunt!"), '"301"'),
        (lambda control: control.shutdown(reason="Avaunt!"), '"332"'),
        (lambda control: control.destroy("lounge", reason="Avaunt!"), "destroy"),
        (lambda control: control.rename("lounge", "pistol", "Ancient"), '"303"'),
        (lambda control: control.configure("lounge", {"moderatedroom": True}), '"104"'),
        (lambda control: control.say("lounge", "Avaunt!"), "Avaunt!"),
        (lambda control: control.subject("lounge", "Avaunt!"), "Avaunt!"),
        (lambda control: control.affiliation("lounge", "pistol@localhost", "admin"), '"admin"'),
        (lambda control: control.role("lounge", "pistol", "visitor"), '"visitor"'),
    ],
)
def test_what_the_service_does_is_told_to_whom_it_happens(house: House, act: Any, code: str) -> None:
    """Each action reaches the client as the stanza that a real service sends."""
    house.control.create("lounge")
    session = house.client()
    house.join(session, "lounge", "pistol")
    house.heard.clear()
    act(house.control)
    assert any(code in said for said in house.heard), house.heard


@pytest.mark.parametrize(
    ("use", "kind", "says"),
    [
        (lambda c: c.room("nowhere"), Missing, "there is no room nowhere"),
        (lambda c: c.room("lounge@elsewhere"), Missing, "is no room of conference.localhost"),
        (lambda c: c.room(""), Impossible, "no address"),
        (lambda c: c.create("lounge"), Refused, "already"),
        (lambda c: c.create("x", owner="gower@elsewhere"), Impossible, "no account of localhost"),
        (lambda c: c.create("x", config={"nonsense": 1}), Missing, "no such configuration field"),
        (lambda c: c.create("x", config={"maxusers": "many"}), Impossible, "cannot be"),
        (lambda c: c.create("x", config={"passwordprotectedroom": True}), Impossible, "roomsecret"),
        (lambda c: c.kick("lounge", "nym"), Missing, "has no occupant 'nym'; there: gower"),
        (lambda c: c.kick("lounge", "gower", reason="\x00"), Impossible, "no character of XML"),
        (lambda c: c.ban("lounge"), Impossible, "either nick or jid"),
        (lambda c: c.affiliation("lounge", "localhost", "owner"), Impossible, "only be banned"),
        (lambda c: c.rename("lounge", "gower", "gower"), Refused, "is in"),
        (lambda c: c.rename("lounge", "gower", " "), Impossible, "nickname"),
        (lambda c: c.seat("lounge", "gower"), Refused, "conflict|already"),
        (lambda c: c.seat("lounge", "nym", jid="gower.puppet"), Refused, "already, as gower"),
        (lambda c: c.subject("lounge", "leeks", nick="gower"), Refused, "the room says forbidden"),
        (lambda c: c.say("lounge", "ay", nick="nym"), Missing, "no occupant"),
        (lambda c: c.say("lounge", ""), Impossible, "has a body"),
        (lambda c: c.whisper("lounge", "gower", "nym", "ay"), Refused, "item-not-found"),
        (lambda c: c.disconnect("nym@localhost"), Missing, "is not logged in"),
        (lambda c: c.inject("nym@localhost", "<a/>"), Missing, "is not logged in"),
        (lambda c: c.advance(-1), Impossible, "forward"),
        (lambda c: c.advance(float("nan")), Impossible, "forward"),
        (lambda c: [c.advance(31_000_000) for _ in range(9000)], Impossible, "beyond the year 9998"),
        (lambda c: c.add_account("nym", ""), Impossible, "a name and a password"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(house: House, use: Any, kind: Any, says: str) -> None:
    """The kind of complaint is for programs, the line for people; rooms and occupants stay as they were."""
    house.control.create("lounge")
    before = house.control.seat("lounge", "gower")
    with pytest.raises(kind, match=says) as told:
        use(house.control)
    assert "\n" not in str(told.value)
    assert house.control.room("lounge") == before


def test_faults_are_in_force_until_they_are_ended(house: House) -> None:
    """Each has a number; it says how often it acted."""
    assert {"drop", "delay"} <= {kind.name for kind in house.control.fault_kinds()}
    first = house.control.fault("drop presence to=pistol")
    second = house.control.fault("delay message seconds=5")
    assert (first.fault, first.acted) == ("drop presence to=pistol", 0)
    assert house.control.end_fault(first.number) == (second,) == house.control.faults()
    house.control.end_faults()
    assert house.control.faults() == ()
    with pytest.raises(Missing, match="no fault 1"):
        house.control.end_fault(1)
    with pytest.raises(Impossible, match="no fault 'dorp'"):
        house.control.fault("dorp")


def test_the_service_behaves_like_another_from_now_on(house: House) -> None:
    """One personality at a time; there is always one."""
    assert [each.name for each in house.control.personalities() if each.worn] == ["xep"]
    assert [each.name for each in house.control.personality("prosody") if each.worn] == ["prosody"]
    house.control.create("lounge")
    house.join(house.client(), "lounge", "pistol")
    assert nicks(house) == ["pistol"]
    with pytest.raises(Missing, match="there is no personality 'nonsense'"):
        house.control.personality("nonsense")


def test_history_can_be_older_than_the_room(house: House) -> None:
    """A message said a while ago is told as such to whoever comes in."""
    house.control.create("lounge")
    house.reactor.advance(1_000_000)
    house.control.remember("lounge", "nym", "pauca", ago=3600)
    house.join(house.client(), "lounge", "pistol")
    (said,) = (stanza for stanza in house.heard if "pauca" in stanza)
    assert "1970-01-12T12:46:40Z" in said


def test_accounts_can_be_added_while_it_serves(house: House) -> None:
    """Where accounts are listed; where any password will do there is nothing to add."""
    assert house.control.add_account("nym", "secret") == "nym@localhost"
    assert house.control.credentials.check("nym@localhost", "secret")
    with pytest.raises(Refused, match="any password"):
        House(accounts={}).control.add_account("nym", "secret")


def test_the_clock_goes_forward_and_timers_with_it(house: House) -> None:
    """A stream that does not log in is closed after 30 seconds, also where those were skipped."""
    transport, protocol = Transport(), house.running.porch.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(HEADER.replace("mucspec.invalid", "localhost").encode())
    before = house.control.now
    house.control.advance(29)
    house.reactor.advance(0)
    assert b"</stream:stream>" not in transport.value()
    assert house.control.advance(2).now == before + 31 == house.control.now
    house.reactor.advance(0)
    assert b"</stream:stream>" in transport.value()


def test_a_shifted_clock_keeps_the_order_of_what_is_due() -> None:
    """The earliest first; what was cancelled never."""
    called: list[str] = []
    reactor: Any = Clock()
    clock = ShiftedClock(reactor)
    clock.callLater(20, called.append, "second")
    clock.callLater(10, called.append, "first")
    gone = clock.callLater(5, called.append, "never")
    assert gone.active() and gone.getTime() == 5
    gone.cancel()
    clock.advance(15)
    reactor.advance(0)
    assert called == ["first"]
    reactor.advance(5)
    assert (called, clock.seconds(), clock.calls) == (["first", "second"], 20, set())


def test_what_was_done_from_outside_is_in_the_transcript(house: House) -> None:
    """With the stanzas that came of it."""
    house.control.create("lounge")
    house.control.seat("lounge", "gower")
    assert [(e.dir, e.text) for e in house.control.transcript] == [
        ("do", f"create room='lounge@{MUC}'"),
        ("do", f"seat room='lounge@{MUC}' nick='gower' jid='gower.puppet@localhost'"),
    ]


def test_the_transcript_forgets_the_oldest_and_counts_on() -> None:
    """It holds so many entries and so many characters at most; fences are not in it."""
    kept = Transcript(lambda: 7.0, entries=3, characters=100)
    for n in range(5):
        kept.traffic("in", "a@b/c", f"<m{n}/>", fence=n == 0)
    assert [(e.n, e.text) for e in kept] == [(2, "<m2/>"), (3, "<m3/>"), (4, "<m4/>")]
    assert [e.n for e in kept.since(2)] == [3, 4] and kept.since(4) == [] and kept.since(99) == []
    assert [e.n for e in kept.since(0, most=1)] == [2]
    kept.traffic("out", "a@b/c", "x" * 96, fence=False)
    assert [e.n for e in kept] == [5]


def test_whoever_waits_for_the_transcript_is_called_once() -> None:
    """With the next entry; or not any more."""
    called: list[str] = []
    kept = Transcript(lambda: 7.0)
    kept.when_there_is_more(lambda: called.append("one"))
    kept.when_there_is_more(lambda: called.append("two"))()
    kept.note("a")
    kept.note("b")
    assert called == ["one"]


def test_several_transcripts_are_written_at_once() -> None:
    """On the terminal, and kept for the control."""
    stream = io.StringIO()
    house = House(quiet=False, transcript=stream)
    told = house.running.porch.on_traffic
    assert told
    told("in", "a@b/c", "<m/>", fence=False)
    assert (stream.getvalue(), len(list(house.control.transcript))) == ("-> a@b/c  <m/>\n", 1)

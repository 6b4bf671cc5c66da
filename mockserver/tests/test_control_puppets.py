"""Claims about puppets: occupants that the service keeps itself, moved from outside, without a network."""

from __future__ import annotations

import pytest

from mockserver.control import Refused
from mockserver.muc.jid import JID
from mockserver.muc.xml import parse, render

from .houses import MUC, House


@pytest.fixture
def house() -> House:
    return House()


def nicks(house: House, room: str = "lounge") -> list[str]:
    return [seat.nick for seat in house.control.room(room).occupants]


def test_puppets_come_speak_and_go(house: House) -> None:
    """A puppet is an occupant like any other to clients; it does what it is told."""
    house.control.create("lounge")
    session = house.client()
    house.join(session, "lounge", "pistol")
    seated = house.control.seat("lounge", "Gower", role="moderator", affiliation="member")
    (gower,) = (seat for seat in seated.occupants if seat.puppet)
    assert (gower.nick, gower.role, gower.affiliation) == ("Gower", "moderator", "member")
    house.heard.clear()
    house.control.say("lounge", "God save thee", nick="Gower")
    house.control.whisper("lounge", "Gower", "pistol", "psst")
    house.control.subject("lounge", "Leeks", nick="Gower")
    house.control.unseat("lounge", "Gower")
    assert [word in said for word, said in zip(["God save", "psst", "Leeks", "unavailable"], house.heard, strict=True)]
    assert nicks(house) == ["pistol"]
    assert house.running.host.sessions == (session,)


def test_a_puppet_answers_what_clients_ask_it(house: House) -> None:
    """A ping is answered, anything else is refused; nobody waits in vain."""
    house.control.create("lounge")
    house.control.seat("lounge", "gower")
    session = house.client()
    house.join(session, "lounge", "pistol")
    house.heard.clear()
    for name, payload in (("p", "<ping xmlns='urn:xmpp:ping'/>"), ("v", "<query xmlns='jabber:iq:version'/>")):
        house.send(session, f"<iq to='lounge@{MUC}/gower' type='get' id='{name}'>{payload}</iq>")
    kinds = [('"result"' in said, "service-unavailable" in said) for said in house.heard]
    assert kinds == [(True, False), (False, True)]


def test_a_puppet_answers_what_components_ask_it(house: House) -> None:
    """Its users in the room and those elsewhere: by a result or an error, once; answers are not answered."""
    gate, porch = JID("gate.invalid"), house.running.porch
    house.control.create("lounge")
    house.control.seat("lounge", "gower")
    heard: list[str] = []
    porch.carry = lambda delivery, address: heard.append(render(delivery.stanza.with_attrs(to=address)))
    house.running.host.abroad.came(gate)

    def tell(text: str) -> None:
        porch.deliver(house.running.host.abroad.receive(parse(text), component=gate, now=0))
        heard.clear()
        house.reactor.advance(0)

    muc = "<x xmlns='http://jabber.org/protocol/muc'/>"
    tell(f"<presence from='nym@gate.invalid/r' to='lounge@{MUC}/nym'>{muc}</presence>")
    for kind, payload, told in (
        ("get", "<ping xmlns='urn:xmpp:ping'/>", '"result"'),
        ("get", "<query xmlns='jabber:iq:version'/>", "service-unavailable"),
        ("set", "<query xmlns='urn:x'/>", "service-unavailable"),
        ("result", "<query xmlns='urn:x'/>", ""),
    ):
        for puppet in (f"lounge@{MUC}/gower", "gower.puppet@localhost/puppet"):
            tell(f"<iq from='nym@gate.invalid/r' to='{puppet}' type='{kind}' id='q'>{payload}</iq>")
            assert [told in text and 'to="nym@gate.invalid/r"' in text for text in heard] == [True] * bool(told)
            assert all(f'from="{puppet}"' in text and 'id="q"' in text for text in heard)


def test_a_client_cannot_be_made_to_speak(house: House) -> None:
    """Only puppets do as they are told."""
    house.control.create("lounge")
    house.join(house.client(), "lounge", "pistol")
    with pytest.raises(Refused, match="pistol is a client"):
        house.control.say("lounge", "ay", nick="pistol")


def test_nicknames_that_look_alike_are_different_puppets(house: House) -> None:
    """Each has an account of its own, also behind a rename."""
    house.control.create("lounge")
    house.control.seat("lounge", "gower")
    house.control.rename("lounge", "gower", "Jamy")
    house.control.seat("lounge", "gower")
    house.control.seat("lounge", "G ower")
    assert nicks(house) == ["Jamy", "gower", "G ower"]
    assert len({seat.jid for seat in house.control.room("lounge").occupants}) == 3

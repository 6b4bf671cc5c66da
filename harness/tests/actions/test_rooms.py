"""What tests can do to rooms of `muc_server` and to occupants, as a client on a socket sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from mucspec_pytest.link import MucspecError
from mucspec_pytest.occupant import MucOccupant
from mucspec_pytest.room import MucRoom
from mucspec_pytest.server import MucServer

from ..wire_client import WireClient, codes, item, text

# occupants


def test_a_kick_is_told_with_its_reason(room: MucRoom, pistol: WireClient) -> None:
    """307, and nobody sits there any more."""
    room.kick("pistol", reason="Avaunt!")
    out = pistol.next("presence")
    assert (out.get("type"), codes(out), text(out, "reason")) == ("unavailable", {"307", "110"}, "Avaunt!")
    assert "pistol" not in room.occupants


@pytest.mark.parametrize(
    "ban",
    [
        lambda room: room.ban(nick="pistol"),
        lambda room: room.ban("pistol@localhost"),
        lambda room: room.ban("pistol"),
        lambda room: room.ban(nick="pistol", by="Fluellen"),
        lambda room: room.set_affiliation("pistol", "outcast"),
    ],
)
def test_a_ban_names_an_occupant_or_an_account(
    room: MucRoom, pistol: WireClient, ban: Callable[[MucRoom], None]
) -> None:
    """301 in every case, by the service or by a puppet; the list has the account."""
    ban(room)
    assert codes(pistol.next("presence")) == {"301", "110"}
    assert room.view.affiliations["pistol@localhost"] == "outcast"


def test_a_domain_is_banned_by_its_name(room: MucRoom) -> None:
    """A name with a dot is no account."""
    room.ban("bad.example")
    assert room.view.affiliations["bad.example"] == "outcast"


def test_a_role_and_an_affiliation_are_shown(room: MucRoom, pistol: WireClient) -> None:
    """In presences that everybody gets."""
    room.set_role("pistol", "visitor", reason="Peace!")
    shown = pistol.next("presence")
    assert (item(shown).get("role"), text(shown, "reason")) == ("visitor", "Peace!")
    room.set_affiliation("pistol@localhost", "admin")
    shown = pistol.next("presence")
    assert (item(shown).get("affiliation"), item(shown).get("role")) == ("admin", "moderator")


def test_the_service_renames(room: MucRoom, pistol: WireClient) -> None:
    """303 with the new nickname, then 210 for whom it is."""
    room.rename("pistol", "ancient")
    left, came = pistol.next("presence"), pistol.next("presence")
    assert (codes(left), item(left).get("nick")) == ({"303", "110"}, "ancient")
    assert "210" in codes(came) and str(came.get("from")).endswith("/ancient")


def test_puppets_come_say_whisper_and_go(room: MucRoom, pistol: WireClient) -> None:
    """As any account, with role and affiliation; what they do afterwards they do from there."""
    room.enter("Jamy", jid="jamy@localhost", affiliation="member", role="moderator")
    came = [pistol.next("presence") for _ in range(2)]
    assert [(item(each).get("affiliation"), item(each).get("role")) for each in came] == [
        ("member", "participant"),
        ("member", "moderator"),
    ]
    assert room.occupants["Jamy"].jid == "jamy@localhost" and room.occupants["Jamy"].puppet
    room.say("Jamy", "ay")
    assert text(pistol.next("message"), "body") == "ay"
    room.whisper("Jamy", "pistol", "psst")
    whispered = pistol.next("message")
    assert (whispered.get("type"), text(whispered, "body")) == ("chat", "psst")
    room.act("Jamy", "rename", nick="Captain Jamy")
    assert codes(pistol.next("presence")) == {"303"}
    room.leave("Captain Jamy")
    assert [each.get("type") for each in (pistol.next("presence"), pistol.next("presence"))] == [None, "unavailable"]


def test_an_occupant_does_it_all_by_itself(room: MucRoom, pistol: WireClient) -> None:
    """`MucOccupant`: subject, whisper, ban, leave."""
    fluellen = MucOccupant(room, "Fluellen")
    fluellen.set_subject("The leek")
    changed = pistol.next("message")
    assert (changed.get("from"), text(changed, "subject")) == (f"{room.jid}/Fluellen", "The leek")
    fluellen.whisper("pistol", "eat it")
    assert text(pistol.next("message"), "body") == "eat it"
    fluellen.ban(nick="pistol", reason="Avaunt!")
    assert codes(pistol.next("presence")) == {"301", "110"}
    fluellen.leave()
    assert list(room.occupants) == ["gower"]


def test_what_the_room_refuses_a_puppet_is_raised(room: MucRoom) -> None:
    """With the condition of the stanza error; a client is nobody's puppet."""
    with pytest.raises(MucspecError, match="the room says conflict"):
        room.enter("gower", jid="somebody@localhost")
    room.set_config(changesubject=False)
    with pytest.raises(MucspecError, match="the room says forbidden"):
        room.set_subject("The leek", by="gower")
    room.set_config(membersonly=True)
    with pytest.raises(MucspecError, match="the room says registration-required"):
        room.enter("nym")


def test_a_client_does_not_do_as_it_is_told(room: MucRoom, pistol: WireClient) -> None:
    """It neither whispers nor leaves for a test."""
    for use in (lambda: room.whisper("pistol", "gower", "psst"), lambda: room.leave("pistol")):
        with pytest.raises(MucspecError, match="pistol is a client"):
            use()


# rooms


def test_a_room_is_seen_with_all_that_belongs_to_it(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """Its occupants with their sessions and presences, its lists, its form."""
    pistol.send(f"<presence to='{room.jid}/pistol'><show>dnd</show><status>busy</status></presence>")
    pistol.next("presence")
    seen = room.view
    (seat,) = [each for each in seen.occupants if each.nick == "pistol"]
    assert (seat.jid, seat.show, seat.status, seat.puppet) == ("pistol@localhost", "dnd", "busy", False)
    assert [session.partition("/")[0] for session in seat.sessions] == ["pistol@localhost"]
    assert seen.affiliations == {"fluellen.puppet@localhost": "owner"} and seen.locked is False
    assert next(each.values for each in seen.config if each.name == "membersonly") == ("0",)
    assert [each.occupants for each in server.rooms if each.jid == room.jid] == [3]


def test_a_room_that_a_client_made_is_found(server: MucServer, pistol: WireClient) -> None:
    """By name or address; where there is none, that is told."""
    pistol.send(
        f"<presence to='agincourt@{server.muc_domain}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
    )
    assert "201" in codes(pistol.next("presence"))
    made = server.room_called("agincourt")
    assert (made.jid, made.view.locked) == (f"agincourt@{server.muc_domain}", True)
    made.kick("pistol")
    pistol.next("presence")
    with pytest.raises(MucspecError, match="there is no room nowhere"):
        server.room_called("nowhere")


def test_a_configuration_is_announced(room: MucRoom, pistol: WireClient) -> None:
    """104; a value that the form refuses is told."""
    room.set_config(roomname="Harfleur", publicroom=False)
    assert "104" in codes(pistol.next("message"))
    assert room.view.name == "Harfleur"
    with pytest.raises(MucspecError, match="cannot be 'perhaps'"):
        room.set_config(membersonly="perhaps")


def test_the_room_speaks_itself(room: MucRoom, pistol: WireClient) -> None:
    """A message, and a subject, from its bare JID."""
    room.announce("The gates close at ten.")
    said = pistol.next("message")
    room.set_subject("The siege")
    changed = pistol.next("message")
    assert [(said.get("from"), text(said, "body")), (changed.get("from"), text(changed, "subject"))] == [
        (room.jid, "The gates close at ten."),
        (room.jid, "The siege"),
    ]
    assert room.view.subject == "The siege"


def test_history_is_as_old_as_it_is_said_to_be(server: MucServer, room: MucRoom) -> None:
    """By the service's clock, which a newcomer sees in the stamp."""
    room.remember("nym", "pauca verba", ago=86400.0)
    newcomer = WireClient(server, "bardolph")
    (old,) = [each for each in newcomer.join(room) if text(each, "body")]
    newcomer.close()
    delay = old.find("{urn:xmpp:delay}delay")
    assert delay is not None and text(old, "body") == "pauca verba"
    assert _day(str(delay.get("stamp"))) == int((server.status.now - 86400) // 86400)


def test_a_room_is_destroyed_with_reason_and_another(room: MucRoom, pistol: WireClient) -> None:
    """XEP-0045 10.9."""
    room.destroy(reason="The siege is over", alternate="agincourt@conference.localhost")
    gone = pistol.next("presence")
    destroyed = next(each for each in gone.iter() if each.tag.endswith("}destroy"))
    assert (destroyed.get("jid"), text(gone, "reason")) == ("agincourt@conference.localhost", "The siege is over")


def _day(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp() // 86400)

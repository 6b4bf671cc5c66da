"""Coming into a room: XEP-0045 7.1, 7.2 and 10.1."""

from typing import Any

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Switches
from mockserver.tests.rooms import DOMAIN, HARFLEUR, Stage, user


def test_a_newcomer_hears_others_then_itself_then_the_subject() -> None:
    """The order of 7.1; the others hear of the newcomer once; only the newcomer's own presence has 110."""
    stage = Stage()
    stage.open("henry", "gower")
    assert stage.join("pistol") == [
        "pistol/1 <- presence from=harfleur@muc/henry user(owner/moderator)",
        "pistol/1 <- presence from=harfleur@muc/gower user(none/participant)",
        "henry/1 <- presence from=harfleur@muc/pistol user(none/participant jid=pistol/1)",
        "gower/1 <- presence from=harfleur@muc/pistol user(none/participant)",
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/participant 110)",
        "pistol/1 <- message from=harfleur@muc type=groupchat subject=",
    ]


def test_a_non_anonymous_room_shows_addresses_and_warns() -> None:
    """100 to the newcomer, full JIDs to everybody: 7.2.3."""
    stage = Stage()
    stage.open("gower", config={"whois": "anyone", "enablelogging": True})
    assert stage.join("pistol") == [
        "pistol/1 <- presence from=harfleur@muc/gower user(none/participant jid=gower/1)",
        "gower/1 <- presence from=harfleur@muc/pistol user(none/participant jid=pistol/1)",
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/participant jid=pistol/1 110 100 170)",
        "pistol/1 <- message from=harfleur@muc type=groupchat subject=",
    ]


def test_who_enters_a_room_that_is_not_there_creates_it() -> None:
    """The first occupant owns the room (201), which is locked until it is configured: 10.1.1."""
    stage = Stage()
    assert stage.join("henry") == [
        "henry/1 <- presence from=harfleur@muc/henry user(owner/moderator jid=henry/1 110 201)",
        "henry/1 <- message from=harfleur@muc type=groupchat subject=",
    ]
    assert stage.room.locked
    assert stage.join("pistol") == [
        'pistol/1 <- presence from=harfleur@muc/pistol type=error <x xmlns="muc"/> error(cancel item-not-found)'
    ]


REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "jid-malformed": ({}, "modify jid-malformed", "<presence to='harfleur@muc'>{x}</presence>"),
    "blank nickname": ({}, "modify not-acceptable", "<presence to='harfleur@muc/ '>{x}</presence>"),
    "banned": ({"pistol": "outcast"}, "auth forbidden", ""),
    "members only": ({"config": {"membersonly": True}}, "auth registration-required", ""),
    "no password": (
        {"config": {"passwordprotectedroom": True, "roomsecret": "cauldronburn"}}, "auth not-authorized", "",
    ),
    "nickname in use": ({}, "cancel conflict", "<presence to='harfleur@muc/gower'>{x}</presence>"),
    "full": ({"config": {"maxusers": "1"}}, "wait service-unavailable", ""),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refused_join_changes_nothing(reason: str) -> None:
    """The error comes from the address that was asked for, with `by`, and nobody else hears of it: 7.2."""
    options, error, xml = REFUSALS[reason]
    stage = Stage()
    stage.open("gower", **options)
    before = stage.seats
    join = (xml or "<presence to='harfleur@muc/pistol'>{x}</presence>").format(
        x="<x xmlns='http://jabber.org/protocol/muc'><password>wrong</password></x>"
    )
    (delivery,) = stage.hear("pistol", join)
    (line,) = stage.send("pistol", join)
    to = join.split("'")[1]
    assert line == f'pistol/1 <- presence from={to} type=error <x xmlns="muc"/> error({error})'
    assert next(c for c in delivery.stanza.elements() if c.name == "error").get("by") == HARFLEUR
    assert stage.seats == before


def test_a_banned_domain_is_banned() -> None:
    """A ban of a domain holds for everybody there: 9.2."""
    stage = Stage()
    stage.open("gower")
    stage.room.affiliations[JID.parse("mucspec.invalid")] = Affiliation.OUTCAST
    assert stage.join("pistol")[0].endswith("error(auth forbidden)")


def test_the_right_password_opens_the_room() -> None:
    """7.2.5."""
    stage = Stage()
    stage.open(config={"passwordprotectedroom": True, "roomsecret": "cauldronburn"})
    assert "110" in stage.join("pistol", inside="<password>cauldronburn</password>")[0]


def test_owners_and_admins_get_into_a_full_room() -> None:
    """7.2.9."""
    stage = Stage()
    stage.open("gower", config={"maxusers": "1"}, fluellen="admin")
    stage.join("henry")
    stage.join("fluellen")
    assert list(stage.seats) == ["gower", "henry", "fluellen"]


def test_room_creation_may_be_restricted() -> None:
    """not-allowed, and no room: 10.1.1."""
    stage = Stage()
    stage.service.switches = Switches(anyone_may_create=False)
    assert stage.join("pistol")[0].endswith("error(cancel not-allowed)")
    assert stage.service.rooms == {}


def test_a_reserved_nickname_is_not_for_others() -> None:
    """conflict: 7.2.8, 7.12."""
    stage = Stage()
    stage.service.open_room(HARFLEUR, reserved_nicks={user("gower"): "Captain"}, now=stage.now)
    assert stage.join("pistol", "Captain")[0].endswith("error(cancel conflict)")
    assert "110" in stage.join("gower", "Captain")[0]


def test_the_service_may_give_another_nickname() -> None:
    """210 to the newcomer alone, once: 7.2.2."""
    stage = Stage()
    stage.open("gower")
    stage.service.rewrite_nick(HARFLEUR, "Ancient")
    assert stage.join("pistol")[1:3] == [
        "gower/1 <- presence from=harfleur@muc/Ancient user(none/participant)",
        "pistol/1 <- presence from=harfleur@muc/Ancient user(none/participant 110 210)",
    ]
    assert "harfleur@muc/nym user(none/participant 110)" in stage.join("nym")[-2]


def test_a_second_session_shares_the_seat() -> None:
    """Same user, same nickname: both sessions are one occupant and both get self-presence: 7.2.8."""
    stage = Stage()
    stage.open("gower", "pistol")
    assert stage.join("pistol/2") == [
        "pistol/2 <- presence from=harfleur@muc/gower user(none/participant)",
        "gower/1 <- presence from=harfleur@muc/pistol user(none/participant)",
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/participant 110)",
        "pistol/2 <- presence from=harfleur@muc/pistol user(none/participant 110)",
        "pistol/2 <- message from=harfleur@muc type=groupchat subject=",
    ]
    assert stage.seats["pistol"] == ("participant", ["pistol/1", "pistol/2"])


def test_a_repeated_join_tells_everything_again_and_seats_nobody_twice() -> None:
    """17.3: a full resynchronisation for the joiner; nothing for the others, for whom nothing changed."""
    stage = Stage()
    stage.open("gower")
    stage.join("pistol")
    stage.say("gower", "God save thee")
    again = stage.join("pistol")
    assert [line for line in again if line.startswith("pistol/1")] == [
        "pistol/1 <- presence from=harfleur@muc/gower user(none/participant)",
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/participant 110)",
        "pistol/1 <- message from=harfleur@muc/gower type=groupchat body=God save thee "
        '<delay xmlns="urn:xmpp:delay" from="harfleur@muc" stamp="2001-09-09T01:46:40Z"/>',
        "pistol/1 <- message from=harfleur@muc type=groupchat subject=",
    ]
    assert stage.seats["pistol"] == ("participant", ["pistol/1"])


def test_a_joined_session_is_not_asked_for_the_password_again() -> None:
    """A repeated join resynchronises even where the room has since become closed: 17.3."""
    stage = Stage()
    stage.open("pistol")
    stage.service.set_config(HARFLEUR, {"passwordprotectedroom": True, "roomsecret": "x"}, now=stage.now)
    assert "110" in stage.join("pistol")[0]


def test_presence_without_muc_from_outside_is_answered_by_a_kick() -> None:
    """110, 307 and 333, so that a client that lost sync learns it: 7.2.18."""
    stage = Stage()
    stage.open("gower")
    assert stage.send("pistol", "<presence to='harfleur@muc/pistol'><show>away</show></presence>") == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none 110 307 333)"
    ]


@pytest.mark.parametrize("kind", ["probe", "subscribe", "unsubscribed"])
def test_typed_presence_is_no_join(kind: str) -> None:
    """17.3: nobody is seated by it."""
    stage = Stage()
    stage.open("gower")
    stage.send("pistol", f"<presence type='{kind}' to='harfleur@muc/pistol'/>")
    assert list(stage.seats) == ["gower"]


def test_roles_follow_affiliations() -> None:
    """5.1.2, in a moderated room."""
    stage = Stage()
    stage.open(config={"moderatedroom": True}, gower="member", fluellen="admin")
    for name in ("henry", "fluellen", "gower", "pistol"):
        stage.join(name)
    assert {nick: role for nick, (role, _) in stage.seats.items()} == {
        "henry": "moderator", "fluellen": "moderator", "gower": "participant", "pistol": "visitor",
    }  # fmt: skip


def test_presence_of_some_roles_may_be_kept_quiet() -> None:
    """Who has a role that is not broadcast is seen by nobody but itself: 7.2.2, 15.5.3."""
    stage = Stage()
    stage.open("henry", config={"moderatedroom": True, "presencebroadcast": ["moderator", "participant"]})
    assert stage.join("pistol") == [
        "pistol/1 <- presence from=harfleur@muc/henry user(owner/moderator)",
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/visitor 110)",
        "pistol/1 <- message from=harfleur@muc type=groupchat subject=",
    ]
    assert stage.join("nym")[0] == "nym/1 <- presence from=harfleur@muc/henry user(owner/moderator)"
    assert not any(line.startswith("henry/1") for line in stage.leave("pistol"))


def test_a_clients_own_muc_data_is_not_passed_on() -> None:
    """Role, affiliation, JID and codes come from the service alone; other extensions pass: 17.3."""
    stage = Stage()
    stage.open("gower")
    forged = "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner'/><status code='301'/></x>"
    caps = "<c xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='sha-1'/>"
    join = f"<presence to='harfleur@muc/pistol'><x xmlns='http://jabber.org/protocol/muc'/>{forged}{caps}</presence>"
    caps_out = '<c xmlns="caps" node="n" ver="v" hash="sha-1"/>'
    assert stage.send("pistol", join)[1:3] == [
        f"gower/1 <- presence from=harfleur@muc/pistol {caps_out} user(none/participant)",
        f"pistol/1 <- presence from=harfleur@muc/pistol {caps_out} user(none/participant 110)",
    ]


def test_a_presence_to_the_service_itself_does_no_harm() -> None:
    """No room is made without a name."""
    stage = Stage()
    stage.send("pistol", f"<presence to='{DOMAIN}'/>")
    stage.send("pistol", f"<presence to='{DOMAIN}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    assert stage.service.rooms == {}

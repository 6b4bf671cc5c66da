"""Registering with a room, and reserved nicknames: XEP-0045 7.10, 7.12, XEP-0077."""

import pytest

from mockserver.muc.model import Affiliation, Switches
from mockserver.muc.namespaces import NS_REGISTER_FORM
from mockserver.tests.rooms import HARFLEUR, Stage, form, user


def register(**values: str) -> str:
    x = form(NS_REGISTER_FORM, {f"muc#register_{var}": v for var, v in values.items()})
    return f"<query xmlns='jabber:iq:register'>{x}</query>"


def test_registering_makes_a_member_with_a_nickname() -> None:
    """The form, the result, presence with the new affiliation, and then the name is known: 7.10, 7.12."""
    stage = Stage()
    stage.open("pistol")
    ask = "<query xmlns='jabber:iq:register'/>"
    node = "<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>"
    empty = '<query xmlns="disco#info" node="x-roomuser-item"/>'
    assert "muc#register_roomnick" in stage.ask("pistol", ask)[0]
    assert stage.ask("pistol", node) == [f"pistol/1 <- iq from=harfleur@muc type=result {empty}"]
    assert stage.ask("pistol", register(roomnick="Ancient"), kind="set") == [
        "pistol/1 <- iq from=harfleur@muc type=result",
        "pistol/1 <- presence from=harfleur@muc/pistol user(member/participant 110)",
    ]
    told = stage.ask("pistol", ask)[0]
    assert '<query xmlns="jabber:iq:register"><registered/><instructions>' in told
    assert told.endswith("</instructions><username>Ancient</username></query>")
    assert 'name="Ancient"' in stage.ask("pistol", node)[0]
    assert stage.join("nym", "Ancient")[0].endswith("error(cancel conflict)")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (register(roomnick="gower"), "cancel conflict"),
        (register(roomnick="Captain"), "cancel conflict"),
        (register(), "modify bad-request"),
        (register(roomnick="\N{ZERO WIDTH NO-BREAK SPACE}\t"), "modify bad-request"),
        ("<query xmlns='jabber:iq:register'/>", "modify bad-request"),
    ],
)
def test_a_registration_that_cannot_be(query: str, error: str) -> None:
    """7.10."""
    stage = Stage()
    stage.open("gower", "pistol")
    stage.room.reserved[user("fluellen")] = "Captain"
    assert stage.ask("pistol", query, kind="set")[0].endswith(f"error({error})")
    assert stage.room.reserved == {user("fluellen"): "Captain"}


def test_who_may_not_register() -> None:
    """not-allowed for outcasts, and for all where the service says so; item-not-found without a room: 7.10."""
    stage = Stage()
    ask = "<query xmlns='jabber:iq:register'/>"
    assert stage.ask("pistol", ask)[0].endswith("error(cancel item-not-found)")
    stage.open(nym="outcast")
    assert stage.ask("nym", ask)[0].endswith("error(cancel not-allowed)")
    stage.service.switches = Switches(may_register=False)
    assert stage.ask("pistol", ask)[0].endswith("error(cancel not-allowed)")


def test_unregistering_frees_the_nickname_and_keeps_owners() -> None:
    """XEP-0077 3.2: what was registered ends, not what was granted."""
    stage = Stage()
    stage.open()
    for name in ("henry", "pistol"):
        stage.ask(name, register(roomnick=name.title()), kind="set")
        stage.ask(name, "<query xmlns='jabber:iq:register'><remove/></query>", kind="set")
    assert stage.room.reserved == {}
    assert stage.room.affiliations == {user("henry"): Affiliation.OWNER}


def test_locked_nicknames() -> None:
    """A registered user is seated under the reserved name (210), and nobody changes it: 7.6, 7.10."""
    stage = Stage()
    stage.service.open_room(HARFLEUR, reserved_nicks={user("pistol"): "Ancient"}, now=stage.now)
    stage.service.lock_nicks(HARFLEUR)
    assert stage.join("pistol")[0].endswith("harfleur@muc/Ancient user(none/participant 110 210)")
    told = stage.send("pistol", "<presence to='harfleur@muc/pistol'/>")
    assert told == ["pistol/1 <- presence from=harfleur@muc/pistol type=error error(modify not-acceptable)"]


def test_an_admin_reserves_and_frees_a_nickname_with_the_membership() -> None:
    """By the nick of the item; an empty one frees it, none leaves it as it is: 9.3, 9.5."""
    stage = Stage()
    stage.open("henry")
    for nick, kept in (("nick='Ancient'", "Ancient"), ("", "Ancient"), ("nick=''", "")):
        stage.admin("henry", f"jid='{user('pistol')}' affiliation='member' {nick}")
        assert stage.room.reserved.get(user("pistol"), "") == kept
    assert stage.room.affiliation(user("pistol")) is Affiliation.MEMBER


def test_a_reserved_nickname_cannot_be_reserved_or_taken_by_another() -> None:
    """conflict for an admin's item, for a joiner and for a new nickname; its holder may use it: 7.12, 9.3."""
    stage = Stage()
    stage.open("henry", "nym", pistol="member")
    stage.room.reserved[user("pistol")] = "Ancient"
    taken = stage.admin("henry", f"jid='{user('nym')}' affiliation='member' nick='Ancient'")
    assert taken[0].endswith("error(cancel conflict)")
    assert stage.join("gower", "Ancient")[0].endswith("error(cancel conflict)")
    assert stage.send("nym", "<presence to='harfleur@muc/Ancient'/>")[0].endswith("error(cancel conflict)")
    assert " 110" in "".join(stage.join("pistol", "Ancient"))

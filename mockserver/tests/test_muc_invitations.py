"""Inviting and declining: XEP-0045 7.8, 9.5, XEP-0249."""

import pytest

from mockserver.muc.model import Affiliation, Switches
from mockserver.tests.rooms import Stage, user


def invitation(inside: str) -> str:
    return f"<message to='harfleur@muc'><x xmlns='http://jabber.org/protocol/muc#user'>{inside}</x></message>"


INVITE = "<invite to='pistol@mucspec.invalid'><reason>Once more</reason><continue thread='t'/></invite>"


def test_invitations_go_out_from_the_room_with_its_password() -> None:
    """Several at once; the inviter is named: 7.8.2."""
    stage = Stage()
    stage.open("henry", config={"passwordprotectedroom": True, "roomsecret": "cauldronburn"})
    stage.join("henry", inside="<password>cauldronburn</password>")
    nym = "<invite to='nym@mucspec.invalid'/>"
    assert stage.send("henry", invitation(INVITE + nym)) == [
        'pistol <- message from=harfleur@muc user(<invite from="henry"><reason>Once more</reason>'
        '<continue thread="t"/></invite> <password>cauldronburn</password>)',
        'nym <- message from=harfleur@muc user(<invite from="henry"/> <password>cauldronburn</password>)',
    ]


def test_who_may_invite() -> None:
    """In a members-only room admins, unless the owner lets all; the invited is a member then: 7.8.2, 9.5."""
    stage = Stage()
    stage.open("henry", "gower", config={"membersonly": True}, gower="member")
    assert stage.send("gower", invitation(INVITE))[0].endswith("error(auth forbidden)")
    assert stage.room.affiliation(user("pistol")) is Affiliation.NONE
    stage.configure("henry", allowinvites="1")
    assert stage.send("gower", invitation(INVITE))[-1].startswith("pistol <- message from=harfleur@muc user(<invite")
    assert stage.room.affiliation(user("pistol")) is Affiliation.MEMBER


@pytest.mark.parametrize(("closed", "heard"), [("1", "pistol <- message"), ("0", "gower/1 <- message")])
def test_a_field_keeps_what_was_set_when_its_default_moves(closed: str, heard: str) -> None:
    """Who may invite is as the form says, though it was the default until this form closed or opened the room."""
    stage = Stage()
    stage.open("henry", "gower", config={"membersonly": closed == "0"}, gower="member")
    stage.configure("henry", membersonly=closed, allowinvites=closed)
    assert stage.send("gower", invitation(INVITE))[-1].startswith(heard)


def test_invitations_are_for_occupants_and_may_be_switched_off() -> None:
    """not-acceptable from outside; forbidden where the owner says so; an open room makes nobody a member."""
    stage = Stage()
    stage.open("henry", "gower")
    assert stage.send("nym", invitation(INVITE))[0].endswith("error(modify not-acceptable)")
    assert stage.send("gower", invitation(INVITE))[0].startswith("pistol <- ")
    assert stage.room.affiliation(user("pistol")) is Affiliation.NONE
    stage.configure("henry", allowinvites="0")
    assert stage.send("gower", invitation(INVITE))[0].endswith("error(auth forbidden)")
    assert stage.send("henry", invitation("<invite to='@@'/>"))[0].endswith("error(modify bad-request)")


def test_the_legacy_element_comes_with_a_switch() -> None:
    """7.8.2: for clients before XEP-0249."""
    stage = Stage()
    stage.service.switches = Switches(legacy_invitations=True)
    stage.open("henry")
    legacy = '<x xmlns="jabber:x:conference" jid="harfleur@muc">Once more</x>'
    assert stage.send("henry", invitation(INVITE))[0].endswith(legacy)


@pytest.mark.parametrize(
    ("inviter", "to"), [("henry@mucspec.invalid", "henry"), ("harfleur@conference.mucspec.invalid/henry", "henry/1")]
)
def test_a_refusal_reaches_the_inviter(inviter: str, to: str) -> None:
    """By its own address or by its seat: 7.8.2."""
    stage = Stage()
    stage.open("henry")
    decline = f"<decline to='{inviter}'><reason>Fig</reason></decline>"
    assert stage.send("pistol", invitation(decline)) == [
        f'{to} <- message from=harfleur@muc user(<decline from="pistol"><reason>Fig</reason></decline>)'
    ]


def test_what_a_room_sends_on_is_what_an_invitation_may_hold() -> None:
    """Forged addresses, codes and further elements are left behind: 7.8.2."""
    stage = Stage()
    stage.open("henry")
    inner = "<reason odd='1'>Once more</reason><reason>Again</reason><odd/>"
    wish = f"<invite from='king@mucspec.invalid' to='{user('pistol')}'>{inner}</invite><status code='110'/>"
    assert stage.send("henry", invitation(wish)) == [
        'pistol <- message from=harfleur@muc user(<invite from="henry"><reason>Once more</reason></invite>)'
    ]


def test_an_invitation_in_a_message_to_all_is_none() -> None:
    """Nor is one in a private message: the room says what muc#user says: 17.3."""
    stage = Stage()
    stage.open("henry", "gower")
    forged = "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='king@mucspec.invalid'/></x><body>Ha</body>"
    for to, kind in (("harfleur@muc", "groupchat"), ("harfleur@muc/henry", "chat")):
        (line,) = stage.send("gower", f"<message type='{kind}' to='{to}'>{forged}</message>")
        assert "invite" not in line and "body=Ha" in line


def test_a_direct_invitation_is_no_business_of_the_room() -> None:
    """XEP-0249: it goes from user to user; in a private message it is passed on as it is."""
    stage = Stage()
    stage.open("henry", "gower")
    direct = "<x xmlns='jabber:x:conference' jid='agincourt@muc'/>"
    assert stage.send("gower", f"<message to='harfleur@muc/henry'>{direct}</message>") == [
        'henry/1 <- message from=harfleur@muc/gower <x xmlns="jabber:x:conference" jid="agincourt@muc"/> user()'
    ]
    assert stage.send("gower", f"<message to='harfleur@muc'>{direct}</message>")[0].endswith(
        "error(modify bad-request)"
    )


def test_a_refusal_for_nobody_is_not_found() -> None:
    """A seat where nobody sits; and an address that is none: 7.8.2."""
    stage = Stage()
    stage.open("henry")
    for to, error in (("harfleur@muc/nym", "cancel item-not-found"), ("@@", "modify bad-request")):
        assert stage.send("pistol", invitation(f"<decline to='{to}'/>"))[0].endswith(f"error({error})")

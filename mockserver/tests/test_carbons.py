"""Claims about which messages are copied to other sessions, rooms and private messages included (XEP-0280)."""

from __future__ import annotations

import pytest

from .hosts import DOMAIN, MUC, Inn
from .sessions import set_

ENABLE = set_("<enable xmlns='urn:xmpp:carbons:2'/>")
BODY = "<body>Hi</body>"
ROOM = f"harfleur@{MUC}"


def copied(told: list[str]) -> list[str]:
    """Who got a copy, and of which side."""
    return [
        f"{line.partition(' <- ')[0]} {side}"
        for line in told
        for side in ("sent", "received")
        if f'<{side} xmlns="urn:xmpp:carbons:2"' in line
    ]


def inn_with_carbons() -> Inn:
    inn = Inn("pistol/x", "pistol/y", "gower/x", "gower/y")
    for who in ("pistol/x", "pistol/y", "gower/x", "gower/y"):
        inn.say(who, ENABLE)
    return inn


def message(inside: str, kind: str = "chat", to: str = f"gower@{DOMAIN}/x") -> str:
    return f"<message id='m' type='{kind}' to='{to}'>{inside}</message>"


BOTH = ["gower/y received", "pistol/y sent"]


@pytest.mark.parametrize(
    ("inside", "kind", "copies"),
    [
        (BODY, "chat", BOTH),
        ("<a xmlns='urn:a'/>", "chat", BOTH),
        (BODY, "normal", BOTH),
        ("<a xmlns='urn:a'/>", "normal", []),
        ("<received xmlns='urn:xmpp:receipts' id='1'/>", "normal", BOTH),
        ("<composing xmlns='http://jabber.org/protocol/chatstates'/>", "normal", BOTH),
        (f"<x xmlns='jabber:x:conference' jid='{ROOM}'/>", "normal", BOTH),
        (f"{BODY}<private xmlns='urn:xmpp:carbons:2'/>", "chat", []),
        (f"{BODY}<no-copy xmlns='urn:xmpp:hints'/>", "chat", []),
        (BODY, "headline", []),
    ],
)
def test_what_belongs_to_a_conversation_is_copied(inside: str, kind: str, copies: list[str]) -> None:
    """Chats, bodies, receipts, chat states and direct invitations, unless the sender says no."""
    assert copied(inn_with_carbons().say("pistol/x", message(inside, kind))) == copies


def test_groupchat_is_not_copied() -> None:
    """Each session that is inside gets its own."""
    inn = inn_with_carbons()
    inn.gather("pistol", "gower")
    assert copied(inn.say("pistol/x", message(BODY, "groupchat", ROOM))) == []


def test_a_private_message_is_copied_to_sessions_under_the_same_nickname() -> None:
    """The sender's other seat gets what was sent, marked as private; the room serves the receiver's seats."""
    inn = inn_with_carbons()
    inn.gather("pistol", "gower")
    whisper = message(BODY, to=f"{ROOM}/gower")
    assert copied(inn.say("pistol/x", whisper)) == []
    for who in ("pistol/y", "gower/y"):
        nick = who.partition("/")[0]
        inn.say(who, f"<presence to='{ROOM}/{nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    told = inn.say("pistol/x", whisper)
    assert [line.partition(" <- ")[0] for line in told] == ["gower/x", "gower/y", "pistol/y"]
    assert copied(told) == ["pistol/y sent"]
    assert '<x xmlns="http://jabber.org/protocol/muc#user"/>' in told[2]


def test_a_private_message_that_is_refused_is_not_copied() -> None:
    """Nobody gets a copy of what the room did not pass on."""
    inn = inn_with_carbons()
    inn.gather("pistol")
    inn.say("pistol/y", f"<presence to='{ROOM}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    told = inn.say("pistol/x", message(BODY, to=f"{ROOM}/nobody"))
    assert [line.partition(" <- ")[0] for line in told] == ["pistol/x"]


def test_a_mediated_invitation_is_copied() -> None:
    """One that went to a single session of the guest reaches the others as a copy."""
    inn = inn_with_carbons()
    inn.gather("pistol")
    guest = f"gower@{DOMAIN}/x"
    wish = f"<x xmlns='http://jabber.org/protocol/muc#user'><invite to='{guest}'/></x>"
    told = inn.say("pistol/x", f"<message to='{ROOM}'>{wish}</message>")
    assert [line.partition(" <- ")[0] for line in told] == ["gower/x", "gower/y"]
    assert copied(told) == ["gower/y received"]


def test_copies_name_the_message_in_the_own_archive() -> None:
    """XEP-0313 3.5: in a copy of what was sent too; the receiver learns nothing of the sender's archive."""
    sent, received = inn_with_carbons().say("pistol/x", message(BODY)), {}
    for line in sent:
        received[line.partition(" <- ")[0]] = [who for who in ("pistol", "gower") if f'by="{who}"' in line]
    assert received == {"gower/x": ["gower"], "gower/y": ["gower"], "pistol/y": ["pistol"]}


def test_a_groupchat_message_reaches_the_session_that_it_is_for() -> None:
    """RFC 6121 8.5: that one and no other; an account as such gets none."""
    inn = inn_with_carbons()
    told = inn.say("pistol/x", message(BODY, "groupchat"))
    assert [line.partition(" <- ")[0] for line in told] == ["gower/x"]
    for to in (f"gower@{DOMAIN}", f"gower@{DOMAIN}/gone"):
        assert "<service-unavailable " in inn.say("pistol/x", message(BODY, "groupchat", to))[0]

"""The reference client invites, declines and is invited: XEP-0045 7.8, XEP-0249."""

from __future__ import annotations

import pytest

from harness.drivers.reference.stanzas import parse

from .reference_payloads import DECLINE, DIRECT, INVITE, message
from .reference_stage import ROOM, Stage


def test_a_mediated_invitation_names_the_inviter_inside() -> None:
    """The room is the sender; both payloads in one message are one invitation."""
    s = Stage()
    s.hear(message(INVITE + DIRECT))
    assert s.events == [{
        "event": "invited", "room": ROOM, "inviter": "henry@x", "mode": "mediated", "thread": "t1",
        "reason": "Once more", "password": "crispin", "source": "api",
    }]  # fmt: skip


def test_a_direct_invitation_names_the_room_inside() -> None:
    """The inviter is the sender; declining it sends nothing."""
    s = Stage()
    s.hear(message(DIRECT, sender="henry@x/y"))
    s.do("decline", jid="henry@x")
    (event,) = s.events
    assert (event["room"], event["inviter"], event["mode"]) == (ROOM, "henry@x", "direct") and s.sent == []


NO_INVITATIONS = (
    message(INVITE, sender=f"{ROOM}/mallory"),
    message(INVITE, kind="error"),
    message(INVITE.replace("from=", "to=")),
    message("<x xmlns='jabber:x:conference'/>", sender="henry@x"),
    message("<x xmlns='jabber:x:conference' jid='@@'/>", sender="henry@x"),
)


@pytest.mark.parametrize("stanza", NO_INVITATIONS)
def test_what_is_no_invitation_is_not_taken_for_one(stanza: str) -> None:
    """Forged, echoed, or naming no room."""
    s = Stage()
    s.hear(stanza)
    assert s.log == []


def test_one_is_invited_once_and_not_to_where_one_is() -> None:
    """Until one joins or declines, further invitations are the same one."""
    s = Stage()
    s.hear(message(INVITE), message(DIRECT, sender="henry@x/y"))
    assert len(s.events) == 1
    s.join()
    s.hear(message(DIRECT, sender="henry@x/y"))
    assert s.events == []


def test_invitations_and_refusals_go_the_right_way() -> None:
    """Mediated ones to the room, direct ones to the invited, refusals to the room."""
    s = Stage().join()
    s.do("invite", jid="nym@x", mode="mediated", reason="Come", thread="t1")
    s.do("invite", jid="nym@x", mode="direct", reason="Come", password="crispin")
    s.do("decline", jid="henry@x")
    assert [parse(text).get("to") for text in s.sent[-3:]] == [ROOM, "nym@x", ROOM]
    s.hear(message(DECLINE))
    assert (s.events[0]["jid"], s.events[0]["reason"]) == ("gower@x", "Busy")

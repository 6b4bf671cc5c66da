"""Claims about mentions of users who are not there (XEP-0452)."""

from __future__ import annotations

import pytest

from .rooms import Stage, user


def tavern(*, on: bool = True) -> Stage:
    """Nym is a member with the reserved nickname "corporal" and absent; bates is absent and has no affiliation."""
    stage = Stage()
    stage.open("pistol", "gower", config={"forwardmentions": on}, nym="member", gower="member")
    stage.room.reserved[user("nym")] = "corporal"
    return stage


def mention(stage: Stage, *uris: str, kind: str = "mention") -> list[str]:
    """What is heard beside the message itself."""
    inside = "".join(f"<reference xmlns='urn:xmpp:reference:0' type='{kind}' uri='{uri}'/>" for uri in uris)
    message = f"<message id='m' type='groupchat' to='harfleur@muc'><body>Nym!</body>{inside}</message>"
    first, *more = stage.send("pistol", message.replace("@muc/", "@conference.mucspec.invalid/"))
    assert first.startswith("pistol/1 gower/1 <- message from=harfleur@muc/pistol type=groupchat body=Nym!")
    return more


NYM = "xmpp:nym@mucspec.invalid"


def test_an_absent_member_gets_the_message_that_mentions_it() -> None:
    """As the room reflected it, with the time, in a message of the room."""
    (told,) = mention(tavern(), NYM)
    assert told == (
        'nym <- message from=harfleur@muc <mentions xmlns="urn:xmpp:mmn:0"><forwarded xmlns="urn:xmpp:forward:0">'
        '<delay xmlns="urn:xmpp:delay" stamp="2001-09-09T01:46:40Z"/>'
        '<message xmlns="jabber:client" id="m" type="groupchat" from="harfleur@muc/pistol" to="harfleur@muc">'
        '<body>Nym!</body><reference xmlns="urn:xmpp:reference:0" type="mention" uri="xmpp:nym"/>'
        "</message></forwarded></mentions>"
    )


@pytest.mark.parametrize("uri", [f"{NYM}/x", "xmpp:harfleur@muc/corporal", "xmpp:harfleur@muc/corpor%61l"])
def test_a_user_can_be_meant_by_session_and_by_reserved_nickname(uri: str) -> None:
    """Each names the same user."""
    assert [line.partition(" <- ")[0] for line in mention(tavern(), uri)] == ["nym"]


def test_who_is_mentioned_twice_hears_it_once() -> None:
    """One message a user."""
    assert len(mention(tavern(), NYM, NYM)) == 1


@pytest.mark.parametrize(
    "uri",
    [
        "xmpp:gower@mucspec.invalid",  # is inside
        "xmpp:bates@mucspec.invalid",  # has no affiliation
        "xmpp:harfleur@muc/gower",  # a nickname that nobody reserved
        "xmpp:@",
        "mailto:nym@mucspec.invalid",
        "",
    ],
)
def test_nobody_else_is_told(uri: str) -> None:
    """Those who are there heard it, those without affiliation do not belong here."""
    assert mention(tavern(), uri) == []


def test_only_mentions_count_and_only_where_the_owner_wants_it() -> None:
    """Other references are no mentions; the room forwards nothing by default."""
    assert mention(tavern(), NYM, kind="data") == []
    assert mention(tavern(on=False), NYM) == []
    assert '"muc#roomconfig_forwardmentions"' in tavern().owner("henry", kind="get")[0]

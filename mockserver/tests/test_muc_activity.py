"""Claims about how much is said in a room (XEP-0502)."""

from __future__ import annotations

import re

import pytest

from .rooms import Stage

HOUR = 3600
FIELD = '<field var="{urn:xmpp:muc-activity}message-activity" type="text-single"><value>'


def busy(**config: str | bool | list[str]) -> Stage:
    stage = Stage()
    stage.open("pistol", "gower", config=config)
    return stage


def rate(stage: Stage) -> str:
    """Messages per hour, as the room says; empty where it says nothing."""
    told = stage.ask("nym", "<query xmlns='http://jabber.org/protocol/disco#info'/>")[0]
    found = re.search(re.escape(FIELD) + "([^<]*)", told)
    return found[1] if found else ""


def test_the_room_says_how_many_messages_an_hour_brings() -> None:
    """Over the hours since the first one."""
    stage = busy()
    for _ in range(3):
        stage.say("pistol")
    assert rate(stage) == "3.00"
    stage.now += HOUR
    assert rate(stage) == "1.50"


def test_old_messages_do_not_count() -> None:
    """After a day of silence nothing is left."""
    stage = busy()
    stage.say("pistol")
    stage.now += 23 * HOUR
    assert rate(stage) == "0.04"
    stage.now += HOUR
    assert rate(stage) == "0.00"
    stage.say("pistol")
    assert rate(stage) == "0.04"


@pytest.mark.parametrize(
    "inside",
    [
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
        "<body>Better</body><replace xmlns='urn:xmpp:message-correct:0' id='m'/>",
    ],
)
def test_what_is_no_further_message_does_not_count(inside: str) -> None:
    """Neither what has no body nor a correction."""
    stage = busy()
    stage.say("pistol")
    stage.send("pistol", f"<message type='groupchat' to='harfleur@muc'>{inside}</message>")
    assert rate(stage) == "1.00"


def test_private_messages_do_not_count() -> None:
    """They are nobody's business."""
    stage = busy()
    stage.say("pistol")
    stage.send("pistol", "<message type='chat' to='harfleur@muc/gower'><body>Psst</body></message>")
    assert rate(stage) == "1.00"


def test_a_room_in_which_nothing_was_said_says_nothing() -> None:
    """There are no placeholders."""
    assert rate(busy()) == ""


@pytest.mark.parametrize(
    "config",
    [
        {"persistentroom": False},
        {"publicroom": False},
        {"membersonly": True},
        {"passwordprotectedroom": True, "roomsecret": "s"},
    ],
)
def test_rooms_that_are_not_for_everybody_say_nothing(config: dict[str, str | bool | list[str]]) -> None:
    """Only listed, lasting rooms that anybody may enter: XEP-0502 4.1 and 10."""
    stage = busy()
    stage.say("pistol")
    assert rate(stage)
    stage.configure("henry", **{k: v if isinstance(v, (str, list)) else str(int(v)) for k, v in config.items()})
    stage.join("henry")  # a member, so that the room is not empty
    assert rate(stage) == ""

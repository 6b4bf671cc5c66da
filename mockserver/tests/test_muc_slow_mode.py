"""Claims about the time between two messages (XEP-0500)."""

from __future__ import annotations

import pytest

from mockserver.muc.xml import render

from .rooms import Stage

VAR = "muc#roomconfig_slow_mode_duration"


def slow(*, seconds: int = 20, **affiliations: str) -> Stage:
    stage = Stage()
    stage.open("pistol", "gower", config={"slow_mode_duration": str(seconds)}, **affiliations)
    return stage


def heard(told: list[str]) -> bool:
    return len(told) == 1 and told[0].startswith("pistol/1 gower/1 <- message")


def test_a_second_message_has_to_wait() -> None:
    """Too early it is refused and nobody hears of it; later it is reflected."""
    stage = slow()
    assert heard(stage.say("pistol"))
    stage.now += 19
    (refused,) = stage.say("pistol")
    assert refused.startswith("pistol/1 <- ")
    assert "error(wait policy-violation text)" in refused
    stage.now += 1
    assert heard(stage.say("pistol"))


def test_the_refusal_says_how_long() -> None:
    """The text names the duration."""
    stage = slow()
    stage.say("pistol")
    (refused,) = stage.hear("pistol", "<message type='groupchat' to='harfleur@muc'><body>x</body></message>")
    assert "20 seconds" in render(refused.stanza)


def test_a_refused_message_does_not_begin_the_time_anew() -> None:
    """Only what was reflected counts."""
    stage = slow()
    stage.say("pistol")
    stage.now += 19
    stage.say("pistol")
    stage.now += 1
    assert heard(stage.say("pistol"))


def test_everybody_waits_for_oneself() -> None:
    """One user's message holds up no other; another nickname does not help."""
    stage = slow()
    stage.say("pistol")
    assert heard(stage.say("gower"))
    stage.send("pistol", "<presence to='harfleur@muc/ancient'/>")
    assert "policy-violation" in stage.say("pistol")[0]
    stage.leave("pistol")
    stage.join("pistol")
    assert "policy-violation" in stage.say("pistol")[0]


@pytest.mark.parametrize(("affiliation", "free"), [("owner", True), ("admin", True), ("member", False)])
def test_admins_and_owners_never_wait(affiliation: str, free: bool) -> None:
    """Members do."""
    stage = slow(pistol=affiliation)
    stage.say("pistol")
    assert heard(stage.say("pistol")) is free


def test_messages_without_a_body_do_not_count() -> None:
    """They are never held up and hold up nothing."""
    stage = slow()
    state = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
    message = f"<message type='groupchat' to='harfleur@muc'>{state}</message>"
    for _ in range(2):
        assert heard(stage.send("pistol", message))
    assert heard(stage.say("pistol"))
    assert heard(stage.send("pistol", message))


def test_the_form_offers_the_duration_as_a_number() -> None:
    """A field of one line, validated as an integer from 0 on (XEP-0122)."""
    stage = slow(seconds=0)
    form = stage.owner("henry", kind="get")[0]
    field = form.partition(f'<field var="{VAR}"')[2].partition("</field>")[0]
    assert ' type="text-single"' in field
    assert "<value>0</value>" in field
    assert '<validate xmlns="xdata-validate" datatype="xs:integer"><range min="0"/></validate>' in field


@pytest.mark.parametrize("value", ["-1", "2.5", "many", "", "12345678901"])
def test_what_is_no_duration_is_not_acceptable(value: str) -> None:
    """The room stays as it is."""
    stage = slow()
    assert "not-acceptable" in stage.configure("henry", slow_mode_duration=value)[0]
    assert stage.room.text("slow_mode_duration") == "20"


def test_the_room_says_how_slow_it_is_and_when_that_changes() -> None:
    """In the information about the room, 0 included; a change is announced (104)."""
    ask = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    field = '<field var="muc#roominfo_slow_mode_duration" type="text-single"><value>{}</value></field>'
    stage = slow(seconds=0)
    assert field.format(0) in stage.ask("nym", ask)[0]
    assert "user(104)" in stage.configure("henry", slow_mode_duration="5")[1]
    assert field.format(5) in stage.ask("nym", ask)[0]


def test_a_service_without_slow_mode_holds_nobody_up() -> None:
    """Left out, the field is neither offered nor shown."""
    stage = Stage(without=("slow-mode",))
    stage.open("pistol", "gower")
    assert "slow_mode" not in stage.owner("henry", kind="get")[0]
    assert "slow_mode" not in stage.ask("nym", "<query xmlns='http://jabber.org/protocol/disco#info'/>")[0]

"""What the operator of a service does to its rooms: the calls that no stanza makes."""

import pytest

from mockserver.muc.features import ALL
from mockserver.muc.model import Affiliation, Role
from mockserver.tests.rooms import HARFLEUR, Stage, lines, user


def test_a_field_of_a_feature_that_is_off_is_passed_over() -> None:
    """So that a scenario can leave a feature out."""
    stage = Stage(features=tuple(f for f in ALL if f.name != "logging"))
    stage.open(config={"enablelogging": True})
    assert "muc#roomconfig_enablelogging" not in stage.room.config


def test_the_operator_may_rename_and_regrade() -> None:
    """210 with the new name."""
    stage = Stage()
    stage.open("pistol")
    told = lines(stage.service.rename(HARFLEUR, "pistol", "Ancient", now=stage.now))
    assert told == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/participant nick=Ancient 110 303)",
        "pistol/1 <- presence from=harfleur@muc/Ancient user(none/participant 110 210)",
    ]


def test_nobody_is_given_the_nickname_of_somebody_else() -> None:
    """A slip of a scenario, said so; nothing has changed."""
    stage = Stage()
    stage.open("pistol", "gower")
    with pytest.raises(ValueError, match="gower is the nickname of somebody else"):
        stage.service.rename(HARFLEUR, "pistol", "gower", now=stage.now)
    assert list(stage.seats) == ["pistol", "gower"]


def test_an_operator_regrades_and_kicks_without_an_actor() -> None:
    """Like a moderator whom nobody sees."""
    stage = Stage()
    stage.open("pistol")
    assert lines(stage.service.set_role(HARFLEUR, "pistol", Role.VISITOR, now=stage.now)) == [
        "pistol/1 <- presence from=harfleur@muc/pistol user(none/visitor 110)"
    ]
    assert lines(stage.service.set_role(HARFLEUR, "pistol", Role.VISITOR, now=stage.now)) == []
    assert lines(stage.service.set_role(HARFLEUR, "pistol", Role.NONE, now=stage.now, reason="Fig")) == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none reason=Fig 110 307)"
    ]


def test_an_operator_gives_affiliations_to_who_is_not_there() -> None:
    """The list changes and nobody hears of it."""
    stage = Stage()
    stage.open("henry")
    assert stage.service.set_affiliation(HARFLEUR, user("pistol"), Affiliation.ADMIN, now=stage.now) == []
    assert stage.room.affiliation(user("pistol")) is Affiliation.ADMIN


def test_a_destroyed_room_may_be_opened_again_and_remembers_nothing() -> None:
    """10.9: neither affiliations nor what was said."""
    stage = Stage()
    stage.open("henry", pistol="admin")
    stage.say("henry")
    told = lines(stage.service.destroy(HARFLEUR, reason="Peace", alternate="agincourt@x", password="p", now=stage.now))
    assert told == [
        "henry/1 <- presence from=harfleur@muc/henry type=unavailable user(none/none jid=henry/1 "
        '<destroy jid="agincourt@x"><password>p</password><reason>Peace</reason></destroy> 110)'
    ]
    stage.open("henry")
    assert stage.room.affiliation(user("pistol")) is Affiliation.NONE
    assert not any("body" in line for line in stage.join("nym"))


def test_a_locked_room_is_there_for_its_owner_alone() -> None:
    """As if it had not been configured yet: 7.2.10."""
    stage = Stage()
    stage.open()
    stage.service.lock(HARFLEUR)
    assert stage.join("pistol")[0].endswith("error(cancel item-not-found)")
    assert "110" in stage.join("henry")[0]


def test_what_an_operator_puts_into_the_history_was_said_by_nobody_here() -> None:
    """A newcomer gets it with its delay and its own id."""
    stage = Stage()
    stage.open()
    stage.service.remember(HARFLEUR, "Captain Gower", "God save thee", id="h1", now=stage.now - 60)
    line = next(line for line in stage.join("pistol") if "body=God save thee" in line)
    assert line.startswith("pistol/1 <- message from=harfleur@muc/Captain Gower type=groupchat")
    assert 'stamp="2001-09-09T01:45:40Z"' in line

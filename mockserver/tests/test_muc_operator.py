"""What the operator of a service does to its rooms: the calls that no stanza makes."""

from mockserver.muc.features import ALL
from mockserver.tests.rooms import HARFLEUR, Stage, lines


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

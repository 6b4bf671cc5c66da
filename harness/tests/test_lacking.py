"""Claims about scenarios that begin with what a library does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.lacking import not_offered
from harness.model import Outcome

from .few_rows import of_rows
from .program import MINIATURE, mucspec

JOIN = '{ who = "pistol", does = "join", nick = "pistol" },'
SEES = '{ who = "pistol", sees = "joined" },'
KICK = '{ who = "pistol", does = "kick", nick = "Fluellen" },'
NEVER = '{ who = "pistol", never = "message" },'
SAYS = '{ who = "Fluellen", does = "message", body = "Hail" },'


def lacks(verb: str) -> dict[str, Any]:
    return {"unsupported": True, "why": f"nothing {verb}s"}


def test_what_begins_with_a_verb_that_is_lacking_shows_nothing(tmp_path: Path) -> None:
    """Each of its rows is unsupported, those as well that nothing could break; the reason names the verb."""
    verdict = not_offered(of_rows(tmp_path, JOIN, KICK, SEES, NEVER), {"join"}, lacks)
    assert verdict and verdict.outcome is Outcome.UNSUPPORTED
    assert [(check.step.number, check.outcome, check.why) for check in verdict.checks] == [
        (3, Outcome.UNSUPPORTED, "kick is not offered: nothing kicks"),
        (4, Outcome.UNSUPPORTED, "kick is not offered: nothing kicks"),
    ]


def test_where_nothing_is_checked_the_verb_itself_is_what_is_lacking(tmp_path: Path) -> None:
    """A scenario may ask for no more than that something can be done."""
    verdict = not_offered(of_rows(tmp_path, JOIN, KICK), {"join"}, lacks)
    assert verdict and [(check.step.number, check.outcome) for check in verdict.checks] == [(2, Outcome.UNSUPPORTED)]


@pytest.mark.parametrize(
    ("rows", "can"),
    [
        pytest.param((JOIN, SEES, KICK, NEVER), {"join"}, id="a row before it"),
        pytest.param((JOIN, KICK, SEES), {"join", "kick"}, id="nothing is lacking"),
        pytest.param((JOIN, SAYS, NEVER), {"join"}, id="it is a puppet that does it"),
    ],
)
def test_where_there_is_something_to_see_it_is_played(tmp_path: Path, rows: tuple[str, ...], can: set[str]) -> None:
    """What can be checked before, or without the verb, is."""
    assert not_offered(of_rows(tmp_path, *rows), can, lacks) is None


def test_a_run_does_not_play_it(tmp_path: Path) -> None:
    """The record has its rows and no transcript, and can be graded again."""
    of_rows(tmp_path, JOIN, '{ who = "pistol", does = "kick", nick = "Fluellen" },', NEVER)
    out = tmp_path / "out"
    told = mucspec("run", "--driver", MINIATURE + "lacks-kick", "--scenarios", tmp_path / "topic", "--out", out)
    assert told.status == 0, told.err
    text = next(out.glob("*.jsonl")).read_text("utf-8")
    assert '"transcript":[]' in text and "kick is not offered" in text
    assert "everything is graded as it was" in mucspec("replay", out, "--scenarios", tmp_path / "topic").out

"""What pytest is told of a scenario's line, without pytest."""

from __future__ import annotations

from typing import Any, cast

import pytest

from harness.pytest_plugin.told import Rules, told
from reports.record import ScenarioLine

RULES = Rules("slixmpp==1.17.0")
CHECK = {"id": "a/b#xep-0045/8.2-6", "row": 3, "requirement": "xep-0045/8.2-6", "anchor": "kick", "section": "8.2"}
TRANSCRIPT = [{"t": n / 1000, "dir": "in", "session": "pistol", "xml": f"<iq id='{n}'/>"} for n in range(20)]


def line(outcome: str, *checks: dict[str, Any], **more: Any) -> ScenarioLine:
    """A line with these checks; each has a MUST that is kept unless it says something else."""
    base = {"level": "MUST", "class": "violation", "outcome": "pass", "says": "pistol sees left", **CHECK}
    made = {"id": "a/b", "title": "A title", "topic": "a", "outcome": outcome, "transcript": TRANSCRIPT, **more}
    return cast(ScenarioLine, {**made, "checks": [{**base, **check} for check in checks]})


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        (line("pass", {}), "pass", "pass"),
        (line("fail", {"outcome": "fail"}), "fail", "violation"),
        (line("fail", {"outcome": "fail", "class": "warning"}), "xfail", "warning, which does not count here"),
        (line("fail", {"outcome": "fail", "class": "crash"}), "fail", "crash"),
        (line("fail"), "fail", "crash"),
        (line("fail", {"outcome": "fail", "class": "note"}, {"outcome": "fixed"}), "fail", "note"),
        (line("fixed", {"outcome": "fixed"}), "fail", "fixed"),
        (line("known", {"outcome": "known", "known": "issue 12"}), "xfail", "known: issue 12"),
        (line("unsupported", {"outcome": "unsupported", "why": "no kick"}), "skip", "unsupported: no kick"),
        (line("skipped", why="no libfaketime"), "skip", "skipped: no libfaketime"),
        (line("ungraded", {"outcome": "ungraded"}), "skip", "ungraded: left to the application"),
        (line("error", why="it broke"), "error", "it broke"),
    ],
)
def test_every_outcome_has_its_place_in_pytest(given: ScenarioLine, outcome: str, reason: str) -> None:
    """Only what counts fails; what is known or does not count is expected; what was not tried is skipped."""
    found = told(given, RULES)
    assert found["outcome"] == outcome
    assert found["reason"].startswith(reason)


def test_what_counts_can_be_chosen() -> None:
    """As for `mucspec run`: the least grave class, or everything."""
    warning = line("fail", {"outcome": "fail", "class": "warning"})
    hostile = line("fail", {"outcome": "fail", "class": "security"})
    wanted = (Rules("x", "warning"), Rules("x", "violation"), Rules("x", strict=True))
    assert [told(warning, rules)["outcome"] for rules in wanted] == ["fail", "xfail", "fail"]
    assert [told(hostile, rules)["outcome"] for rules in wanted] == ["xfail", "xfail", "fail"]


def test_the_text_shows_rows_that_failed_and_the_end_of_the_transcript() -> None:
    """Rows that are as they should be are left out, and so is the beginning of a long transcript."""
    failed = {"outcome": "fail", "row": 4, "expected": "left\x1b[2J", "closest": "joined", "why": "no left"}
    assert told(line("fail", {}, failed), RULES)["text"].splitlines()[:9] == [
        "violation: A title",
        "",
        "  row 4: pistol sees left  [violation]",
        "    requirement: xep-0045/8.2-6 MUST xep-0045 §8.2 https://xmpp.org/extensions/xep-0045.html#kick",
        "    expected:    left�[2J",
        "    closest:     joined",
        "    why:         no left",
        "",
        "  transcript (the last 12 of 20 lines):",
    ]


def test_allure_gets_the_gravest_level_and_each_requirement_once() -> None:
    """A MUST among the checks makes it critical."""
    other = {"requirement": "rfc-6121/4-1", "level": "MAY", "anchor": "", "section": "4"}
    found = told(line("pass", other, {}, {}), RULES)
    assert found["severity"] == "critical"
    assert [link["name"] for link in found["links"]] == ["rfc-6121/4-1", "xep-0045/8.2-6"]
    assert found["labels"] == {"epic": "slixmpp==1.17.0", "feature": "a", "story": "A title"}
    assert len(found["transcript"].splitlines()) == 20

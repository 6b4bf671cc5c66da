"""Verdict arithmetic and the exit status."""

from __future__ import annotations

from itertools import combinations

import pytest

from reports.record import Record
from reports.tally import CLASSES, WORST_FIRST, class_of, exit_status, failed_by_class, gravest, share, worst

from . import samples

ID = "removal/kicked"


def failing(level: str, rated: str = "") -> Record:
    """A run in which one check of this weight fails."""
    return samples.record(samples.odd(ID, level, **({"rated": rated} if rated else {})))


@pytest.mark.parametrize(("better", "worse"), [(b, w) for w, b in combinations(WORST_FIRST, 2)])
def test_a_scenario_is_the_worst_of_its_checks(better: str, worse: str) -> None:
    """error > fail > fixed > known > unsupported > skipped > pass, whatever the order of the rows."""
    assert worst([better, worse, better]) == worst([worse, better]) == worse


def test_what_nobody_could_grade_is_ungraded() -> None:
    """Ungraded and unreached rows do not count beside others; alone they are no pass."""
    assert [worst(["ungraded"]), worst(["ungraded", "pass"]), worst(["unreached", "fail"]), worst([])] == [
        "ungraded",
        "pass",
        "fail",
        "pass",
    ]


def test_the_class_follows_from_the_level() -> None:
    """A row's own class comes first; common practice is at most a note."""
    levels = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "IMPLIED")
    expected = ["violation", "violation", "warning", "warning", "note", "consistency"]
    assert [class_of(level) for level in levels] == expected
    assert class_of("MUST", rated="security") == "security"
    assert class_of("MUST", basis="interop") == "note"


COUNTS = [  # level, rated: exit status with --fail-on violation, consistency, warning, --strict
    ("MUST", "", 1, 1, 1, 1),
    ("MUST NOT", "", 1, 1, 1, 1),
    ("MUST", "crash", 1, 1, 1, 1),
    ("IMPLIED", "", 0, 1, 1, 1),
    ("SHOULD", "", 0, 0, 1, 1),
    ("MAY", "", 0, 0, 0, 1),
    ("MUST", "robustness", 0, 0, 0, 1),
    ("MUST", "security", 0, 0, 0, 1),
]


@pytest.mark.parametrize(("level", "rated", "violation", "consistency", "warning", "strict"), COUNTS)
def test_the_exit_status_weighs_by_class(
    level: str, rated: str, violation: int, consistency: int, warning: int, strict: int
) -> None:
    """What counts is what --fail-on names and what is graver; --strict counts all."""
    records = [samples.reference(), failing(level, rated)]
    got = [exit_status(records, word) for word in ("violation", "consistency", "warning")]
    assert [*got, exit_status(records, strict=True)] == [violation, consistency, warning, strict]
    assert exit_status(records) == consistency


@pytest.mark.parametrize("outcome", ["pass", "known", "unsupported", "ungraded", "skipped"])
def test_what_is_expected_ends_well(outcome: str) -> None:
    """Known failures and what could not be graded do not fail a run."""
    assert exit_status([samples.record(samples.odd(ID, "MUST", outcome))], strict=True) == 0


def test_a_known_failure_that_no_longer_fails_counts() -> None:
    """Whatever its class: the list must be put right."""
    assert exit_status([samples.record(samples.odd(ID, "MAY", "fixed"))], "violation") == 1


def test_a_broken_run_beats_a_failure() -> None:
    """An error or a missing footer is 3, also beside failures of other clients."""
    error = samples.record(samples.odd(ID, "MUST", "error"))
    broken = samples.record(samples.fine(ID), broken=True)
    assert [exit_status([failing("MUST"), other]) for other in (error, broken)] == [3, 3]


def test_a_failure_without_a_failed_row_is_a_crash() -> None:
    """A library that died is graver than anything else."""
    died = samples.scenario(ID, outcome="fail", why="the process died twice")
    assert gravest(died) == "crash"
    assert failed_by_class([died]) == {name: int(name == "crash") for name in CLASSES}
    assert exit_status([samples.record(died)], "violation") == 1


def test_failed_checks_are_counted_by_class() -> None:
    """Only those that fail: known ones and unsupported ones do not."""
    expected = dict.fromkeys(CLASSES, 0) | dict.fromkeys(("violation", "consistency", "warning", "note", "security"), 1)
    assert failed_by_class(samples.slixmpp().scenarios) == expected


def test_percentages_leave_out_what_was_not_graded() -> None:
    """And say how many that are; 100 % means all, nothing is rounded up to it."""
    counts = {"pass": 398, "fail": 20, "unsupported": 1, "ungraded": 1, "skipped": 1}
    assert str(share(counts)) == "95.2 % (398 of 418, 3 left out)"
    assert str(share({"pass": 9999, "known": 1})) == "99.9 % (9999 of 10000)"
    assert [share({"pass": 1}).percent, share({"skipped": 1}).percent] == ["100 %", "-"]

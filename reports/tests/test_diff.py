"""What changed between two records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.diff import diff
from reports.record import Record

from . import samples

ID = "removal/kicked"
CHECK = f"{ID}#xep-0045/8.2-6"


def ending(outcome: str) -> Record:
    """A run whose one interesting check ends like this."""
    return samples.record(samples.odd(ID, "MUST", outcome))


KINDS = [
    ("pass", "fail", "regressions"),
    ("pass", "known", "regressions"),
    ("pass", "unsupported", "regressions"),
    ("pass", "ungraded", "regressions"),
    ("fail", "unsupported", "regressions"),
    ("known", "unsupported", "regressions"),
    ("fail", "ungraded", "regressions"),
    ("fail", "pass", "fixes"),
    ("known", "fixed", "fixes"),
    ("unsupported", "pass", "fixes"),
    ("fail", "known", "other"),
    ("pass", "skipped", "other"),
    ("unsupported", "fail", "other"),
    ("fail", "unreached", "other"),
]


@pytest.mark.parametrize(("old", "new", "kind"), KINDS)
def test_a_change_is_a_regression_a_fix_or_neither(old: str, new: str, kind: str) -> None:
    """Hiding a failure behind `unsupported` is a regression as well."""
    found = diff(ending(old), ending(new)).as_dict()
    empty: dict[str, object] = {name: [] for name in ("regressions", "fixes", "other", "new", "gone", "weighed")}
    change = {"id": CHECK, "old": old, "new": new}
    head = {"records": {"old": "slixmpp 1.17.0", "new": "slixmpp 1.17.0"}, "broken": False}
    assert found == {**head, **empty, kind: [change]}
    assert diff(ending(old), ending(new)).exit_status == int(kind == "regressions")


def test_equal_records_differ_in_nothing() -> None:
    """Also where checks fail."""
    found = diff(samples.slixmpp(), samples.slixmpp())
    assert (found.regressions, found.fixes, found.other, found.added, found.gone) == ((), (), (), (), ())
    assert found.exit_status == 0


def test_new_and_gone_checks_are_listed_and_are_no_regression() -> None:
    """A scenario that is new may fail: it did not pass before."""
    old, new = samples.record(samples.fine("a/b")), samples.record(samples.odd("a/c", "MUST"))
    found = diff(old, new)
    assert [change["id"] for change in found.gone] == ["a/b#xep-0045/7.2.2-10", "a/b#xep-0045/8.2-6"]
    assert [(change["id"], change["new"]) for change in found.added] == [
        ("a/c#xep-0045/7.2.2-10", "pass"),
        ("a/c#xep-0045/8.2-6", "fail"),
        ("a/c#xep-0045/8.2-7", "pass"),
    ]
    assert found.exit_status == 0


def test_the_text_lists_every_change() -> None:
    """One line a change under its heading."""
    assert str(diff(ending("pass"), ending("fail"))) == (
        "slixmpp 1.17.0 -> slixmpp 1.17.0\n"
        "regressions: 1\n"
        f"  {CHECK}: pass -> fail\n"
        "fixes: 0\nother: 0\nnew: 0\ngone: 0\nweighed: 0\n"
    )


def test_a_new_run_that_broke_off_is_no_success() -> None:
    """Its missing checks are gone, which says nothing, so the run itself counts."""
    found = diff(samples.reference(), samples.record(broken=True))
    assert (found.exit_status, str(found).splitlines()[-1]) == (1, "the new run broke off")


def test_an_error_where_a_scenario_passed_is_a_regression() -> None:
    """A scenario without checks compares as a whole, and its old checks are gone."""
    old = samples.record(samples.scenario(ID))
    new = samples.record(samples.scenario(ID, outcome="error", why="garbage"))
    assert diff(old, new).regressions == ({"id": ID, "old": "pass", "new": "error"},)


def test_a_check_of_another_class_weighs_otherwise_and_is_no_regression() -> None:
    """What was a violation is robustness now; the outcome is what it was."""
    old = ending("fail")
    checks = [{**check, "class": "robustness"} for check in old.scenarios[0]["checks"]]
    new = replace(old, scenarios=({**old.scenarios[0], "checks": checks},))  # type: ignore[typeddict-item]
    found = diff(old, new)
    assert [(change["old"], change["new"]) for change in found.weighed] == [
        (check["class"], "robustness") for check in old.scenarios[0]["checks"]
    ]
    assert (found.empty, found.exit_status) == (False, 0)

"""The reasons of the agreement table: every disagreement that is published has one, and none has outlived its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.fidelity.reasons import STAYS, BadReasons, Reason, load, stale, unexplained
from harness.fidelity.table import Agreement, Row, as_json, as_markdown

PUBLISHED = Path(__file__).resolve().parents[2] / "reports" / "published" / "fidelity.json"
KICK, SPEAK = "xep-0045/8.2-4", "xep-0045/7.4-3"
BOTH = frozenset({"mucspec", "prosody", "ejabberd"})
ORDER = Reason({"prosody": "another order", "ejabberd": "another order"}, "it is a MUST")


def published() -> list[Row]:
    """The rows of the table as it stands in the repository."""
    told: dict[str, Any] = json.loads(PUBLISHED.read_text(encoding="utf-8"))["requirements"]
    return [Row(name, tuple(row["outcomes"].values()), row["failed"], BOTH) for name, row in told.items()]


def table(*rows: Row) -> Agreement:
    return Agreement(("mucspec 1", "prosody 2", "ejabberd 3"), rows)


def failing(requirement: str, *names: str) -> Row:
    outcomes = tuple("fail" if name in names else "pass" for name in ("mucspec", "prosody", "ejabberd"))
    return Row(requirement, outcomes, {name: ["service/moderating/kick"] for name in names}, BOTH)


def written(folder: Path, text: str) -> Path:
    path = folder / "reasons.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_published_disagreement_was_looked_at() -> None:
    """For each server that fails a row there is a reason, and the mock fails none."""
    rows = published()
    assert [row.requirement for row in rows if row.failed], "the table has no disagreement at all"
    assert unexplained(rows, load()) == []


def test_no_reason_has_outlived_its_disagreement() -> None:
    """What the published table no longer shows is taken out of reasons.toml."""
    assert stale(published(), load()) == []


def test_the_published_table_has_the_reasons_of_today() -> None:
    """Who edits reasons.toml publishes again."""
    told = json.loads(PUBLISHED.read_text(encoding="utf-8"))["requirements"]
    given = {name: Reason(row["reasons"], row["stays"]) for name, row in told.items() if "reasons" in row}
    assert given == load()


def test_a_disagreement_without_a_reason_stands_on_top() -> None:
    """Under a heading of its own with the server, before every table; and programs find it too."""
    made = table(failing(KICK, "prosody", "ejabberd"), failing(SPEAK, "prosody"))
    page = as_markdown(made, {KICK: ORDER})
    assert f"## Not looked at yet (1)\n\n- {SPEAK} (prosody)" in page
    assert page.index("## Not looked at yet") < page.index("## Where")
    assert json.loads(as_json(made, {KICK: ORDER}))["not_looked_at"] == [[SPEAK, "prosody"]]


def test_a_page_without_open_questions_has_no_such_heading() -> None:
    """Servers that do the same are named together, then why the mock stays."""
    page = as_markdown(table(failing(KICK, "prosody", "ejabberd")), {KICK: ORDER})
    assert "Not looked at yet" not in page
    assert "| moderating/kick | prosody, ejabberd: another order; mucspec stays: it is a MUST |" in page


def test_a_reason_for_one_server_explains_no_other() -> None:
    """Both that fail need one."""
    reasons = {KICK: Reason({"prosody": "another order"}, "it is a MUST")}
    assert unexplained([failing(KICK, "prosody", "ejabberd")], reasons) == [(KICK, "ejabberd")]


def test_a_reason_without_its_disagreement_is_stale() -> None:
    """Where the server passes, or, in a whole run, where the requirement was not played at all."""
    row = failing(KICK, "prosody")
    assert stale([row], {KICK: ORDER}) == [(KICK, "ejabberd")]
    assert stale([row], {SPEAK: ORDER}) == [(SPEAK, "prosody"), (SPEAK, "ejabberd")]
    assert stale([row], {SPEAK: ORDER}, whole=False) == []


def test_a_server_that_was_not_there_makes_no_reason_stale() -> None:
    """Whoever has only one of them installed is not told to take reasons away."""
    row = Row(KICK, ("pass", "fail", "-"), {"prosody": ["service/moderating/kick"]}, frozenset({"mucspec", "prosody"}))
    assert stale([row], {KICK: ORDER}) == []


def test_reasons_share_sentences(tmp_path: Path) -> None:
    """A value that is a key of [said] stands for the sentence there."""
    path = written(tmp_path, f'[said]\nmust = "no choice"\n["{KICK}"]\nprosody = "first"\n{STAYS} = "must"\n')
    assert load(path) == {KICK: Reason({"prosody": "first"}, "no choice")}


@pytest.mark.parametrize("entry", ['prosody = "first"', f'{STAYS} = "must"', f'prosody = ""\n{STAYS} = "must"'])
def test_a_reason_has_two_sides(tmp_path: Path, entry: str) -> None:
    """What the server does, and why the mock does not; half of it is refused by name."""
    with pytest.raises(BadReasons, match=f"^{KICK}: say what each server does"):
        load(written(tmp_path, f'["{KICK}"]\n{entry}\n'))


def test_reasons_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """With the file."""
    with pytest.raises(BadReasons, match=r"reasons\.toml: "):
        load(written(tmp_path, "["))
    with pytest.raises(BadReasons, match=r"none\.toml"):
        load(tmp_path / "none.toml")

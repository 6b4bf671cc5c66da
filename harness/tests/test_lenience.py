"""Runs under a personality: the impossible is skipped by name, what comes behind a broken XEP is robustness."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from harness.catalogue import requirements
from harness.lenience import Lenience, impossible, told
from harness.load import load_all
from harness.model import Scenario
from harness.rehearse import rehearse
from harness.write_up import Played, line
from mockserver.personalities import Personality, load, names
from reports.record import ScenarioLine

from .program import mucspec

# percent of all rows that are skipped under a personality; others: 5. A service of 2010 gives messages no ids
MOST_LOST = {"slidge": 25, "biboumi": 12, "legacy": 7}


@cache
def corpus() -> dict[str, Scenario]:
    return {s.id: s for s in load_all() if s.subject != "service"}


def scenario(name: str) -> Scenario:
    return corpus()[name]


def rows(one: Scenario) -> set[int]:
    return {step.number for step in one.steps if step.check}


def a_line(one: Scenario, *, notes: dict[int, str], fails: set[int]) -> ScenarioLine:
    """The line of a run in which these rows failed, with these notes by the row at which they were made."""
    played = rehearse(one)
    transcript = [{"t": 0.0, "dir": "note", "text": text, "row": row} for row, text in notes.items()]
    made = cast(dict[str, Any], line(Played(one, played.verdict, transcript), again=["x"]))  # type: ignore[arg-type]
    checks = [{**check, "outcome": "fail" if check["row"] in fails else check["outcome"]} for check in made["checks"]]
    return cast(ScenarioLine, {**made, "checks": checks, "outcome": "fail" if fails else "pass"})


@pytest.mark.parametrize("name", names())
def test_what_a_personality_breaks_is_in_the_catalogue(name: str) -> None:
    """Each row that breaks something names a requirement on services."""
    broken = [requirement for row in load(name).rows for requirement in row.breaks]
    known = requirements()
    assert [r for r in broken if r not in known or known[r].subject != "service"] == []


@pytest.mark.parametrize("name", names())
def test_what_a_broken_text_touches_are_topics(name: str) -> None:
    """A row may say which topics it can reach; they exist, and it breaks something."""
    topics = {one.topic for one in corpus().values()}
    for row in load(name).rows:
        assert set(row.touches) <= topics and (row.breaks or not row.touches)


def test_what_touches_other_topics_only_changes_no_class() -> None:
    """That ids are kept, and it is not announced, means nothing to who gives somebody an affiliation."""
    one, ejabberd = scenario("affiliations/give_admin"), load("ejabberd")
    row = next(row for row in ejabberd.rows if row.touches)
    made = a_line(one, notes={1: told(ejabberd, row)}, fails=set())
    judged = Lenience(ejabberd, [one]).judge(made)
    assert [c["class"] for c in judged["checks"]] == [c["class"] for c in made["checks"]]


def test_the_strict_one_changes_no_line() -> None:
    """Under `xep` a line is what it was."""
    one = scenario("affiliations/give_admin")
    made = a_line(one, notes={}, fails=set())
    assert Lenience(load("xep"), [one]).judge(made) is made


def test_what_not_even_the_reference_client_passes_is_skipped_by_name() -> None:
    """No subject is sent where there is none: the row that wants it says whose doing that is."""
    one, legacy = scenario("subject/of_an_empty_room"), load("legacy")
    lost = impossible(one, legacy)
    assert set(lost.values()) == {"no-subject-for-newcomers"}
    judged = Lenience(legacy, [one]).judge(a_line(one, notes={}, fails=set(lost)))
    skipped = {check["row"]: check["why"] for check in judged["checks"] if check["outcome"] == "skipped"}
    assert {row: skipped[row] for row in lost} == dict.fromkeys(lost, "personality legacy: no-subject-for-newcomers")
    assert set(skipped) == {row for row in rows(one) if row >= min(lost)}
    assert judged["outcome"] == "skipped" and judged["personality"] == "legacy"


def test_what_comes_behind_a_broken_xep_is_robustness() -> None:
    """Rows behind the stimulus at which the service broke a text, and no others."""
    one, prosody = scenario("affiliations/give_admin"), load("prosody")
    late = next(row for row in prosody.rows if row.does == "result-last")
    wanted = sorted(rows(one))
    at = wanted[-1] - 1
    judged = Lenience(prosody, [one]).judge(a_line(one, notes={at: told(prosody, late)}, fails={wanted[-1]}))
    assert {check["row"] for check in judged["checks"] if check["class"] == "robustness"} == {
        row for row in wanted if row > at
    }
    assert judged["outcome"] == "fail"


def test_what_the_xeps_allow_is_conformance() -> None:
    """A row that breaks nothing changes no class."""
    one, prosody = scenario("affiliations/give_admin"), load("prosody")
    allowed = next(row for row in prosody.rows if row.does == "own-jid-shown")
    made = a_line(one, notes={1: told(prosody, allowed)}, fails=set())
    judged = Lenience(prosody, [one]).judge(made)
    assert [c["class"] for c in judged["checks"]] == [c["class"] for c in made["checks"]]


@pytest.mark.parametrize("name", names())
def test_most_rows_are_graded_under_every_personality(name: str) -> None:
    """Everywhere the reference client plays every scenario to its end, and few rows are impossible."""
    personality = load(name)
    lost = sum(skipped_rows(one, personality) for one in corpus().values())
    assert 100 * lost <= MOST_LOST.get(name, 5) * sum(len(rows(one)) for one in corpus().values())


def skipped_rows(one: Scenario, personality: Personality) -> int:
    """How many rows are behind the first that the reference client does not pass, that one included."""
    verdict = rehearse(one, personality=personality).verdict
    lost = {check.step.number for check in verdict.checks if check.outcome.value != "pass"}
    return len([row for row in rows(one) if row >= min(lost)]) if lost else 0


@pytest.mark.parametrize("name", [name for name in names() if name != "xep"])
def test_a_run_of_the_reference_client_passes(name: str, tmp_path: Path) -> None:
    """`mucspec run reference --personality NAME` of a topic, over sockets: status 0 even when robustness counts."""
    chosen = ("--topic", "subject", "--personality", name, "--strict", "--out", str(tmp_path))
    done = mucspec("run", "reference", *chosen)
    assert done.status == 0, done.out + done.err
    (record,) = tmp_path.glob(f"reference-*-{name}.jsonl")
    assert f'"personality":"{name}"' in record.read_text(encoding="utf-8").splitlines()[0]


def test_an_unknown_personality_is_wrong_usage() -> None:
    """One line, status 2, before anything is installed."""
    done = mucspec("run", "reference", "--personality", "bardolph")
    assert done.status == 2
    assert done.complaint.startswith("mucspec: there is no personality 'bardolph'; there are xep")

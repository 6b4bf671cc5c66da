"""The mutation run: which defects break which rows, what is a hole, in one process or several."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.load import load_all
from harness.model import Scenario
from harness.mutation import Mutation, mutate

from .program import mucspec

KICK = """
title       = "Who is kicked learns that"
requirement = "xep-0045/8.2-6"
subject     = "pistol"

room = { name = "harfleur", owner = "Fluellen", occupants = [ { nick = "Fluellen", affiliation = "owner" } ] }

steps = [
  { who = "pistol",   does  = "join", nick = "pistol" },
  { who = "Fluellen", does  = "kick", nick = "pistol" },
  { who = "pistol",   sees  = "left", cause = "kicked" },
  { who = "pistol",   state = { joined = false } },
  { who = "pistol",   never = "exception" },
]
"""
TALK = """
title       = "What others say is reported"
requirement = "xep-0045/7.2.16-2"
subject     = "pistol"

room = { name = "harfleur", occupants = [ { nick = "Fluellen" } ] }

steps = [
  { who = "pistol",   does = "join", nick = "pistol" },
  { who = "Fluellen", does = "message", body = "Got's plood!" },
  { who = "pistol",   sees = "message", nick = "Fluellen" },
]
"""
TOLD, REMEMBERED, UNBROKEN = (f"fields/kick#xep-0045/8.2-6{n}" for n in ("", ".2", ".3"))
HEARD = "fields/talk#xep-0045/7.2.16-2"
SOME = ("kick-as-leave", "exit-not-remembered", "first-message-lost", "own-exit-raises")


@pytest.fixture
def corpus(tmp_path: Path) -> list[Scenario]:
    for name, text in (("kick", KICK), ("talk", TALK)):
        (tmp_path / "fields").mkdir(exist_ok=True)
        (tmp_path / "fields" / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_all(tmp_path)


def test_a_defect_counts_for_the_row_that_it_breaks_first(corpus: list[Scenario]) -> None:
    """A kick taken for leaving breaks the event; forgetting the exit breaks the state behind it, and only that."""
    assert mutate(corpus, defects=SOME, jobs=1) == Mutation(
        scenarios={"fields/kick": ["kick-as-leave", "exit-not-remembered"], "fields/talk": ["first-message-lost"]},
        rows={
            TOLD: ["kick-as-leave"],
            REMEMBERED: ["exit-not-remembered"],
            UNBROKEN: [],
            HEARD: ["first-message-lost"],
        },
        defects={
            "kick-as-leave": ["fields/kick"],
            "exit-not-remembered": ["fields/kick"],
            "first-message-lost": ["fields/talk"],
            "own-exit-raises": [],
        },
        coarse=[],
    )


def test_what_nothing_breaks_and_what_breaks_nothing_is_a_hole(corpus: list[Scenario]) -> None:
    """The planted row is told, the scenario that it alone would break, and the defect that nobody notices."""
    found = mutate(corpus, defects=("first-message-lost", "own-exit-raises"), jobs=1)
    rows = [f"row {TOLD}", f"row {REMEMBERED}", f"row {UNBROKEN}"]
    assert found.holes() == ["scenario fields/kick", *rows, "defect own-exit-raises"]
    assert found.holes(part=True) == ["scenario fields/kick", *rows]


def test_a_coarse_defect_is_caught_and_proves_no_row(corpus: list[Scenario]) -> None:
    """Who never gets in breaks everything: that says nothing about the single row."""
    copies = [replace(scenario, id=f"{scenario.id}-{n}") for scenario in corpus for n in (1, 2)]
    found = mutate(copies, defects=("join-without-x",), jobs=1)
    assert found.coarse == ["join-without-x"]
    assert len(found.defects["join-without-x"]) == len(copies)
    assert not any(found.rows.values())


def test_in_a_part_the_whole_corpus_tells_what_is_too_coarse(corpus: list[Scenario]) -> None:
    """One scenario is broken whole by many a good defect; the bad ones show in the corpus that it belongs to."""
    kick, talk = corpus
    whole = [replace(talk, id=f"{talk.id}-{n}") for n in range(40)]
    found = mutate([kick], whole=whole, defects=("join-without-x", "kick-as-leave"), jobs=1)
    assert (found.coarse, found.scenarios) == (["join-without-x"], {kick.id: ["kick-as-leave"]})


def test_what_fails_without_a_defect_is_broken_by_none(corpus: list[Scenario]) -> None:
    """A scenario that the right client fails is a hole, whatever else fails it."""
    kick, talk = corpus
    wrong = replace(talk, steps=(talk.steps[0], *talk.steps[2:]))
    assert mutate([kick, wrong], defects=("first-message-lost",), jobs=1).scenarios == {kick.id: [], wrong.id: []}
    assert mutate([kick, talk], defects=("first-message-lost",), jobs=1).scenarios[talk.id]


def test_several_processes_find_the_same(corpus: list[Scenario]) -> None:
    """The result and the order of progress do not depend on how many defects are played at a time."""
    alone: list[str] = []
    together: list[str] = []
    one = mutate(corpus, defects=SOME, jobs=1, progress=alone.append)
    two = mutate(corpus, defects=SOME, jobs=2, progress=together.append)
    assert (one, alone) == (two, together)
    assert together == list(SOME)


def test_the_command_prints_the_tables_and_fails_with_a_hole(corpus: list[Scenario], tmp_path: Path) -> None:
    """`rehearse --defects --json`: scenarios, defects and rows, an empty list where there is a hole; status 1."""
    told = mucspec("rehearse", "--defects", "--json", "--jobs", "1", "--scenarios", tmp_path)
    tables = json.loads(told.out)
    assert told.status == 1
    assert tables.keys() == {"scenarios", "defects", "rows", "coarse"}
    assert tables["rows"][UNBROKEN] == []
    assert "kick-as-leave" in tables["rows"][TOLD]
    assert "first-message-lost" in tables["scenarios"]["fields/talk"]
    assert tables["defects"]["kick-as-leave"] == ["fields/kick"]

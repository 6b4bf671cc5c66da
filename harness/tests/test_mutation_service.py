"""The mutation run over scenarios about the service: which faults break which rows, at once or when they set in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.faulting import suspected, with_fault
from harness.load import load_all
from harness.model import Outcome, Scenario
from harness.mutation import mutate
from harness.rehearse import rehearse
from mockserver.faults import EVERY

from .program import mucspec

TALK = """
title       = "What is said reaches everybody, twice"
requirement = "xep-0045/7.4-4"
subject     = "service"

room = { name = "harfleur", occupants = [ { nick = "Fluellen", affiliation = "owner" }, { nick = "gower" } ] }

steps = [
  { who = "gower",   does  = "raw", xml = "<message to='${harfleur}' type='groupchat'><body>Tush</body></message>" },
  { to = "Fluellen", sends = "<message from='${harfleur}/gower'><body>Tush</body></message>" },
  { to = "gower",    sends = "<message from='${harfleur}/gower'><body>Tush</body></message>" },
  { to = "gower",    never = "<message type='normal'/>", id = "planted" },
  { who = "gower",   does  = "raw", xml = "<message to='${harfleur}' type='groupchat'><body>Figo</body></message>" },
  { to = "Fluellen", sends = "<message from='${harfleur}/gower'><body>Figo</body></message>", id = "again" },
]
"""
BAN = """
title       = "Who is banned stays out"
requirement = "xep-0045/7.2.7-1"
subject     = "service"

xml.join = "<presence to='${harfleur}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
room = { name = "harfleur", owner = "Fluellen", affiliations = { pistol = "outcast" } }

steps = [
  { who = "pistol", does  = "raw", xml = "join" },
  { to = "pistol",  sends = "<presence type='error'/>" },
]
"""
FIRST, SECOND, PLANTED, AGAIN = (
    "service/talk#xep-0045/7.4-4",
    "service/talk#xep-0045/7.4-4.2",
    "service/talk#planted",
    "service/talk#again",
)
SOME = ("said-first-missed", "said-sender-missed", "outcasts-enter", "past-subject-lost")


@pytest.fixture
def corpus(tmp_path: Path) -> list[Scenario]:
    (tmp_path / "service").mkdir()
    for name, text in (("talk", TALK), ("ban", BAN)):
        (tmp_path / "service" / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_all(tmp_path)


def test_a_fault_counts_for_the_row_that_it_breaks_first(corpus: list[Scenario]) -> None:
    """Who forgets the first breaks one row, who forgets the sender another; letting outcasts in is another story."""
    found = mutate(corpus, defects=(), faults=SOME, jobs=1)
    assert found.defects == {
        "said-first-missed": ["service/talk"],
        "said-sender-missed": ["service/talk"],
        "outcasts-enter": ["service/ban"],
        "past-subject-lost": [],
    }
    assert (found.rows[FIRST], found.rows[SECOND]) == (["said-first-missed"], ["said-sender-missed"])
    assert found.scenarios["service/ban"] == ["outcasts-enter"]


def test_a_row_about_a_later_request_is_broken_by_a_fault_that_sets_in_later(corpus: list[Scenario]) -> None:
    """The last row repeats the first about another message; what nothing breaks is a hole all the same."""
    found = mutate(corpus, defects=(), faults=SOME, jobs=1)
    assert found.rows[AGAIN] == ["said-first-missed"]
    assert found.holes() == [f"row {PLANTED}", "defect past-subject-lost"]


def test_defects_prove_nothing_about_the_service(corpus: list[Scenario]) -> None:
    """Each kind is played with its own."""
    found = mutate(corpus, defects=("first-message-lost",), faults=(), jobs=1)
    assert found.defects == {"first-message-lost": []}
    assert not any(found.rows.values())


def test_a_coarse_fault_proves_no_row(corpus: list[Scenario]) -> None:
    """What breaks every story says nothing about the single row."""
    copies = [replace(scenario, id=f"{scenario.id}-{n}") for scenario in corpus for n in (1, 2)]
    ban = [scenario for scenario in copies if scenario.id.startswith("service/ban")]
    found = mutate(
        [*ban, *(replace(b, id=f"{b.id}-more") for b in ban)], defects=(), faults=["join-overlooked"], jobs=1
    )
    assert found.coarse == ["join-overlooked"]
    assert not any(found.rows.values())


def test_several_processes_find_the_same(corpus: list[Scenario]) -> None:
    """The result and the progress do not depend on how many scenarios are played at a time."""
    told: list[str] = []
    one = mutate(corpus, defects=(), faults=SOME, jobs=1)
    assert mutate(corpus, defects=(), faults=SOME, jobs=2, progress=told.append) == one
    assert told == [scenario.id for scenario in corpus]


def test_a_fault_sets_in_when_the_rooms_are_there(corpus: list[Scenario]) -> None:
    """Who overlooks every join still finds the room furnished; the scenario fails, it is not given up."""
    ban = corpus[0]
    assert rehearse(ban).verdict.outcome is Outcome.PASS
    assert with_fault(ban, "join-overlooked").outcome is Outcome.FAIL
    assert "join-overlooked" in suspected(ban, EVERY)
    assert "said-first-missed" not in suspected(ban, EVERY)


def test_the_command_lists_faults_like_defects(corpus: list[Scenario], tmp_path: Path) -> None:
    """`rehearse --defects --json`: one table for both, and the rows of both kinds of scenarios."""
    told = mucspec("rehearse", "--defects", "--json", "--jobs", "1", "--scenarios", tmp_path)
    tables = json.loads(told.out)
    assert told.status == 1
    assert "said-first-missed" in tables["rows"][FIRST]
    assert "service/ban" in tables["defects"]["outcasts-enter"]
    assert tables["rows"].keys() >= {FIRST, SECOND, PLANTED, AGAIN}

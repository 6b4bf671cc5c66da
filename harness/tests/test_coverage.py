"""Coverage: what counts as shown, what may be left out, and the words of scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import coverage, words
from harness.catalogue import SCENARIOS, requirements, seeds
from harness.evidence import Evidence, of_rehearsal
from harness.load import find, load
from harness.model import Scenario

KICK = """
title       = "A kick is told"
requirement = "xep-0045/8.2-6"
subject     = "pistol"
room  = { name = "harfleur", occupants = [ { nick = "Fluellen", affiliation = "owner" } ] }
steps = [
  { who = "pistol",   does = "join", nick = "pistol" },
  { who = "pistol",   sees = "joined", codes = { contains = [110] }, req = "xep-0045/7.2.2-10" },
  { who = "Fluellen", does = "kick", nick = "pistol", reason = "Avaunt!" },
  { who = "pistol",   sees = "left", cause = "kicked", actor = "Fluellen" },
]
"""
NOTHING = Evidence(frozenset(), frozenset(), {}, "nothing")


@pytest.fixture
def kick(tmp_path: Path) -> Scenario:
    (tmp_path / "kick.toml").write_text(KICK, "utf-8")
    return load(tmp_path / "kick.toml", root=tmp_path)[0]


@pytest.fixture
def exclusions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A list of exclusions of one's own."""
    yield from own_list(tmp_path, monkeypatch, "EXCLUDED", coverage.exclusions)


@pytest.fixture
def seed_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A list of seed words of one's own."""
    yield from own_list(tmp_path, monkeypatch, "SEED_WORDS", coverage._seed_words)


def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reader: Any) -> Iterator[Path]:
    """In the place of a packaged list, for a reader that remembers what it has read."""
    monkeypatch.setattr(coverage, name, tmp_path / "own.toml")
    reader.cache_clear()
    yield tmp_path / "own.toml"
    reader.cache_clear()


def test_a_requirement_is_covered_by_a_row_that_passed(kick: Scenario) -> None:
    """The row's requirement is covered; the other row's, which did not pass, is not."""
    passed = Evidence(frozenset({"kick#xep-0045/7.2.2-10"}), frozenset(), {}, "one row")
    found = coverage.cover([kick], passed)
    assert found.client["xep-0045/7.2.2-10"] == "covered"
    assert found.client["xep-0045/8.2-6"] == "untested"


def test_a_rehearsal_covers_what_the_reference_client_passes(kick: Scenario) -> None:
    """Both requirements and the words of both rows are shown by a rehearsal."""
    found = coverage.cover([kick], of_rehearsal([kick]))
    assert [found.client[name] for name in ("xep-0045/7.2.2-10", "xep-0045/8.2-6")] == ["covered", "covered"]
    assert found.seeds["aioxmpp/LeaveMode.KICKED"] == "covered"
    assert found.seeds["aioxmpp/LeaveMode.BANNED"] == "untested"


def test_without_evidence_nothing_is_covered(kick: Scenario) -> None:
    """A scenario that never ran shows nothing, and every requirement has exactly one state."""
    found = coverage.cover([kick], NOTHING)
    assert {total["covered"] for total in found.totals().values()} == {0}
    bound = [r for r in requirements().values() if r.subject in ("client", "both")]
    assert sum(found.totals()["client"].values()) == len(bound)
    assert sum(found.totals()["seeds"].values()) == len(seeds())


def test_the_documents_add_up_to_the_totals(kick: Scenario) -> None:
    """Every requirement is counted in its document and nowhere else."""
    found = coverage.cover([kick], of_rehearsal([kick]))
    for subject in coverage.SUBJECTS:
        for state in coverage.STATES:
            in_documents = sum(figures[subject][state] for figures in found.documents().values())
            assert in_documents == found.totals()[subject][state]


def test_what_is_excluded_is_no_longer_untested(kick: Scenario, exclusions: Path) -> None:
    """An exclusion with its reason is found; what is shown all the same stays covered."""
    exclusions.write_text(
        '[[exclude]]\nids = ["xep-0045/8.2-6", "xep-0045/7.2.2-10"]\nreason = "contradictory"\nnote = "both sides"\n'
    )
    found = coverage.cover([kick], Evidence(frozenset({"kick#xep-0045/7.2.2-10"}), frozenset(), {}, ""))
    assert found.client["xep-0045/8.2-6"] == "excluded"
    assert str(found.exclusions["xep-0045/8.2-6"]) == "contradictory: both sides"
    assert found.client["xep-0045/7.2.2-10"] == "covered"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('ids = ["xep-0045/8.2-6"]\nreason = "too-hard"', "reason is one of"),
        ('ids = ["xep-0045/9.9.9-9"]\nreason = "untestable"', "names no requirement"),
        ('ids = ["A_MUST"]\nreason = "optional-not-offered"', "is a MUST"),
    ],
)
def test_an_impossible_exclusion_is_refused(exclusions: Path, entry: str, told: str) -> None:
    """A reason that is none, an id that is none, and a MUST that is merely not offered: one line each."""
    must = next(r.id for r in requirements().values() if r.level == "MUST")
    exclusions.write_text(f"[[exclude]]\n{entry.replace('A_MUST', must)}\n")
    with pytest.raises(coverage.BadCatalogue, match=told):
        coverage.exclusions()


def test_the_packaged_lists_are_sound() -> None:
    """Every entry of both lists names something, and no seed item both has a word and is excluded."""
    both = {item["id"] for item in seeds() if coverage.words_of_seed(item["id"])} & set(coverage.exclusions())
    assert both == set()


def test_words_go_from_the_coarse_to_the_fine(kick: Scenario) -> None:
    """A row gives its event, its fields and their values; codes that must not be there are no words."""
    assert {"sees:joined", "sees:joined.codes", "code:110"} <= set(words.of_step(kick.steps[1]))
    forbidding = replace(kick.steps[1], details={"codes": {"lacks": [201]}})
    assert "code:201" not in set(words.of_step(forbidding))


def test_what_a_puppet_does_is_not_what_the_library_does(kick: Scenario) -> None:
    """The same row is `does:kick` for the subject and `puppet:kick` for anybody else."""
    assert "does:kick" in set(words.of_step(kick.steps[2], own=True))
    assert "puppet:kick" in set(words.of_step(kick.steps[2], own=False))


def test_stanzas_have_words_with_parent_and_attribute() -> None:
    """Elements are found by namespace, by parent and by attribute; broken XML has no words."""
    found = set(words.of_xml(["<x xmlns='urn:a'><item jid='b'/></x>", "<broken"]))
    assert {"xml:{urn:a}x", "xml:{urn:a}x/item", "xml:{urn:a}x/item@jid", "xml:{urn:a}item@jid=b"} <= found


def test_a_seed_item_is_covered_by_the_tag_of_a_scenario_elsewhere() -> None:
    """What scenarios about a gateway show has its item's name as a tag; no other words count for it."""
    shown = replace(NOTHING, tags=frozenset({"slidge/LegacyMUC.join.order"}))
    found = coverage.cover([], shown)
    assert found.seeds["slidge/LegacyMUC.join.order"] == "covered"
    assert found.seeds["slidge/LegacyMUC.join.no-nick"] == "untested"


def test_a_seed_item_is_covered_by_a_story_as_a_whole(kick: Scenario, seed_words: Path) -> None:
    """Its word is the scenario's file, spoken where the scenario passed, at whichever point of its matrix."""
    seed_words.write_text('[[seed]]\nids = ["aioxmpp/LeaveMode.KICKED"]\nwords = ["scenario:removal/kicked"]\n')
    point = replace(kick, id="removal/kicked/by=Fluellen,at=a/b")
    passed = replace(NOTHING, scenarios=frozenset({point.id}))
    assert coverage.cover([point], passed).seeds["aioxmpp/LeaveMode.KICKED"] == "covered"
    assert coverage.cover([point], NOTHING).seeds["aioxmpp/LeaveMode.KICKED"] == "untested"
    assert coverage.cover([replace(kick, id="removal/kicked_again")], passed).seeds["aioxmpp/LeaveMode.KICKED"] == (
        "untested"
    )


@pytest.mark.parametrize("word", ["scenario:kicked", "scenario:", "scenario:removal/kicked.toml", "scenario:a/b/c=d"])
def test_a_scenario_that_can_never_be_is_refused(seed_words: Path, word: str) -> None:
    """A story is named by topic and name, without ending and without a point of its matrix."""
    seed_words.write_text(f'[[seed]]\nids = ["aioxmpp/LeaveMode.KICKED"]\nwords = ["{word}"]\n')
    with pytest.raises(coverage.BadCatalogue, match="scenario:TOPIC/NAME"):
        coverage.words_of_seed("aioxmpp/LeaveMode.KICKED")


def test_every_story_that_shows_a_seed_item_is_in_the_corpus() -> None:
    """Each `scenario:` word of the packaged list names a scenario that there is."""
    told = {word for item in seeds() for word in coverage.words_of_seed(item["id"]) if words.STORY.fullmatch(word)}
    assert told
    assert told <= {f"scenario:{path.relative_to(SCENARIOS).with_suffix('').as_posix()}" for path in find()}

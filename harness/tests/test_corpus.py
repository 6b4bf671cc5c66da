"""The scenarios that come with mucspec: sound, passed by the reference client, equal on every playing."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.load import find, load_all
from harness.model import STIMULI, Scenario
from harness.rehearse import rehearse

CORPUS = load_all()
TWICE = CORPUS[::7]


@pytest.mark.parametrize("scenario", CORPUS, ids=lambda scenario: scenario.id)
def test_the_reference_client_passes(scenario: Scenario) -> None:
    """In memory, row by row: nothing fails, and nothing is left out."""
    verdict = rehearse(scenario).verdict
    assert [(c.step.number, str(c.outcome), c.why) for c in verdict.checks if c.outcome != "pass"] == []
    assert verdict.checks != ()


@pytest.mark.parametrize("scenario", TWICE, ids=lambda scenario: scenario.id)
def test_a_second_playing_is_equal(scenario: Scenario) -> None:
    """Ids, order and wording: nothing hangs on chance or on time."""
    assert rehearse(scenario) == rehearse(scenario)


def test_every_check_has_an_id_of_its_own() -> None:
    """Known failures and reports refer to them."""
    counted = Counter(step.check for scenario in CORPUS for step in scenario.steps if step.kind not in STIMULI)
    assert [name for name, times in counted.items() if times > 1 or not name] == []


def test_a_scenario_tells_one_story() -> None:
    """Few rows (12 are aimed at), at least one of which checks something; a title without a full stop."""
    assert [s.id for s in CORPUS if not 2 <= len(s.steps) <= 20] == []
    assert [s.id for s in CORPUS if all(step.kind in STIMULI for step in s.steps)] == []
    assert [s.id for s in CORPUS if s.title.endswith(".") or s.title[0].islower()] == []


def test_no_two_scenarios_have_the_same_title_but_those_of_a_matrix() -> None:
    """A reader tells them apart by it."""
    titles = Counter({(s.title, s.id.split("/")[1]) for s in CORPUS})
    assert [title for title, times in Counter(t for t, _ in titles).items() if times > 1] == []


def test_the_corpus_covers_every_topic_of_the_field() -> None:
    """At least eighty scenarios, and each of these topics has one."""
    topics = {s.topic for s in CORPUS}
    wanted = {
        "joining", "renaming", "removal", "roles", "affiliations", "history", "messages", "subject", "config",
        "invitations", "preferences", "identity", "archive", "registration", "discovery", "voice", "leaving",
    }  # fmt: skip
    assert wanted <= topics
    assert len(find()) >= 80

"""Scenario files: what they become, and the complaint about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.load import BadScenario, find, load, load_all
from harness.model import Kind, Scenario
from harness.substitute import escape, finish
from harness.variables import filled

HEAD = """
title       = "A kicked occupant learns of it"
requirement = "xep-0045/8.2-6"
subject     = "pistol"
room        = { name = "harfleur", occupants = [ { nick = "Fluellen", affiliation = "owner" } ] }
"""
STEPS = """
steps = [
  { who = "pistol",   does  = "join", nick = "pistol" },
  { who = "Fluellen", does  = "kick", nick = "pistol", reason = "Avaunt!" },
  { who = "pistol",   sees  = "left", cause = "kicked", reason = "Avaunt!" },
  { who = "pistol",   never = "joined" },
]
"""


def written(folder: Path, text: str, name: str = "moderation/kick.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> tuple[Scenario, ...]:
    return load(written(folder, text), root=folder)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(BadScenario) as caught:
        loaded(folder, text)
    return str(caught.value).removeprefix(f"{folder}/moderation/kick.toml: ")


def test_a_scenario_is_named_by_its_path(tmp_path: Path) -> None:
    """Id and topic come from the folder, the checks from scenario and requirement."""
    (scenario,) = loaded(tmp_path, HEAD + STEPS)
    assert (scenario.id, scenario.topic) == ("moderation/kick", "moderation")
    assert [step.check for step in scenario.steps[2:]] == [
        "moderation/kick#xep-0045/8.2-6",
        "moderation/kick#xep-0045/8.2-6.2",
    ]


def test_the_cast_is_whoever_is_named(tmp_path: Path) -> None:
    """Actors are those who act, sit or are meant; sessions only the subject's."""
    (scenario,) = loaded(tmp_path, HEAD + STEPS)
    assert scenario.actors == ("Fluellen", "pistol")
    assert scenario.sessions == ("pistol",)


def test_short_names_become_addresses(tmp_path: Path) -> None:
    """The only room is meant where none is named."""
    (scenario,) = loaded(tmp_path, HEAD + STEPS)
    assert scenario.steps[0].details["room"] == "harfleur@conference.mucspec.invalid"
    assert scenario.steps[0].kind is Kind.DOES


def test_a_matrix_gives_a_scenario_for_every_combination(tmp_path: Path) -> None:
    """With ids that can be read, and the values filled in."""
    text = (
        HEAD + 'matrix = { cause = ["kicked", "banned"], why = ["a", "b"] }\n' + STEPS.replace('"kicked"', '"${cause}"')
    )
    found = loaded(tmp_path, text)
    assert [s.id.partition("kick")[2] for s in found] == [
        "/cause=kicked,why=a",
        "/cause=kicked,why=b",
        "/cause=banned,why=a",
        "/cause=banned,why=b",
    ]
    assert found[2].steps[2].details["cause"] == "banned"


BAD = {
    "a key that no head has": (
        HEAD.replace("title", "titel") + STEPS,
        "head: no key 'titel'",
    ),
    "a requirement that is not in the catalogue": (
        HEAD.replace("8.2-6", "8.2-600") + STEPS,
        "requirement: no 'xep-0045/8.2-600' in the catalogue",
    ),
    "a verb that there is not": (HEAD + STEPS.replace('"kick"', '"kik"'), "step 2: does: no verb 'kik'"),
    "an event that there is not": (HEAD + STEPS.replace('"left"', '"lef"'), "step 3: sees: no event 'lef'"),
    "a field that the event has not": (
        HEAD + STEPS.replace("cause =", "causes ="),
        "step 3: sees = 'left': no key 'causes'",
    ),
    "two kinds in one row": (
        HEAD + STEPS.replace('never = "joined"', 'never = "joined", sees = "left"'),
        "step 4: needs exactly one of",
    ),
    "a row that nobody does": (HEAD + STEPS.replace('who = "pistol",   never', "never"), "step 4: needs `who`"),
    "an argument that is missing": (
        HEAD + STEPS.replace('"kick", nick = "pistol"', '"kick"'),
        "step 2: does = 'kick' needs nick",
    ),
    "a name that nobody has": (
        HEAD + STEPS.replace('"Avaunt!"', '"${nym}"'),
        "step 2: nobody is called ${nym}",
    ),
    "a subject without rows": (HEAD.replace('"pistol"', '"nym"') + STEPS, "subject: no row has who = 'nym'"),
    "no steps": (HEAD, "needs 'steps'"),
    "two operators in one value": (
        HEAD + STEPS.replace('cause = "kicked"', "codes = { contains = [307], lacks = [110] }"),
        "step 3: contains and lacks in one table",
    ),
    "a kind that is misspelt": (
        HEAD + STEPS.replace('does  = "join"', 'dose = "join"'),
        "step 1: needs exactly one of",
    ),
    "XML that is none": (
        HEAD + STEPS.replace('never = "joined"', "sends = \"<presence to='x'\""),
        "step 4: sends:",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_refused_in_one_line_that_says_where(tmp_path: Path, name: str) -> None:
    """File, step, key, and what is wrong."""
    text, begins = BAD[name]
    said = complaint(tmp_path, text)
    assert said.startswith(begins)
    assert "\n" not in said


def test_a_syntax_error_names_the_line(tmp_path: Path) -> None:
    """As TOML's parser says it."""
    assert "line 2" in complaint(tmp_path, 'title = "a"\nsubject = \n')


def test_near_names_are_offered(tmp_path: Path) -> None:
    """A misspelt verb is told with the right one."""
    assert "kick" in complaint(tmp_path, HEAD + STEPS.replace('"kick"', '"kikc"'))


def test_two_dollars_before_a_brace_are_no_placeholder(tmp_path: Path) -> None:
    """`$${` is `${` once the rows are played, in texts, tables and patterns; until then it stays."""
    rows = STEPS.replace('reason = "Avaunt!"', 'reason = "$${nym} ${muc}"')
    pattern = "<message id='$${muc}'><body>$${gower}$${</body></message>"
    rows = rows.replace('never = "joined"', f'sends = "{pattern}", where = {{ body = "$${{gower}}" }}')
    (scenario,) = loaded(tmp_path, HEAD.replace('"Fluellen"', '"$${Fluellen}", who = "Fluellen"') + rows)
    assert scenario.rooms[0].occupants[0]["nick"] == "${Fluellen}"
    kick, sends = (filled(scenario.steps[at], {"nym": "x", "muc": "y", "gower": "z"}) for at in (1, 3))
    assert kick.details["reason"] == "${nym} conference.mucspec.invalid"
    assert sends.what.element.get("id") == "${muc}"
    assert next(sends.what.element.elements()).text == "${gower}${"
    assert sends.what.where == {"body": "${gower}"}


def test_what_is_bound_is_not_read_again() -> None:
    """A client may choose an id that looks like a placeholder; an escaped text comes back."""
    assert finish("${mid}", {"mid": "$${x} ${mid}"}) == "$${x} ${mid}"
    assert finish(escape({"a": ["${x} $${y} $$"]}), {"x": "no"}) == {"a": ["${x} $${y} $$"]}


def test_requirements_and_known_lists_hold_no_scenarios(tmp_path: Path) -> None:
    """Every other TOML file below the folder is one, in the order of their names."""
    for name in ("b/two.toml", "a/one.toml", "requirements/xep.toml", "known/slixmpp.toml"):
        written(tmp_path, HEAD + STEPS, name)
    assert [path.relative_to(tmp_path).as_posix() for path in find(tmp_path)] == ["a/one.toml", "b/two.toml"]
    assert [scenario.id for scenario in load_all(tmp_path)] == ["a/one", "b/two"]

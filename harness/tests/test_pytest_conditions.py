"""Scenario files as pytest items under a personality, and with something that goes wrong in each of them."""

from __future__ import annotations

import json

import pytest

from .foreign import Repository, repository, scenario

FILES = {
    "passes": scenario("Who joins is told so", '{ who = "pistol", sees = "joined", nick = "pistol" }'),
    "fails": scenario("Who joins is somebody else", '{ who = "pistol", sees = "joined", nick = "nym" }'),
}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a scenario that passes and one that fails."""
    made = repository(tmp_path_factory.mktemp("theirs"))
    made.write({f"scenarios/chat/{name}.toml": text for name, text in FILES.items()})
    return made


def test_a_personality_is_that_of_the_whole_run(theirs: Repository) -> None:
    """As in `mucspec run`: what fails behind what it breaks is robustness; the record and the command name it."""
    options = ("--mucspec-client", "reference", "--mucspec-personality", "legacy", "--mucspec-out", "legacy")
    found = theirs.pytest(*options, "--mucspec-strict", "-rA", "scenarios")
    assert found.line("PASSED scenarios/chat/passes.toml::passes")
    assert found.line("robustness: Who joins is somebody else")
    assert "--mucspec-personality legacy scenarios/chat/fails.toml::fails" in found.line("repeat: ")
    (record,) = (theirs.root / "legacy").glob("*.jsonl")
    assert record.name.endswith("-legacy.jsonl")
    assert json.loads(record.read_text("utf-8").splitlines()[0])["personality"] == "legacy"


def test_a_fault_makes_robustness_of_what_fails_behind_it(theirs: Repository) -> None:
    """As in `mucspec run`: it counts where all does; lists of known failures are not asked."""
    options = (
        "--mucspec-client",
        "reference",
        "--mucspec-fault",
        "refuse presence to=harfleur condition=conflict times=1",
    )
    found = theirs.pytest(*options, "-rA", "scenarios", "-k", "passes")
    assert found.line("XFAIL scenarios/chat/passes.toml::passes") and "robustness, which does not count" in found.out
    strict = theirs.pytest(*options, "--mucspec-strict", "scenarios", "-k", "passes")
    assert "times=1' scenarios/chat/passes.toml::passes" in strict.line("repeat: ") and strict.status == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--mucspec-personality", "prosidy"), "--mucspec-personality: there is no personality 'prosidy'"),
        (("--mucspec-fault", "drp"), "--mucspec-fault: no fault 'drp'"),
        (
            ("--mucspec-fault", "drop", "--mucspec-known", "k.toml"),
            "--mucspec-known means nothing with --mucspec-fault",
        ),
    ],
)
def test_conditions_that_make_no_sense_are_wrong_usage(
    theirs: Repository, options: tuple[str, ...], complaint: str
) -> None:
    """In one line, before anything is played."""
    found = theirs.pytest("--mucspec-client", "reference", *options, "scenarios")
    assert found.line("ERROR: ").startswith(f"ERROR: {complaint}") and found.status == 4

"""`driver check`: the honest driver keeps every promise; who breaks one is found out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .program import MINIATURE, TREE, mucspec

TOML = TREE / "harness" / "drivers" / "reference" / "driver.toml"


def check(habit: str, *more: str | Path) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit status, and the findings by name."""
    told = mucspec("driver", "check", MINIATURE + habit, "--json", *more)
    assert "Traceback" not in told.err
    return told.status, {finding["check"]: finding for finding in json.loads(told.out)}


def test_an_honest_driver_passes_every_check() -> None:
    """With its driver.toml at hand there is nothing wrong, and nothing that was not tried."""
    status, findings = check("honest", "--toml", TOML)
    assert (status, {finding["outcome"] for finding in findings.values()}) == (0, {"ok"})
    assert len(findings) == 10


@pytest.mark.parametrize("name", ["its hello says what driver.toml says", "what it lacks is accounted for"])
def test_without_a_toml_what_is_about_it_is_not_tried(name: str) -> None:
    """It says how to have it tried; it is neither passed nor failed."""
    status, findings = check("honest", "-k", name)
    assert (status, findings[name]["outcome"]) == (0, "not tried")
    assert findings[name]["text"] == "no driver.toml: name one with --toml"


@pytest.mark.parametrize(
    ("habit", "broken", "text"),
    [
        ("unpunctual", "500 messages come before the answer to sync, 5 times", "499 of 500 messages"),
        ("pretends-to-juggle", "it is honest about what it cannot do", "answered juggle"),
        ("takes-any-session", "it refuses commands of unknown sessions", "a session that never connected"),
        ("waits-with-sync", "sync and state do not wait for pending commands", "did not answer sync"),
        ("ignores-stop", "stop ends it", "went on"),
        ("outlives-its-input", "the end of its input ends it", "went on"),
    ],
)
def test_a_bad_habit_is_found_by_the_check_that_is_about_it(habit: str, broken: str, text: str) -> None:
    """It is wrong and says why; the honest driver passes the same check, as the first test shows."""
    status, findings = check(habit, "--timeout-factor", "0.5", "-k", broken)
    assert (status, list(findings)) == (1, [broken])
    assert findings[broken]["outcome"] == "wrong"
    assert text in findings[broken]["text"]


@pytest.mark.parametrize(
    ("habit", "text"),
    [
        ("dies-at-start", "it wrote to stderr: ModuleNotFoundError"),
        ("greets-with-a-list", "not a JSON object"),
        ("hides-what-it-can", "needs a list of words 'can'"),
        ("can-juggle", "`can` lists juggle, which the protocol does not have"),
        ("can-nothing", "`can` does not list connect, disconnect, sync"),
        ("reports-too-much", "`reports` lists weather"),
    ],
)
def test_who_does_not_greet_properly_is_told_so_and_nothing_else(habit: str, text: str) -> None:
    """One finding: the others would only repeat it."""
    status, findings = check(habit)
    ((_, finding),) = findings.items()
    assert (status, finding["outcome"]) == (1, "wrong")
    assert text in finding["text"]


def test_a_hello_that_differs_from_the_toml_is_found(tmp_path: Path) -> None:
    """A verb and an event that only one side has are named."""
    text = TOML.read_text("utf-8").replace('"self_ping", ', "").replace('"exception",', "")
    (tmp_path / "driver.toml").write_text(text, "utf-8")
    status, findings = check("honest", "--toml", tmp_path / "driver.toml", "-k", "driver.toml")
    finding = findings["its hello says what driver.toml says"]
    assert (status, finding["outcome"]) == (1, "wrong")
    assert finding["text"] == "`can` of its hello lists self_ping, driver.toml does not"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("",), "CMD is empty"),
        (("no-such-program --fast",), "there is no program 'no-such-program'"),
        (("sh -c true", "--toml", "nowhere.toml"), "nowhere.toml"),
        (("sh -c true", "-k", "flight"), "no check has 'flight' in its name"),
    ],
)
def test_a_wrong_command_is_told_in_one_line(arguments: tuple[str, ...], text: str) -> None:
    """No process is started; one line says what is wrong."""
    told = mucspec("driver", "check", *arguments)
    assert told.status in (2, 3)
    assert text in told.complaint

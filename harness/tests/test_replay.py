"""Claims about `mucspec replay`: the verdict follows from the transcript, from it alone, and from today's scenarios."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.faketime import library
from reports.record import Record, read

from .corpora import RENAMED, write_three
from .program import MINIATURE, Told, mucspec

FEW = "removal/kicked or faults/black_hole or leaving/stream_is_lost or history or config/destroy"
AS_IT_WAS = "everything is graded as it was"
Line = dict[str, Any]


def run(out: Path, *more: str | Path) -> Record:
    told = mucspec("run", *more, "--out", out)
    assert told.status in (0, 1), told.err
    return record_in(out)


def record_in(out: Path) -> Record:
    (path,) = out.glob("*.jsonl")
    return read(path)


def weights(record: Record) -> list[tuple[str, str, list[Any]]]:
    """All that a reader goes by: ids, outcomes, classes, what was expected and seen, and why."""
    return [(line["id"], line["outcome"], [dict(check) for check in line["checks"]]) for line in record.scenarios]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="module")
def passed(three: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of a client that passes three scenarios."""
    out = tmp_path_factory.mktemp("passed")
    run(out, "reference", "--scenarios", three)
    (path,) = out.glob("*.jsonl")
    return path


@pytest.fixture
def renamed(passed: Path, tmp_path: Path) -> Path:
    """The same, in a folder of its own."""
    return Path(shutil.copy(passed, tmp_path))


def changed(path: Path, change: Callable[[Line], None], *, scenario: str = "b/renames") -> Path:
    """The record with this scenario's line changed, under another name."""
    lines = [json.loads(text) for text in path.read_text("utf-8").splitlines()]
    for line in lines:
        if line.get("id") == scenario:
            change(line)
    other = path.with_name("changed.jsonl")
    other.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return other


def replay(path: Path, three: Path, *more: str | Path) -> Told:
    return mucspec("replay", path, "--scenarios", three, *more)


# the same


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(("-k", FEW), id="as it is"),
        pytest.param(("-k", "leaving or joining/occupants", "--fault", "reset presence skip=2"), id="under a fault"),
        pytest.param(("-k", "history", "--personality", "legacy"), id="under a personality"),
        pytest.param(("-k", "joining/nick_conflict", "--repeat", "2"), id="twice"),
    ],
)
def test_a_run_is_graded_again_as_it_was(tmp_path: Path, more: tuple[str, ...]) -> None:
    """Outcomes, classes, what came closest and why: to the letter."""
    then = run(tmp_path / "then", "reference", *more)
    told = mucspec("replay", tmp_path / "then", "--out", tmp_path / "now", "--unchanged")
    assert (told.status, AS_IT_WAS in told.out) == (0, True), told.out + told.err
    assert weights(record_in(tmp_path / "now")) == weights(then)
    assert "report.html" in {path.name for path in (tmp_path / "now").iterdir()}


@pytest.mark.skipif(library() is None, reason="libfaketime is not installed: nothing was played where time passes")
def test_so_is_what_happened_while_time_passed(tmp_path: Path) -> None:
    """The clock of the client was put forward; here nobody's is."""
    then = run(tmp_path / "then", "reference", "-k", "time/silence")
    mucspec("replay", tmp_path / "then", "--out", tmp_path / "now")
    assert weights(record_in(tmp_path / "now")) == weights(then)


@pytest.mark.parametrize("habit", ["crashes", "falls-silent", "throws", "dies-once"])
def test_so_is_the_end_of_a_driver_that_came_too_early(three: Path, tmp_path: Path, habit: str) -> None:
    """Where the run was halted, the replay is, for the same reason; a crash stays one."""
    hurry = ("--timeout-factor", "0.3")
    then = run(tmp_path / "then", "--driver", MINIATURE + habit, "--scenarios", three, *hurry)
    told = mucspec("replay", tmp_path / "then", "--scenarios", three, "--out", tmp_path / "now", "--unchanged")
    assert told.status == 0, told.out + told.err
    assert weights(record_in(tmp_path / "now")) == weights(then)


def test_one_scenario_cut_out_of_a_record_is_a_record(renamed: Path, three: Path, tmp_path: Path) -> None:
    """A bundle for a bug report: it holds this scenario only, and can be graded."""
    assert replay(renamed, three, "-k", "b/renames", "--out", tmp_path / "cut").status == 0
    cut = record_in(tmp_path / "cut")
    assert [line["id"] for line in cut.scenarios] == ["b/renames"]
    assert AS_IT_WAS in replay(tmp_path / "cut", three).out


# not the same


def test_the_verdict_follows_from_the_transcript(renamed: Path, three: Path) -> None:
    """Without the event that a row waits for, the row fails: nothing is copied from the record."""

    def drop(line: Line) -> None:
        line["transcript"] = [each for each in line["transcript"] if each.get("event", {}).get("event") != "renamed"]

    told = replay(changed(renamed, drop), three)
    assert told.status == 1
    assert f"regressions: 1\n  {RENAMED}: pass -> fail" in told.out


def test_an_answer_that_was_another_is_graded_as_it_is(renamed: Path, three: Path) -> None:
    """A join that was refused fails, whatever the record says about it."""

    def refuse(line: Line) -> None:
        commands = [each["command"] for each in line["transcript"] if "command" in each]
        (join,) = (command["seq"] for command in commands if command["cmd"] == "join")
        answer = next(each["answer"] for each in line["transcript"] if each.get("answer", {}).get("seq") == join)
        answer.update(ok=False, error={"condition": "conflict"})

    assert replay(changed(renamed, refuse), three).status == 1


def test_the_scenarios_of_today_are_what_counts(renamed: Path, three: Path, tmp_path: Path) -> None:
    """A row that asks for something else now fails on the old transcript."""
    other = write_three(tmp_path / "other")
    path = other / "b" / "renames.toml"
    path.write_text(path.read_text("utf-8").replace("self = true", "self = false"), "utf-8")
    told = replay(renamed, other, "--unchanged")
    assert (told.status, f"{RENAMED}: pass -> fail" in told.out) == (1, True), told.out


def test_another_command_is_another_story(renamed: Path, three: Path, tmp_path: Path) -> None:
    """What the client did then answers no question about what it was never told to do: an error, and status 3."""
    other = write_three(tmp_path / "other")
    path = other / "b" / "renames.toml"
    path.write_text(path.read_text("utf-8").replace("ancient", "corporal"), "utf-8")
    told = replay(renamed, other)
    assert (told.status, "cannot be graded again: at row" in told.out) == (3, True), told.out


def test_a_list_of_known_failures_counts_too(renamed: Path, three: Path, tmp_path: Path) -> None:
    """What was a failure then is known now."""

    def drop(line: Line) -> None:
        line["transcript"] = [each for each in line["transcript"] if each.get("event", {}).get("event") != "renamed"]

    known = tmp_path / "known.toml"
    known.write_text(f'[[known]]\ncheck = "{RENAMED}"\nreason = "the event was taken out"\n', "utf-8")
    told = replay(changed(renamed, drop), three, "--known", known)
    assert (told.status, f"{RENAMED}: pass -> known" in told.out) == (0, True), told.out


# what cannot be graded


def test_a_transcript_of_another_story_is_told(renamed: Path, three: Path) -> None:
    """The driver was never told what the scenario demands: an error, and status 3."""

    def forget(line: Line) -> None:
        line["transcript"] = [each for each in line["transcript"] if each.get("command", {}).get("cmd") != "rename"]

    told = replay(changed(renamed, forget), three)
    assert told.status == 3
    assert "cannot be graded again: at row" in told.out


def test_scenarios_that_are_gone_are_named(renamed: Path, three: Path, tmp_path: Path) -> None:
    """They are left out, the others are graded."""
    fewer = write_three(tmp_path / "fewer")
    (fewer / "c" / "joins.toml").unlink()
    told = replay(renamed, fewer)
    assert told.status == 0
    assert told.complaint.endswith("there is no such scenario, left out: c/joins")


def test_the_evidence_is_not_overwritten(renamed: Path, three: Path) -> None:
    """--out that is the folder of the record is refused."""
    before = renamed.read_bytes()
    told = replay(renamed, three, "--out", renamed.parent)
    assert (told.status, "name another folder" in told.complaint) == (2, True)
    assert renamed.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("nothing.jsonl",), "there is no such file"),
        (("RECORD", "-k", "a/joins", "--topic", "b"), "none of the 3 scenarios is left"),
        (("SERVER",), "only those of clients can be graded again"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    renamed: Path, three: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    """One line, status 2."""
    header, _, rest = renamed.read_text("utf-8").partition("\n")
    server = renamed.with_name("server.jsonl")
    server.write_text(json.dumps({**json.loads(header), "personality": "server"}) + "\n" + rest, "utf-8")
    paths = {"RECORD": str(renamed), "SERVER": str(server)}
    told = mucspec("replay", *(paths.get(word, word) for word in arguments), "--scenarios", three)
    assert (told.status, complaint in told.complaint) == (2, True), told.err

"""`mucspec run` as a program: its options, known failures, Ctrl-C, and what the other commands make of its records."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from reports.record import Record, read

from .corpora import RENAMED, THREE, write_three
from .program import MINIATURE, START, Told, environment, mucspec, runs

TELLING = ("run", "--driver", MINIATURE + "tells-of-itself")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three(tmp_path_factory.mktemp("scenarios"))


def record_in(out: Path) -> Record:
    (path,) = out.glob("*.jsonl")
    return read(path)


def outcomes(record: Record) -> dict[str, str]:
    return {line["id"]: line["outcome"] for line in record.scenarios}


def told_of_itself(record: Record, what: str) -> list[int]:
    """What the driver said about itself when it connected for each scenario, in the order of the record."""
    found = []
    for line in record.scenarios:
        answers: list[Any] = [moment["answer"] for moment in line["transcript"] if "answer" in moment]
        found.append(next(answer[what] for answer in answers if what in answer))
    return found


def run(corpus: Path, out: Path, *more: str, command: tuple[str, ...] = TELLING) -> Record:
    told = mucspec(*command, "--scenarios", corpus, "--out", out, *more)
    assert told.status == 0, told.err
    return record_in(out)


PASSED = dict.fromkeys(THREE, "pass")


def test_a_run_writes_its_record_and_its_report(corpus: Path, tmp_path: Path) -> None:
    """The record is whole; report.html and what --format adds lie beside it; stdout has the summary."""
    args = ("--scenarios", corpus, "--out", tmp_path, "--format", "junit,markdown")
    told = mucspec("run", "reference", *args)
    assert told.status == 0
    record = record_in(tmp_path)
    assert (record.broken, outcomes(record)) == (False, PASSED)
    assert {path.suffix for path in tmp_path.iterdir()} == {".jsonl", ".html", ".xml", ".md"}
    assert "3 of 3" in told.out


def test_the_repeat_command_repeats_just_this_scenario(corpus: Path, tmp_path: Path) -> None:
    """It names the driver and the folder of scenarios, and runs as it stands."""
    record = run(corpus, tmp_path / "out")
    program, *arguments = shlex.split(record.scenarios[1]["repeat"])
    assert program == "mucspec"
    assert mucspec(*arguments, "--out", tmp_path / "again").status == 0
    assert outcomes(record_in(tmp_path / "again")) == {"b/renames": "pass"}


def test_one_process_serves_many_scenarios_unless_isolated(corpus: Path, tmp_path: Path) -> None:
    """With --isolate every scenario has a process of its own; the outcomes are equal."""
    together = run(corpus, tmp_path / "together")
    alone = run(corpus, tmp_path / "alone", "--isolate")
    assert len(set(told_of_itself(together, "pid"))) == 1
    assert len(set(told_of_itself(alone, "pid"))) == 3
    assert outcomes(together) == outcomes(alone) == PASSED


def test_jobs_bound_how_many_scenarios_are_in_flight(corpus: Path, tmp_path: Path) -> None:
    """As many as driver.toml says, here more than two, or at most as many as --jobs says."""
    reference = ("run", "reference", *TELLING[1:])
    free = run(corpus, tmp_path / "free", command=reference)
    bound = run(corpus, tmp_path / "bound", "--jobs", "2", command=reference)
    single = run(corpus, tmp_path / "single", "--jobs", "1", command=reference)
    assert max(told_of_itself(free, "open")) == 3
    assert max(told_of_itself(bound, "open")) == 2
    assert max(told_of_itself(single, "open")) == 1
    assert outcomes(free) == outcomes(bound) == outcomes(single) == PASSED


def test_a_seed_shuffles_the_playing_and_not_the_record(corpus: Path, tmp_path: Path) -> None:
    """The record keeps its order and says the seed; the scenarios were played in the order that the seed gives."""
    record = run(corpus, tmp_path, "--seed", "7")
    places = [0, 1, 2]
    Random(7).shuffle(places)
    assert places != [0, 1, 2]
    assert list(outcomes(record)) == list(THREE)
    assert told_of_itself(record, "nth") == [places.index(place) + 1 for place in range(3)]
    assert record.header["seed"] == 7


def test_repeat_plays_everything_so_many_times(corpus: Path, tmp_path: Path) -> None:
    """Each time has lines of its own, with its number; the header says how often."""
    record = run(corpus, tmp_path, "--repeat", "2")
    assert [(line["id"], line["repeat_no"]) for line in record.scenarios] == [(i, n) for n in (1, 2) for i in THREE]
    assert record.header["repeat"] == 2


def test_shards_are_the_whole_and_report_merges_them(corpus: Path, tmp_path: Path) -> None:
    """Every scenario is in one shard; the merged report has them all, and one client."""
    shards = [run(corpus, tmp_path / f"{n}", "--shard", f"{n}/2") for n in (1, 2)]
    assert sorted(line["id"] for record in shards for line in record.scenarios) == sorted(THREE)
    assert [len(record.scenarios) for record in shards] == [2, 1]
    merged = mucspec("report", tmp_path / "1", tmp_path / "2", "--format", "markdown", "--out", "-")
    assert merged.status == 0
    assert [line.split("|")[2:4] for line in merged.out.splitlines() if "tells-of-itself" in line] == [
        [" 3 ", " 3 of 3 (100 %) "]
    ]


def test_report_writes_each_format_where_it_is_told_to(corpus: Path, tmp_path: Path) -> None:
    """One format into a file, several into a folder."""
    run(corpus, tmp_path / "out")
    assert mucspec("report", tmp_path / "out", "--format", "junit", "--out", tmp_path / "a.xml").status == 0
    assert mucspec("report", tmp_path / "out", "--format", "html,badge", "--out", tmp_path / "all").status == 0
    assert (tmp_path / "a.xml").read_text("utf-8").startswith("<?xml")
    assert {path.name for path in (tmp_path / "all").iterdir()} == {"report.html", "badge.svg"}


def test_diff_tells_a_regression_and_ends_with_1(corpus: Path, tmp_path: Path) -> None:
    """What passed and became unsupported is a regression; the other way round it is a fix."""
    record = run(corpus, tmp_path / "out")
    (old,) = (tmp_path / "out").glob("*.jsonl")
    new = tmp_path / "new.jsonl"
    lines = [json.loads(text) for text in old.read_text("utf-8").splitlines()]
    for line in lines[1:-1]:
        for check in line["checks"]:
            check["outcome"] = "unsupported" if check["id"] == RENAMED else check["outcome"]
    new.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    worse, better = mucspec("diff", old, new, "--json"), mucspec("diff", new, old)
    assert (worse.status, better.status, mucspec("diff", old, old).status) == (1, 0, 0)
    assert json.loads(worse.out)["regressions"] == [{"id": RENAMED, "old": "pass", "new": "unsupported"}]
    assert f"{RENAMED}: unsupported -> pass" in better.out
    assert record.name in better.out


# known failures


def with_known(habit: str, corpus: Path, out: Path, *more: str) -> Told:
    return mucspec(
        "run", "reference", "--driver", MINIATURE + habit, "--scenarios", corpus, "--out", out, *more, cwd=out.parent
    )


def test_a_list_of_known_failures_from_its_writing_to_its_end(corpus: Path, tmp_path: Path) -> None:
    """Failing is 1; the update writes ./mucspec-known.toml; then it is as expected; once it passes, 1 and loud."""
    out = tmp_path / "out"
    assert with_known("throws", corpus, out).status == 1
    written = with_known("throws", corpus, out, "--update-known")
    assert (written.status, "mucspec-known.toml: 1 added, 0 taken out" in written.out) == (0, True)
    assert RENAMED in (tmp_path / "mucspec-known.toml").read_text("utf-8")
    assert with_known("throws", corpus, out).status == 0
    assert outcomes(record_in(out))["b/renames"] == "known"
    mended = with_known("honest", corpus, out)
    assert (mended.status, outcomes(record_in(out))["b/renames"]) == (1, "fixed")
    assert "it no longer fails: take it from the list" in mended.out
    taken = with_known("honest", corpus, out, "--update-known")
    assert (taken.status, "0 added, 1 taken out" in taken.out) == (0, True)
    assert with_known("honest", corpus, out).status == 0


def test_a_pattern_that_names_nothing_that_fails_is_told(corpus: Path, tmp_path: Path) -> None:
    """Where every check that it names passes, stderr says which entry to take out, and the status is 1."""
    known = tmp_path / "known.toml"
    known.write_text('[[known]]\ncheck = "b/*"\nreason = "renaming was broken"\n', "utf-8")
    told = with_known("honest", corpus, tmp_path / "out", "--known", str(known))
    assert told.status == 1
    assert f"{known}: b/*: nothing that this entry names fails any more" in told.err


# Ctrl-C


def said_through(pipe: Path) -> str:
    """What somebody writes into a named pipe; fails if nobody does."""
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert select.select([end], [], [], 60)[0]
        return os.read(end, 100).decode()
    finally:
        os.close(end)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_interrupted_run_ends_its_driver_and_leaves_a_record_without_footer(corpus: Path, tmp_path: Path) -> None:
    """Exit status 130, one line on stderr, the driver is gone, and what was played is in the record."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    args = ["run", "--driver", MINIATURE + "calls-out", "--timeout-factor", "20", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [*START, *args, "--scenarios", str(corpus)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(MINIATURE_PIPE=str(pipe)),
    ) as program:
        try:
            driver = int(said_through(pipe))  # once it stands in the middle of the second scenario
            assert runs(driver)
            program.send_signal(signal.SIGINT)
            _, err = program.communicate(timeout=30)
        finally:
            program.kill()
    assert program.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "mucspec: interrupted"
    assert not runs(driver)
    record = record_in(tmp_path / "out")
    assert (record.broken, outcomes(record)) == (True, {"a/joins": "pass"})

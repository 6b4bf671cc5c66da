"""Time that passes: the moments in memory, the steps on the wire, the clock of another process, and none of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred

from harness import faketime
from harness.catalogue import SCENARIOS
from harness.clients import Client, read_driver
from harness.ground import Ground
from harness.load import load_all
from harness.model import Outcome, Verdict
from harness.runner import Job, Options, Run
from reports.record import read

from .program import mucspec

TIMER = """
import asyncio, sys, threading
async def main():
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    def fire():
        print("rang", flush=True)
        over.set()
    loop.call_later(600, fire)
    def read():
        for _ in sys.stdin:
            loop.call_soon_threadsafe(print, "heard")
    threading.Thread(target=read, daemon=True).start()
    print("ready", flush=True)
    await over.wait()
asyncio.run(main())
"""


class Noted:
    """A clock that notes what it was told."""

    def __init__(self, log: list[str]) -> None:
        self._log = log

    def advance(self, seconds: float) -> None:
        self._log.append(f"{seconds:g}")


def passed(*, something: bool) -> list[str]:
    """What is done in what order while 150 s pass."""
    log: list[str] = []

    async def look() -> bool:
        log.append("look")
        return something

    async def settle() -> None:
        log.append("settle")

    asyncio.run(faketime.advance(150, [Noted(log)], look, settle))
    return log


def test_time_passes_in_steps_and_the_client_hears_something_before_its_timers() -> None:
    """In each step the clocks come first, then the byte that wakes; what came of it is waited for, at the end again."""
    step = ["look", "settle"]
    assert passed(something=True) == ["60", *step, "60", *step, "30", *step, "settle"]


def test_nothing_is_waited_for_where_nothing_came_of_a_step() -> None:
    """Hours of silence are cheap."""
    assert passed(something=False) == ["60", "look", "60", "look", "30", "look", "settle"]


def test_in_memory_everything_happens_at_its_time() -> None:
    """One after the other, what is due only later not at all, and at last the end itself."""
    due = [5.0, 7.0, 30.0]

    def next_timer() -> float | None:
        return due[0] if due else None

    seen = []
    for moment in faketime.moments(0, 20, next_timer):
        seen.append(moment)
        due = [when for when in due if when > moment]
    assert seen == [5.0, 7.0, 20.0]


def test_only_scenarios_with_an_advance_need_a_clock() -> None:
    """They are those under scenarios/time, as long as no other topic has one."""
    clocked = {scenario.topic for scenario in load_all(about_service=False) if faketime.advances(scenario)}
    assert clocked == {"time"}


@pytest.mark.skipif(faketime.library() is None, reason=faketime.MISSING)
def test_a_timer_of_another_process_rings_when_its_clock_is_put_forward() -> None:
    """Ten minutes later, once a byte has come in: nobody waits for them."""
    with faketime.hand() as hand:
        assert hand is not None
        with subprocess.Popen(
            [sys.executable, "-c", TIMER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **hand.environment},
        ) as process:
            assert process.stdin and process.stdout
            assert process.stdout.readline() == "ready\n"
            hand.advance(300)
            hand.advance(301)
            told, _ = process.communicate("wake up\n", timeout=60)
    assert "rang" in told.split()  # the line is heard before it, or not at all any more: then the loop is over


def test_without_the_library_such_scenarios_are_skipped_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record says what is missing and how to get it; nothing fails."""
    monkeypatch.setenv(faketime.VARIABLE, str(tmp_path / "nothing"))
    assert faketime.library() is None
    told = mucspec("run", "reference", "-k", "time/silence", "--out", tmp_path, MUCSPEC_FAKETIME="/nowhere")
    assert told.status == 0, told.err
    (record,) = map(read, tmp_path.glob("*.jsonl"))
    silences = {line["outcome"] for line in record.scenarios}
    assert silences == {"skipped"}
    assert {line.get("why") for line in record.scenarios} == {"libfaketime is not installed: apt install faketime"}


def test_for_a_program_with_a_clock_of_its_own_they_are_skipped_by_name(tmp_path: Path) -> None:
    """Its driver.toml says so, whether libfaketime is there or not; such a program is not even started."""
    path = tmp_path / "driver.toml"
    path.write_text('[driver]\nname = "gochat"\ncommand = ["/nowhere/gochat"]\nclock = "own"\n')
    driver = read_driver(path)
    assert driver is not None
    silence = next(s for s in load_all(SCENARIOS / "time", about_service=False) if faketime.advances(s))
    told: list[Verdict] = []
    ground = Ground(None, None, patience=1)
    run = Run(Client(driver), driver.command, ground=ground, options=Options())
    over = Deferred.fromCoroutine(
        run.play_in_time(deque([Job(0, silence)]), lambda _, played: told.append(played.verdict))
    )
    assert over.called and over.result is None
    assert [(verdict.outcome, verdict.why) for verdict in told] == [(Outcome.SKIPPED, faketime.DEAF)]


def test_the_variable_names_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is; the processes get it in front of what is preloaded anyway."""
    library = tmp_path / "libfaketime.so.1"
    library.touch()
    monkeypatch.setenv(faketime.VARIABLE, str(library))
    monkeypatch.setenv("LD_PRELOAD", "other.so")
    assert faketime.library() == library
    with faketime.hand() as hand:
        assert hand is not None
        assert hand.environment["LD_PRELOAD"] == f"{library} other.so"

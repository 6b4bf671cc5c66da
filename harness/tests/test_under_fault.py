"""Claims about `mucspec run --fault`: the same goes wrong in every scenario, and mucspec itself stays right."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.under_fault import lenient
from mockserver.wire_faults import OF_LINKS
from reports.record import ScenarioLine, read

from .program import START, environment

WORDS = {name: f"{name} message" for name in OF_LINKS} | {"stream-error": "stream-error condition=conflict message"}
FEW = "leaving/stream_is_lost or joining/occupants_are_listed or history/of_the_room"


def run(out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [*START, "run", "reference", "--out", str(out), *more]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=120, check=False)


@pytest.mark.parametrize("fault", [*OF_LINKS, "flood"])
def test_no_link_fault_is_an_error_of_mucspec(tmp_path: Path, fault: str) -> None:
    """What fails is told as robustness and does not count; the record says under what, and where it acted."""
    words = WORDS.get(fault, "flood message")
    told = run(tmp_path, "--fault", words, "-k", FEW)
    (path,) = tmp_path.glob("*.jsonl")
    record = read(path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert record.header["faults"] == [words]
    assert {line["outcome"] for line in record.scenarios} <= {"pass", "fail"}
    acted = {moment["fault"] for line in record.scenarios for moment in line["transcript"] if "fault" in moment}
    assert acted == {fault}
    assert all(f"--fault '{words}'" in line["repeat"] for line in record.scenarios)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (("--fault", "drp"), "mucspec: no fault 'drp' (did you mean 'drop'?)"),
        (("--fault", "drop", "--update-known"), "--update-known means nothing with --fault"),
    ],
)
def test_what_means_nothing_is_refused(tmp_path: Path, more: tuple[str, ...], complaint: str) -> None:
    """Status 2 and one line."""
    told = run(tmp_path, *more)
    assert (told.returncode, complaint in told.stderr) == (2, True), told.stderr


def test_a_server_that_is_told_no_fault_says_so_and_ends() -> None:
    """One line, status 3."""
    command = [*START, "serve", "--port", "0", "--fault", "reset now"]
    told = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60, check=False)
    assert (told.returncode, told.stderr.count("\n")) == (3, 1)
    assert told.stderr.startswith("mucspec: --fault: reset now: nobody is here yet")


def test_where_no_fault_acted_a_line_is_as_ever() -> None:
    """Only what a fault had a hand in is weighed otherwise; a crash stays one."""
    checks = [{"row": 1, "class": "violation"}, {"row": 2, "class": "crash"}]
    line: ScenarioLine = {"checks": checks, "transcript": [{"t": 0.0, "dir": "note", "text": "x"}]}  # type: ignore[typeddict-item]
    assert lenient(line, "1") is line
    hit: ScenarioLine = {**line, "transcript": [{"t": 0.0, "dir": "note", "fault": "drop", "text": "x"}]}
    assert [check["class"] for check in lenient(hit, "1")["checks"]] == ["robustness", "crash"]

"""The agreement table: what stands in it for which outcomes, and in which order."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest

from harness.fidelity.servers import Launch, NotHere, Server, running
from harness.fidelity.table import as_json, as_markdown, compare
from reports.record import Header, Record, ScenarioLine

ENTER, SPEAK, LEAVE = "xep-0045/7.1-1", "xep-0045/7.4-3", "xep-0045/7.14-1"


def line(name: str, *checks: tuple[str, str], outcome: str = "pass", requirements: tuple[str, ...] = ()) -> Any:
    graded = [{"requirement": requirement, "outcome": ended} for requirement, ended in checks]
    return {"id": f"service/{name}", "outcome": outcome, "checks": graded, "requirements": list(requirements)}


def record(name: str, *lines: Any) -> Record:
    header = cast(Header, {"client": {"name": name, "version": "1", "language": ""}, "personality": "server"})
    return Record(header, cast("tuple[ScenarioLine, ...]", lines))


def test_disagreements_come_first_and_name_their_scenarios() -> None:
    """A failing mock, then what both others fail, then where one fails, then the rest."""
    mock = record("mock", line("a", (ENTER, "pass"), (SPEAK, "fail")), line("b", (LEAVE, "pass")))
    one = record("one", line("a", (ENTER, "fail"), (SPEAK, "pass")), line("b", (LEAVE, "pass")))
    two = record("two", line("a", (ENTER, "fail"), (SPEAK, "pass")), line("b", (LEAVE, "pass")))
    found = compare({"mock": mock, "one": one, "two": two})
    assert [(row.requirement, row.kind) for row in found.rows] == [
        (SPEAK, "alone"),
        (ENTER, "against"),
        (LEAVE, "rest"),
    ]
    assert found.rows[1].outcomes == ("pass", "fail", "fail")
    assert found.rows[1].failed == {"one": ["service/a"], "two": ["service/a"]}


def test_one_failing_row_makes_the_requirement_fail() -> None:
    """Whatever other rows about it say; and it is a split where the other server passes."""
    mock, two = (record(name, line("a", (ENTER, "pass"))) for name in ("mock", "two"))
    one = record("one", line("a", (ENTER, "pass")), line("b", (ENTER, "fail")))
    (row,) = compare({"mock": mock, "one": one, "two": two}).rows
    assert (row.outcomes, row.kind) == (("pass", "fail", "pass"), "split")


def test_what_was_not_played_counts_for_all_its_requirements() -> None:
    """A scenario without checks gives its own outcome; a server that was not there gives none."""
    mock = record("mock", line("a", (ENTER, "pass"), (SPEAK, "pass")))
    one = record("one", line("a", outcome="unsupported", requirements=(ENTER, SPEAK)))
    found = compare({"mock": mock, "one": one, "two": None}, ["two is not installed"])
    assert {row.outcomes for row in found.rows} == {("pass", "unsupported", "-")}
    assert "**Left out: two is not installed**" in as_markdown(found)


def test_the_table_for_programs_has_every_requirement() -> None:
    """With its level, the outcome of each server by name and version, and totals."""
    mock = record("mock", line("a", (ENTER, "pass")))
    one = record("one", line("a", (ENTER, "fail")))
    told = json.loads(as_json(compare({"mock": mock, "one": one})))
    assert told["requirements"][ENTER]["outcomes"] == {"mock 1": "pass", "one 1": "fail"}
    assert told["requirements"][ENTER]["failed"] == {"one": ["service/a"]}
    assert told["totals"] == {"mock 1": {"pass": 1}, "one 1": {"fail": 1}}


async def _starts(server: Server) -> int:
    async with running(server) as port:
        return port


def test_a_server_that_is_not_installed_is_named() -> None:
    """And nothing is started."""
    server = Server("ballad", "no-such-program-of-all", lambda folder, port: Launch((), ""))
    with pytest.raises(NotHere, match="ballad is not installed: there is no no-such-program-of-all"):
        asyncio.run(_starts(server))


def test_a_server_that_does_not_start_is_named_with_its_last_words() -> None:
    """It is ended, and its folder is gone."""
    folders: list[Path] = []

    def prepare(folder: Path, port: int) -> Launch:
        folders.append(folder)
        return Launch(("sh", "-c", "echo no port for me"), "ready")

    with pytest.raises(NotHere, match="its last words: no port for me"):
        asyncio.run(_starts(Server("ballad", "sh", prepare)))
    assert not folders[0].exists()

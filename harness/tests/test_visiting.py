"""`mucspec run --server`: the scenarios about services over sockets, against our own server as somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.visiting.names import VisitNames
from reports.record import Record, ScenarioLine, read

from .program import Told, mucspec
from .visited import CORPUS, There, served

DOMAIN = ("--domain", "mucspec.invalid")
GIVEN = ("--account", "ann@mucspec.invalid:one", "--account", "bob@mucspec.invalid:two")


@pytest.fixture(scope="module")
def house() -> Iterator[There]:
    """A server with TLS, where accounts can be made."""
    with served("--open-registration", *GIVEN) as there:
        yield there


def visited(there: There, out: Path, *options: str) -> tuple[Told, Record]:
    told = mucspec("run", "--server", there.address, "--scenarios", CORPUS, "--out", out, *options)
    (path,) = out.glob("*.jsonl")
    return told, read(path)


def by_name(record: Record) -> dict[str, ScenarioLine]:
    return {line["id"].removeprefix("service/"): line for line in record.scenarios}


def test_accounts_are_registered_and_every_row_is_judged(house: There, tmp_path: Path) -> None:
    """Over STARTTLS, whose CA is given: what passes, what fails, what is out of reach and what is not offered."""
    assert house.ca
    told, record = visited(house, tmp_path, *DOMAIN, "--ca", house.ca)
    outcomes = {name: line["outcome"] for name, line in by_name(record).items()}
    assert outcomes == {
        "fails": "fail",
        "in_turn": "pass",
        "moves_the_clock": "skipped",
        "no_such_field": "unsupported",
        "passes": "pass",
        "two_sessions": "pass",
        "written_out": "pass",
    }
    assert told.status == 1
    assert record.header["client"]["library"] == "mucspec"
    assert (tmp_path / "report.html").is_file()


def test_the_record_says_why_and_how_to_repeat(house: There, tmp_path: Path) -> None:
    """What is left out has its reason; a failure has its nearest stanza, a transcript, and the command."""
    _, record = visited(house, tmp_path, *DOMAIN, "--insecure")
    lines = by_name(record)
    assert "advance" in lines["moves_the_clock"].get("why", "")
    assert "x-ballad" in lines["no_such_field"].get("why", "")
    (check,) = [check for check in lines["fails"]["checks"] if check["outcome"] == "fail"]
    assert "<body>Here</body>" in check.get("closest", "")
    directions = {moment["dir"] for moment in lines["fails"]["transcript"]}
    assert {"in", "out", "command"} <= directions
    assert f"--server {house.address}" in lines["fails"]["repeat"]
    assert "--insecure" in lines["fails"]["repeat"]


def test_rooms_of_two_runs_do_not_meet(house: There, tmp_path: Path) -> None:
    """Who makes a room makes it every time, although no table names it."""
    for run in ("one", "two"):
        _, record = visited(house, tmp_path / run, *DOMAIN, "--insecure", "-k", "written_out")
        assert by_name(record)["written_out"]["outcome"] == "pass"


def test_given_accounts_are_used_as_far_as_they_go(house: There, tmp_path: Path) -> None:
    """Two accounts play what two actors need; their domain is the server's; no password is in the record."""
    _, record = visited(house, tmp_path, *GIVEN, "--insecure", "-k", "passes or two_sessions")
    assert {name: line["outcome"] for name, line in by_name(record).items()} == {
        "passes": "pass",
        "two_sessions": "pass",
    }
    (path,) = tmp_path.glob("*.jsonl")
    text = path.read_text("utf-8")
    assert "ann@mucspec.invalid" in text
    assert "mucspec.invalid:one" not in text


def test_too_few_accounts_are_told(house: There, tmp_path: Path) -> None:
    """One account for two actors: the scenario is skipped, and says how many it needs."""
    told, record = visited(house, tmp_path, *GIVEN[:2], "--insecure", "-k", "passes")
    line = by_name(record)["passes"]
    assert (line["outcome"], line.get("why")) == ("skipped", "it needs 2 accounts, and 1 were given")
    assert told.status == 0


def test_where_nobody_can_register_everybody_is_anonymous(tmp_path: Path) -> None:
    """Without TLS, too; two sessions of one account are then not to be had."""
    with served("--anonymous", "--no-tls") as there:
        _, record = visited(there, tmp_path, *DOMAIN, "-k", "passes or two_sessions")
    lines = by_name(record)
    assert (lines["passes"]["outcome"], lines["two_sessions"]["outcome"]) == ("pass", "skipped")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--server", "nonsense"), "HOST:PORT"),
        (("--server", "127.0.0.1:1"), "cannot log in at 127.0.0.1"),
        (("--server", "127.0.0.1:1", "--account", "ann"), "JID:PASSWORD"),
        (("--server", "127.0.0.1:1", "slixmpp"), "name no CLIENT"),
        (("--server", "127.0.0.1:1", "--repeat", "2"), "--repeat means nothing with --server"),
        (("slixmpp", "--account", "ann@localhost:one"), "--account means nothing without --server"),
    ],
)
def test_what_cannot_be_visited_is_told_in_one_line(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """With the remedy where there is one; nothing is played."""
    told = mucspec("run", *options, "--scenarios", CORPUS, "--out", tmp_path)
    assert said in told.complaint
    assert told.status in (2, 3)


def test_a_certificate_that_nobody_vouches_for_is_refused(house: There, tmp_path: Path) -> None:
    """Neither --ca nor --insecure: there is no session."""
    told = mucspec("run", "--server", house.address, *DOMAIN, "--scenarios", CORPUS, "--out", tmp_path)
    assert told.status == 3
    assert "cannot log in" in told.complaint


def test_names_of_a_visit_keep_scenarios_apart() -> None:
    """Rooms have the suffix, also those that a text writes out; accounts are as they were given."""
    names = VisitNames("example.org", "rooms.example.org", {"Fluellen": "ann@example.org"}, "x7")
    assert names.account("Fluellen/phone") == "ann@example.org"
    assert names.room("Harfleur") == "harfleur-x7@rooms.example.org"
    assert names.room("a@b.example") == "a@b.example"
    assert names.localized("to='south.wark@${muc}/nym' ${muc}") == "to='south.wark-x7@${muc}/nym' ${muc}"

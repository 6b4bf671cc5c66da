"""Help, the lists for people and programs, and what `doctor` finds."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from harness.cli import COMMANDS, cli
from harness.clients import drivers
from harness.own import own_version

from .program import mucspec

ALL = [(name,) for name in COMMANDS] + [("driver", "check")]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    """Its help says what it does and shows at least one whole command line."""
    told = CliRunner().invoke(cli, [*words, "--help"], prog_name="mucspec")
    assert told.exit_code == 0, told.output
    assert f"  mucspec {' '.join(words)}" in told.output.split("\n", 2)[2]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_option_says_what_it_does_or_what_it_takes(words: tuple[str, ...]) -> None:
    """No option without help, but those whose default says it all."""
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    silent = [o.opts[-1] for o in command.params if isinstance(o, click.Option) and not o.help and not o.show_default]
    assert silent == []


def test_the_program_lists_its_commands_and_its_version() -> None:
    """The real program: help names every command, and the version is the package's."""
    told = mucspec("--help")
    assert told.status == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in told.out] == []
    assert mucspec("--version").out == f"mucspec {own_version()}\n"


def test_clients_are_listed_with_what_they_need() -> None:
    """Every driver of the package is there; the reference client is mucspec's own version and always installed."""
    told = CliRunner().invoke(cli, ["clients", "--json"])
    rows = {row["name"]: row for row in json.loads(told.output)}
    assert set(rows) == set(drivers())
    assert rows["reference"]["installed"] == [rows["reference"]["version"]] == [own_version()]
    assert all(row["language"] and row["python"] for row in rows.values())
    plain = CliRunner().invoke(cli, ["clients"]).output.splitlines()
    assert [line.split()[0] for line in plain] == ["CLIENT", *rows]


def test_coverage_prints_totals_and_documents() -> None:
    """The shape that other programs read, and the list of one subject for people."""
    told = json.loads(CliRunner().invoke(cli, ["coverage", "--json"]).output)
    assert set(told["totals"]) == {"client", "service", "seeds"}
    assert set(told["documents"]["xep-0045"]) == {"client", "service"}
    assert set(told["totals"]["client"]) == {"covered", "excluded", "untested"}
    listed = CliRunner().invoke(cli, ["coverage", "--subject", "client"]).output.splitlines()
    assert len(listed) == sum(told["totals"]["client"].values())


def test_the_doctor_tells_what_is_missing_with_the_remedy() -> None:
    """Where no program can be found the servers and the browser are missing; mucspec itself still works."""
    told = mucspec("doctor", "--json", PATH="", MUCSPEC_CACHE="/dev/null/nowhere")
    findings = {finding["name"]: finding for finding in json.loads(told.out)}
    missing = {name for name, finding in findings.items() if finding["outcome"] == "missing"}
    assert {"prosody", "ejabberd", "browser", "cache"} <= missing
    assert all(findings[name]["remedy"] for name in missing)
    assert "MUCSPEC_CACHE" in findings["cache"]["remedy"]
    assert findings["loopback"]["outcome"] == "ok"
    assert told.status == 0

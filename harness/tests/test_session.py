"""The order of a run, its header's name for a file, and the command that repeats a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clients import Client, Driver
from harness.lines import Hello
from harness.running import wanted_clients
from harness.session import Plan, arguments
from harness.storing import file_name, free

HELLO = Hello("mini", "mini", "1.17.0", "python", (), ())
PACKAGED = Driver("slixmpp", Path(), command=("x",), packages=("slixmpp=={version}",))


def plan(client: Client, *again: str) -> Plan:
    return Plan(client, ["x"], [], Path(), again=again)


def test_a_client_is_repeated_in_the_version_that_was_loaded() -> None:
    """Whatever version was asked for: the newest of today may be another tomorrow."""
    for asked in ("", "1.17.0"):
        assert arguments(plan(Client(PACKAGED, asked)), HELLO) == ["slixmpp==1.17.0"]


def test_a_source_tree_an_environment_and_a_driver_are_repeated_as_they_were_named() -> None:
    """A version would mean something else there."""
    tree = Client(PACKAGED, path=Path("/src"))
    assert arguments(plan(tree), HELLO) == ["slixmpp@/src"]
    assert arguments(plan(Client(PACKAGED), "slixmpp", "--env", ".venv"), HELLO) == ["slixmpp", "--env", ".venv"]
    assert arguments(plan(Client(Driver("mini", Path())), "--driver", "node x.js"), HELLO) == ["--driver", "node x.js"]


@pytest.mark.parametrize(
    ("name", "version", "file"),
    [("slixmpp", "1.17.0", "slixmpp-1.17.0"), ("my lib", "1/2", "my_lib-1_2"), ("x", "", "x"), ("x", "1+g", "x-1+g")],
)
def test_a_record_is_named_for_its_client(name: str, version: str, file: str) -> None:
    """Nothing in it that a file name cannot have."""
    assert file_name(name, version) == file


def test_no_record_is_written_over_another_of_the_same_command() -> None:
    """A source tree may have the version that was asked for beside it."""
    taken: set[Path] = set()
    names = [free(Path("out/slixmpp-1.17.0.jsonl"), taken).name for _ in range(3)]
    assert names == ["slixmpp-1.17.0.jsonl", "slixmpp-1.17.0-2.jsonl", "slixmpp-1.17.0-3.jsonl"]


def test_a_client_that_is_named_twice_runs_once() -> None:
    """With its default version, and without."""
    default = wanted_clients(["slixmpp"], "")[0].driver.default_version
    found = wanted_clients(["slixmpp", f"slixmpp=={default}", "slixmpp", "slixmpp==1.10.0"], "")
    assert [client.argument for client in found] == ["slixmpp", "slixmpp==1.10.0"]

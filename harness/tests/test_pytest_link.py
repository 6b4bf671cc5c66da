"""The process behind the plug-in: whatever goes wrong there is told, and nobody waits for ever."""

from __future__ import annotations

import ast
import os
import signal
from collections.abc import Iterator

import pytest

from mucspec_pytest.link import Link, MucspecError

from .program import TREE, runs

OURS = {"harness", "mockserver", "reports"}


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    """A process; most tests ask it something."""
    made = Link()
    yield made
    made.close()


def test_a_request_that_there_is_none_of_is_answered(link: Link) -> None:
    """A mistake of ours is an answer, not silence; the process goes on."""
    with pytest.raises(MucspecError, match="mucspec itself broke: KeyError: 'nonsense'"):
        link.call("nonsense")
    assert link.call("client", client="reference", driver="") == "reference"


def test_what_is_asked_before_there_is_a_server_is_answered(link: Link) -> None:
    """The requests to a server need one."""
    with pytest.raises(MucspecError, match="there is no server"):
        link.call("occupants", room="a@b")


def test_who_waits_for_a_process_that_dies_is_told() -> None:
    """With its exit status; asking again says the same."""
    link = Link()
    address = link.call("serve", domain="localhost", muc_domain="", tls=False)
    room = link.call("open", name="lounge", setup={})
    waiting = link.ask("wait", room=room, what="there", wanted={"nick": "nym"}, since=0, within=60)
    os.kill(link.pid, signal.SIGKILL)
    for asked in (waiting, link.ask("mark")):
        with pytest.raises(MucspecError, match=r"mucspec's process is gone"):
            asked.result(60)
    link.close()
    assert address["ca"] == "" and not runs(link.pid)


def test_what_pytest_imports_imports_nothing_of_ours() -> None:
    """In somebody else's repository `harness` may be theirs: only the process apart may import it."""
    modules = {path.name: ast.parse(path.read_text("utf-8")) for path in (TREE / "mucspec_pytest").glob("*.py")}
    nodes = [(name, node) for name, tree in modules.items() for node in ast.walk(tree)]
    named = {(name, alias.name) for name, node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {(name, node.module or "") for name, node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    assert ("link.py", "subprocess") in named
    assert [pair for pair in named if pair[1].partition(".")[0] in OURS] == []

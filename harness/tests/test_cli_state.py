"""`mucspec serve` and the disk, as a program: with `--state` in one line where it cannot be, without it nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from .killed import archived
from .lasting import ROOMS, Client, Server, enter, logged_in
from .ledger import Cell, Ledger, configuration
from .program import environment, mucspec

OPEN = ["serve", "--no-tls", "--port", "0", "--quiet", "--ready-json"]
WATCHED = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MAKES = {"os.mkdir", "os.rename", "os.link", "os.symlink", "sqlite3.connect", "tempfile.mkstemp"}
def hook(event, args):
    if (event == "open" and isinstance(args[2], int) and args[2] & WRITES) or event in MAKES:
        sys.stderr.write(f"{event} {args[0]}\\n")
sys.addaudithook(hook)
from harness.cli import main
main()
"""


def test_without_state_nothing_is_written_but_the_certificate_of_the_authority(tmp_path: Path) -> None:
    """Whoever talks to it: all that the program opens for writing is the folder and the file that clients trust."""
    env = environment(TMPDIR=str(tmp_path), HOME=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    args = [sys.executable, "-c", WATCHED, "serve", "--port", "0", "--quiet", "--ready-json"]
    with subprocess.Popen(
        args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=tmp_path
    ) as program:
        assert program.stdout is not None
        ready = json.loads(program.stdout.readline())
        with closing(Client(int(ready["addresses"]["c2s"].rpartition(":")[2]), "pistol")) as client:
            enter(client)
            client.ask(f"<iq type='set' id='q' to='{ROOMS[0]}'>{configuration('Eastcheap')}</iq>")
        program.terminate()
        _, told = program.communicate(timeout=30)
    ca = Path(ready["ca"])
    probe = re.compile(rf"open {tmp_path}/[a-z0-9_]{{8}}")  # Python's, whether the folder of the system can be used
    written = [line for line in told.splitlines() if not probe.fullmatch(line)]
    assert written == [f"os.mkdir {ca.parent}", f"open {ca}"]
    assert list(tmp_path.iterdir()) == []


def test_the_watch_over_the_disk_sees_what_is_written(tmp_path: Path) -> None:
    """With `--state` the same hook hears of the file."""
    env = environment(PYTHONDONTWRITEBYTECODE="1")
    args = [sys.executable, "-c", WATCHED, *OPEN, "--state", str(tmp_path / "state")]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.terminate()
        _, told = program.communicate(timeout=30)
    assert f"os.mkdir {tmp_path / 'state'}" in told
    assert "sqlite3.connect" in told
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["mucspec.sqlite"]


def test_a_second_server_on_the_folder_says_so_in_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    """Its status is that of what cannot be served."""
    server = Server(tmp_path)
    second = mucspec(*OPEN, "--state", tmp_path)
    assert (second.status, second.out) == (3, "")
    assert "mucspec.sqlite is in use: end the other server, or name another --state" in second.complaint
    with logged_in(server) as clients:
        assert len(clients) == 3
    server.kill()


@pytest.mark.parametrize(
    ("text", "why"), [("a letter", "is damaged (file is not a database)"), ("", "is damaged (it is empty)")]
)
def test_a_file_that_is_not_sound_is_one_line_and_stays(text: str, why: str, tmp_path: Path) -> None:
    """No traceback, no ready line, not a byte changed."""
    file = tmp_path / "mucspec.sqlite"
    file.write_text(text)
    told = mucspec(*OPEN, "--state", tmp_path)
    assert (told.status, told.out) == (3, "")
    assert why in told.complaint
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mucspec.sqlite", text)]


def test_a_server_that_can_write_no_more_ends_and_has_all_that_it_acknowledged(tmp_path: Path) -> None:
    """One line, the status of what cannot be served; the message that did not fit was told to nobody."""
    server, ledger = Server(tmp_path, longest_file=800), Ledger(Random(1))
    with logged_in(server) as (client, *_):
        enter(client)
        while not client.over:
            body = f"{len(ledger.said[ROOMS[0]])} {'x' * 5000}"
            say = f"<message to='{ROOMS[0]}' type='groupchat'><body>{body}</body></message>"
            with suppress(ConnectionError):
                client.sock.sendall(say.encode())
            for element in client.hear():
                ledger.heard(element)
    status, told = server.end()
    assert (status, told.count("\n")) == (3, 1)
    assert "mucspec.sqlite cannot be written: " in told
    server, said = Server(tmp_path), ledger.said[ROOMS[0]]
    with logged_in(server) as (client, *_):
        assert archived(client, ROOMS[0], list(said)) == said
    server.kill()
    assert len(said) > 3


def test_the_ledger_of_the_kills_knows_what_can_be_there() -> None:
    """The last value that was acknowledged, or one that was sent behind it; afterwards what was found, nothing else."""
    for held, possible in (("none", False), ("member", True), ("admin", True), ("owner", False)):
        cell = Cell(["member", "admin"])
        assert (cell.holds(held), cell.holds("outcast")) == (possible, False)

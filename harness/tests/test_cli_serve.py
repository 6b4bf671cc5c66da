"""`mucspec serve` as a program: ready, in use, and ended by Ctrl-C."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .program import START, environment


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    """A server on a free port, that says when it is ready."""
    args = ["serve", "--port", "0", "--ready-json", "--open-registration"]
    with subprocess.Popen(
        [*START, *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as program:
        yield program
        program.kill()


def test_a_server_is_ready_when_it_says_so_and_gone_after_ctrl_c(serving: subprocess.Popen[str]) -> None:
    """One line of JSON with addresses and CA; a stream opens there; Ctrl-C ends it with status 0 and takes the CA."""
    assert serving.stdout is not None
    ready = json.loads(serving.stdout.readline())
    host, _, port = ready["addresses"]["c2s"].rpartition(":")
    assert (ready["ready"], ready["domain"], ready["muc"]) == (True, "localhost", "conference.localhost")
    assert Path(ready["ca"]).is_file()
    with socket.create_connection((host, int(port)), timeout=30) as link:
        link.sendall(b"<stream:stream to='localhost' version='1.0' xmlns='jabber:client'")
        link.sendall(b" xmlns:stream='http://etherx.jabber.org/streams'>")
        heard = b""
        while b"</stream:features>" not in heard:
            piece = link.recv(4096)
            assert piece, heard
            heard += piece
    assert b"http://jabber.org/features/iq-register" in heard
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=30)
    assert (serving.returncode, out) == (0, "")
    assert "Traceback" not in err
    assert not Path(ready["ca"]).exists()

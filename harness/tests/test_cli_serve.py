"""`mucspec serve` as a program: ready, in use, and ended by Ctrl-C."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .program import START, environment

OTHERS = ("direct-tls", "websocket", "websocket-tls", "bosh", "bosh-tls")


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    """A server on a free port, that says when it is ready."""
    others = [word for name in OTHERS for word in (f"--{name}-port", "0")]
    args = ["serve", "--port", "0", *others, "--ready-json", "--open-registration"]
    with subprocess.Popen(
        [*START, *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(MUCSPEC_CONSOLE_TOKEN="for servers with a console"),
    ) as program:
        yield program
        program.terminate()


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


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_a_terminal_that_is_closed_ends_it_in_order(serving: subprocess.Popen[str]) -> None:
    """As Ctrl-C does: the CA does not stay."""
    assert serving.stdout is not None
    ready = json.loads(serving.stdout.readline())
    serving.send_signal(signal.SIGHUP)
    _, err = serving.communicate(timeout=30)
    assert (serving.returncode, "Traceback" in err, Path(ready["ca"]).exists()) == (0, False, False)


def test_each_way_in_is_where_the_ready_line_says(serving: subprocess.Popen[str]) -> None:
    """Direct TLS with the certificate, and WebSocket and BOSH that each of their ports' host-meta names too."""
    assert serving.stdout is not None
    ready = json.loads(serving.stdout.readline())
    addresses = ready["addresses"]
    assert list(addresses) == ["c2s", "c2s-tls", *OTHERS[1:]]
    host, _, port = addresses["c2s-tls"].rpartition(":")
    trust = ssl.create_default_context(cafile=ready["ca"])
    with (
        socket.create_connection((host, int(port)), timeout=30) as link,
        trust.wrap_socket(link, server_hostname="localhost") as secured,
    ):
        assert secured.version() in ("TLSv1.2", "TLSv1.3")
    urls = [addresses[name] for name in OTHERS[1:]]
    for url in urls:
        where = urlsplit(url)
        kind = partial(HTTPSConnection, context=trust) if where.scheme in ("wss", "https") else HTTPConnection
        web = kind(str(where.hostname), where.port, timeout=30)
        web.request("GET", "/.well-known/host-meta.json")
        links = json.load(web.getresponse())["links"]
        web.close()
        assert [link["href"] for link in links] == urls

"""A server for visitors, and what it and they tell of a visit."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ..program import START, environment
from .places import Place

ENTRANCES = {  # transport -> its name in the ready line
    "tcp": "c2s",
    "starttls": "c2s",
    "tls": "c2s-tls",
    "ws": "websocket",
    "wss": "websocket-tls",
    "bosh": "bosh",
    "https": "bosh-tls",
}
PORTS = ("", "direct-tls-", "websocket-", "websocket-tls-", "bosh-", "bosh-tls-")
WITHIN = 60  # seconds; a visit takes one
LINE = re.compile(r"-> \S+  (<(?:presence|message)\b.*)")
TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True, slots=True)
class Server:
    """`mucspec serve`, with what its ready line says."""

    ready: dict[str, Any]
    transcript: Path

    def told(self, room: str) -> list[tuple[str, str, str]]:
        """What came in for this room: kind of stanza, type, and the nickname of who is there.

        Of who leaves it is left out, since not every library says it, and so is a presence that is sent again, as by
        QXmpp.
        """
        found: list[tuple[str, str, str]] = []
        for line in self.transcript.read_text("utf-8").splitlines():
            if match := LINE.fullmatch(line):
                stanza = ElementTree.fromstring(match[1])
                bare, _, nick = stanza.get("to", "").partition("/")
                kind = stanza.get("type", "")
                one = (stanza.tag, kind, "" if kind == "unavailable" else nick)
                if bare == room and not (stanza.tag == "presence" and one in found):
                    found.append(one)
        return found


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server with one account and every way in."""
    ports = [word for name in PORTS for word in (f"--{name}port", "0")]
    command = [*START, "serve", *ports, "--ready-json", "--instant-rooms", "--account", "bot@localhost:secret"]
    transcript = folder / "transcript"
    with (
        transcript.open("w") as stderr,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment()
        ) as program,
    ):
        assert program.stdout is not None
        try:
            yield Server(json.loads(program.stdout.readline()), transcript)
        finally:
            program.terminate()


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of a program: its status, its events without the JID that the server has made, and its complaints."""

    status: int
    events: list[dict[str, str]]
    complaints: str


def visit(server: Server, place: Place, transport: str, room: str, *, trusting: bool = True) -> Visit:
    """Run the program to its end; `trusting`: it knows our authority."""
    env = {**_told(server, transport, room), **place.environment}
    if trusting:
        ca = str(server.ready["ca"])
        env |= {"VISIT_CA": ca, "SSL_CERT_FILE": ca, "SSL_CERT_DIR": str(Path(ca).parent), "NODE_EXTRA_CA_CERTS": ca}
    inherited = {name: value for name, value in os.environ.items() if name not in TRUST}
    ended = subprocess.run(
        place.command,
        env={**inherited, **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=WITHIN,
        check=False,
    )
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    for event in events:
        if event.get("jid", "").startswith("bot@localhost/"):
            event["jid"] = "bot@localhost"
    return Visit(ended.returncode, events, ended.stderr)


def _told(server: Server, transport: str, room: str) -> dict[str, str]:
    where = server.ready["addresses"][ENTRANCES[transport]]
    url = where if "//" in where else ""
    parts = urlsplit(url or f"//{where}")
    return {
        "VISIT_TRANSPORT": transport,
        "VISIT_HOST": str(parts.hostname),
        "VISIT_PORT": str(parts.port),
        "VISIT_URL": url,
        "VISIT_CA": "",
        "VISIT_JID": "bot@localhost",
        "VISIT_PASSWORD": "secret",
        "VISIT_ROOM": room,
    }

"""`mucspec serve --state` as a program, and clients that write to it as fast as it reads."""

from __future__ import annotations

import base64
import re
import selectors
import signal
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, XMLPullParser

from .program import START, environment

MUC = "conference.localhost"
HEADER = (
    "<stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
)
USERS = ("pistol", "gower", "nym")  # each owns a room and speaks in all of them
ROOMS = tuple(f"{user}s@{MUC}" for user in USERS)
PIECE = 1500  # bytes that a client writes at once: many turns of the server lie between first and last


class Server:
    """`mucspec serve --state` as a program."""

    def __init__(self, folder: Path, *, longest_file: int = 0) -> None:
        """`longest_file`, in blocks of 512 bytes, is as much as the program may write to one file."""
        args = ["serve", "--state", str(folder), "--no-tls", "--quiet", "--port", "0", "--ready-json"]
        args += [arg for user in USERS for arg in ("--account", f"{user}@localhost:secret")]
        limit = ["sh", "-c", f'ulimit -f {longest_file}; exec "$@"', "sh"] if longest_file else []
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._program = subprocess.Popen([*limit, *START, *args], **pipes, env=environment(), text=True)
        assert self._program.stdout is not None
        ready = re.search(r'"c2s": "127\.0\.0\.1:(\d+)"', self._program.stdout.readline())
        assert ready, "the server did not start"
        self.port = int(ready[1])

    def kill(self) -> None:
        """As `kill -9` does."""
        self._program.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> tuple[int, str]:
        """The status with which it ended by itself, and what it said on stderr."""
        told = self._program.communicate(timeout=30)[1]
        return self._program.returncode, told


class Client:
    """A logged-in stream. What is heard are whole elements; the last one may have been cut off."""

    def __init__(self, port: int, user: str) -> None:
        self.user = user
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.over = False
        self._parser: Any = XMLPullParser(("start", "end"))  # its stubs know more kinds of events than it gives
        self._depth = 0
        self._waiting = b""
        self._log_in()

    def _log_in(self) -> None:
        data = base64.b64encode(f"\0{self.user}\0secret".encode()).decode()
        self._say(HEADER, "features")
        self._say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{data}</auth>", "success")
        self._parser, self._depth = XMLPullParser(("start", "end")), 0
        self._say(HEADER, "features")
        self._say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "iq")

    def _say(self, text: str, until: str) -> None:
        self.sock.sendall(text.encode())
        while not any(_name(heard) == until for heard in self.hear()):
            assert not self.over, f"the server ended the stream before {until}"

    def hear(self) -> list[Element]:
        """What became complete by the next piece of the stream; none where it is over."""
        try:
            piece = self.sock.recv(65536)
        except ConnectionError:
            piece = b""
        self.over = not piece
        self._parser.feed(piece)
        return list(self._complete())

    def _complete(self) -> Iterator[Element]:
        for what, element in self._parser.read_events():
            self._depth += 1 if what == "start" else -1
            if what == "end" and self._depth == 1:
                yield element

    def close(self) -> None:
        self.sock.close()

    def ask(self, iq: str) -> tuple[list[Element], Element]:
        """Send this request (its id is `q`); what is heard until its answer, and that."""
        self.sock.sendall(iq.encode())
        heard: list[Element] = []
        while True:
            for element in self.hear():
                if element.get("id") == "q" and _name(element) == "iq":
                    return heard, element
                heard.append(element)
            assert not self.over, "the server is gone"

    # much at once

    def load(self, stanzas: Iterable[str]) -> None:
        self._waiting = "".join(stanzas).encode()

    def write_on(self) -> None:
        try:
            self._waiting = self._waiting[self.sock.send(self._waiting[:PIECE]) :]
        except ConnectionError:
            self._waiting = b""

    @property
    def wants(self) -> int:
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._waiting else 0)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def enter(client: Client) -> None:
    for room in ROOMS:
        client.sock.sendall(
            f"<presence to='{room}/{client.user}'><x xmlns='http://jabber.org/protocol/muc'>"
            "<history maxstanzas='0'/></x></presence>".encode()
        )
    client.ask("<iq type='get' id='q' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")


@contextmanager
def logged_in(server: Server) -> Iterator[list[Client]]:
    """A client of each user."""
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Client(server.port, user))) for user in USERS]

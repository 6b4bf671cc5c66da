"""Writers at a server that is going to be killed: what they sent, what was acknowledged, and whether it is there."""

from __future__ import annotations

import base64
import re
import selectors
import signal
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, XMLPullParser

from .program import START, environment

MUC = "conference.localhost"
HEADER = (
    "<stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
)
CONFIG = "http://jabber.org/protocol/muc#roomconfig"
USERS = ("pistol", "gower", "nym")  # each owns a room and speaks in all of them
ROOMS = tuple(f"{user}s@{MUC}" for user in USERS)
PIECE = 1500  # bytes that a client writes at once: many turns of the server lie between first and last
MAM = "urn:xmpp:mam:2"
NOTHING = {"affiliation": "none", "name": "", "preference": ""}  # what is there before anybody writes


# the server


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


# a client


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


# what was written


@dataclass
class Cell:
    """A value that is set again and again: the last one known to be there, and what was sent behind it."""

    values: list[str]

    def holds(self, value: str) -> bool:
        """Whether this can be what is there: what was sent last may have been written though nobody was told. It is
        known from now on."""
        possible = value in self.values
        self.values = [value]
        return possible


class Ledger:
    """What has been sent and acknowledged in all rounds."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cells: dict[tuple[str, ...], Cell] = {}
        self.said: dict[str, dict[str, str]] = {room: {} for room in ROOMS}  # stable id -> body, as somebody saw it
        self.acknowledged = 0
        self._open: dict[str, tuple[Cell, str]] = {}
        self._numbers = count()

    def stanzas(self, user: str, number: int) -> Iterator[str]:
        for _ in range(number):
            yield self.random.choice((self._message, self._message, self._affiliation, self._form, self._preference))(
                user
            )

    def _message(self, user: str) -> str:
        body = f"no {next(self._numbers)} of {user}"
        return f"<message to='{self.random.choice(ROOMS)}' type='groupchat'><body>{body}</body></message>"

    def _affiliation(self, user: str) -> str:
        room, someone = ROOMS[USERS.index(user)], f"u{self.random.randrange(8)}@localhost"
        held = self.random.choice(("member", "admin", "outcast", "none"))
        item = f"<item jid='{someone}' affiliation='{held}'/>"
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'>{item}</query>"
        return self._request(f"to='{room}'", query, ("affiliation", room, someone), held)

    def _form(self, user: str) -> str:
        room, name = ROOMS[USERS.index(user)], f"name {next(self._numbers)}"
        return self._request(f"to='{room}'", configuration(name), ("name", room), name)

    def _preference(self, user: str) -> str:
        friend = f"friend{next(self._numbers)}@localhost"
        prefs = f"<prefs xmlns='{MAM}' default='roster'><always><jid>{friend}</jid></always></prefs>"
        return self._request("", prefs, ("preference", user), friend)

    def _request(self, to: str, payload: str, key: tuple[str, ...], value: str) -> str:
        cell = self.cells.setdefault(key, Cell([NOTHING[key[0]]]))
        cell.values.append(value)
        name = f"w{next(self._numbers)}"
        self._open[name] = cell, value
        return f"<iq type='set' id='{name}' {to}>{payload}</iq>"

    def heard(self, element: Element) -> None:
        """Note what this acknowledges."""
        name = element.get("id", "")
        body = element.find("{jabber:client}body")
        if name in self._open:
            assert element.get("type") == "result", f"a write was refused: {name}"
            cell, value = self._open.pop(name)
            del cell.values[: cell.values.index(value, 1)]  # answers come in the order of the requests
            self.acknowledged += 1
        elif body is not None and element.get("type") == "groupchat":
            room = element.get("from", "").partition("/")[0]
            stable = [e.get("id", "") for e in element.iter("{urn:xmpp:sid:0}stanza-id") if e.get("by") == room]
            self.acknowledged += stable[0] not in self.said[room]
            self.said[room][stable[0]] = body.text or ""


def configuration(name: str) -> str:
    fields = {"FORM_TYPE": CONFIG, "muc#roomconfig_roomname": name, "muc#roomconfig_persistentroom": "1"}
    inside = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
    form = f"<x xmlns='jabber:x:data' type='submit'>{inside}</x>"
    return f"<query xmlns='http://jabber.org/protocol/muc#owner'>{form}</query>"


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


def write_and_kill(server: Server, clients: list[Client], ledger: Ledger, *, after: int) -> None:
    """Write on all streams at once; kill the server as soon as so many writes are acknowledged; hear the rest."""
    limit = ledger.acknowledged + after
    killed = False
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.sock, client.wants, client)
        while waiting.get_map():
            for key, events in waiting.select(60):
                _turn(key.data, events, ledger)
                waiting.modify(key.fileobj, key.data.wants, key.data)
                if key.data.over:
                    waiting.unregister(key.fileobj)
            if not killed and ledger.acknowledged >= limit:
                killed = True
                server.kill()


def _turn(client: Client, events: int, ledger: Ledger) -> None:
    if events & selectors.EVENT_WRITE:
        client.write_on()
    if events & selectors.EVENT_READ:
        for element in client.hear():
            ledger.heard(element)


# whether it is there


def missing(client: Client, ledger: Ledger, rooms: dict[str, dict[str, str]]) -> list[str]:
    """What of all that was acknowledged is not as it should be, by the wire: this user's part, and these archives."""
    own = ROOMS[USERS.index(client.user)]
    values: dict[tuple[str, ...], str] = {
        ("affiliation", own, user): held for user, held in _affiliations(client, own).items()
    }
    values |= {("name", own): _room_name(client, own), ("preference", client.user): _friend(client)}
    mine = {key: cell for key, cell in ledger.cells.items() if own in key or client.user in key}
    held = {key: values.get(key, NOTHING[key[0]]) for key in mine}
    lines = [f"{' '.join(key)} is {held[key]!r}" for key, cell in mine.items() if not cell.holds(held[key])]
    for room, said in rooms.items():
        there = archived(client, room, list(said))
        lines += [f"{body!r} is not in {room}" for name, body in said.items() if there.get(name) != body]
    return lines


def _affiliations(client: Client, room: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for held in ("member", "admin", "outcast"):
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='{held}'/></query>"
        answer = client.ask(f"<iq type='get' id='q' to='{room}'>{query}</iq>")[1]
        found |= {e.get("jid", ""): held for e in answer.iter("{http://jabber.org/protocol/muc#admin}item")}
    return found


def _room_name(client: Client, room: str) -> str:
    query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>"
    answer = client.ask(f"<iq type='get' id='q' to='{room}'>{query}</iq>")[1]
    fields = {e.get("var"): e.findtext("{jabber:x:data}value") for e in answer.iter("{jabber:x:data}field")}
    return fields.get("muc#roomconfig_roomname") or ""


def _friend(client: Client) -> str:
    answer = client.ask(f"<iq type='get' id='q'><prefs xmlns='{MAM}'/></iq>")[1]
    return next((e.text or "" for e in answer.iter(f"{{{MAM}}}jid")), "")


def archived(client: Client, room: str, names: list[str]) -> dict[str, str]:
    """Stable id -> body of the archived messages with these ids, as far as they are there."""
    found: dict[str, str] = {}
    for start in range(0, len(names), 200):
        values = "".join(f"<value>{name}</value>" for name in names[start : start + 200])
        fields = f"<field var='FORM_TYPE'><value>{MAM}</value></field><field var='ids'>{values}</field>"
        form = f"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"
        heard, _ = client.ask(f"<iq type='set' id='q' to='{room}'><query xmlns='{MAM}'>{form}</query></iq>")
        results: list[Any] = [e for message in heard for e in message.iter(f"{{{MAM}}}result")]
        found |= {e.get("id"): e.findtext(".//{jabber:client}body") for e in results}
    return found

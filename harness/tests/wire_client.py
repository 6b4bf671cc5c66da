"""What tests of the fixtures stand on: a server, a room in it, and a client of a few lines over a socket."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from mucspec_pytest.link import Link
from mucspec_pytest.room import MucRoom
from mucspec_pytest.server import MucServer

from .program import TREE

NOTIFY = TREE / "docs" / "examples" / "notify.py"
MUC = "http://jabber.org/protocol/muc"


def _notify() -> ModuleType:
    """The module of the guide's example: it has the stream."""
    if not NOTIFY.is_file():
        pytest.skip("docs/examples is not here: these tests run from the source tree")
    if "notify" not in sys.modules:
        spec = spec_from_file_location("notify", NOTIFY)
        assert spec is not None and spec.loader is not None
        sys.modules["notify"] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules["notify"])
    return sys.modules["notify"]


class WireClient:
    """Logged in from the beginning, with an account of its own."""

    def __init__(self, server: MucServer, name: str) -> None:
        account = server.account(name)
        self.jid, self.nick = account.jid, name
        self._stream: Any = _notify().Stream(server.host, server.port, server.domain)
        self._stream.start_tls(server.ca)
        self._stream.log_in(name, account.password)

    def send(self, text: str) -> None:
        self._stream.send(text)

    def join(self, room: MucRoom) -> list[ET.Element]:
        """What it gets until it is in: the last is the subject, or the refusal."""
        self.send(f"<presence to='{room.jid}/{self.nick}'><x xmlns='{MUC}'/></presence>")
        got: list[ET.Element] = []
        while not got or (got[-1].find("{*}subject") is None and got[-1].get("type") != "error"):
            got.append(self._stream.take())
        return got

    def next(self, name: str = "") -> ET.Element:
        """The next stanza (of this name)."""
        found: ET.Element = self._stream.take(name)
        return found

    def until_answered(self) -> list[ET.Element]:
        """What there is to be read: a request is answered behind it."""
        self.send("<iq type='get' id='fence'><ping xmlns='urn:xmpp:ping'/></iq>")
        got = [self.next()]
        while got[-1].get("id") != "fence":
            got.append(self.next())
        return got[:-1]

    def until_the_end(self) -> str:
        """How the stream ended: `closed`, `broken XML`, or the condition of a stream error."""
        try:
            while True:
                element = self.next()
                if element.tag.endswith("}error"):
                    return str(element[0].tag).partition("}")[2]
        except ET.ParseError:
            return "broken XML"
        except (_notify().Refused, OSError):
            return "closed"

    def close(self) -> None:
        self._stream.socket.close()


@contextmanager
def served() -> Iterator[MucServer]:
    """A server in a process of its own."""
    link = Link()
    try:
        yield MucServer(link, link.call("serve", domain="localhost", muc_domain="", tls=True))
    finally:
        link.close()


@contextmanager
def opened(server: MucServer) -> Iterator[MucRoom]:
    """A room with Fluellen, who owns it, and gower; both are puppets."""
    room = server.room(occupants=[{"nick": "Fluellen", "affiliation": "owner"}, "gower"])
    yield room
    room.close()


@contextmanager
def seated(server: MucServer, room: MucRoom, name: str = "pistol") -> Iterator[WireClient]:
    """A client in the room."""
    client = WireClient(server, name)
    client.join(room)
    yield client
    client.close()


def codes(stanza: ET.Element) -> set[str]:
    """The status codes in it."""
    return {str(status.get("code")) for status in stanza.iter(f"{{{MUC}#user}}status")}


def item(stanza: ET.Element) -> ET.Element:
    """What it says of its occupant."""
    return next(stanza.iter(f"{{{MUC}#user}}item"))


def text(stanza: ET.Element, name: str) -> str:
    """What is in its first element of this name, however deep."""
    return next((each.text or "" for each in stanza.iter() if each.tag.endswith(f"}}{name}")), "")

"""Claims about what the file of `--state` has of accounts that are no more, and of anonymous log-ins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.jid import JID
from mockserver.muc.xml import parse
from mockserver.serve import ServeOptions, start
from mockserver.state import tables

from .hosts import MUC
from .sessions import set_
from .streams import DOMAIN, Talker
from .test_accounts_ends import BLOCK, NEVER, PISTOL, REMOVE, VCARD, enrolled, entered, kept


class Kept:
    """A server that keeps its state in a folder."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.clock: Any = MemoryReactorClock()
        given: dict[str, Any] = {"accounts": {"gower": "secret"}, "anonymous": True, "open_registration": True, **more}
        options = ServeOptions(quiet=True, tls=False, port=0, domain=DOMAIN, state=str(folder), **given)
        self.running = start(options, self.clock)
        self.porch, self.host = self.running.porch, self.running.host

    def end(self) -> None:
        for trigger, args, more in self.clock.triggers["before"]["shutdown"]:
            trigger(*args, **more)


def rows(folder: Path, owner: str) -> Iterator[str]:
    """The tables that say anything about this account of their own."""
    db = sqlite3.connect(folder / "mucspec.sqlite")
    for table in tables.EVERY:
        if table.name != "meta" and any(str(row[0]) == owner for row in table.rows(db)):
            yield table.name
    db.close()


def busy(talker: Talker) -> None:
    """Leaves something of every kind."""
    roster = "<query xmlns='jabber:iq:roster'><item jid='nym@elsewhere.invalid'/></query>"
    item = "<publish node='n'><item id='i'><x xmlns='urn:x'/></item></publish>"
    published = f"<pubsub xmlns='http://jabber.org/protocol/pubsub'>{item}</pubsub>"
    for payload in (roster, VCARD, BLOCK, published, NEVER.replace("never'", "always'")):
        assert 'type="result"' in talker.say(set_(payload))
    talker.say(f"<message to='gower@{DOMAIN}' type='chat'><body>Mine alone</body></message>")


EVERYTHING = ["archive", "accounts", "roster", "stored", "blocked", "nodes", "items", "preferences", "passwords"]


def test_an_ended_account_is_not_in_the_file(tmp_path: Path) -> None:
    """Nothing of it, neither while the server goes on nor after its end; who takes the name finds nothing."""
    server = Kept(tmp_path)
    entered(server, "gower")
    busy(enrolled(server))
    server.end()
    assert list(rows(tmp_path, PISTOL)) == EVERYTHING
    server = Kept(tmp_path)
    entered(server, "pistol").say(REMOVE)
    server.end()
    assert list(rows(tmp_path, PISTOL)) == []
    server = Kept(tmp_path)
    found, nothing = kept(enrolled(server)), kept(enrolled(server, "bates"))
    assert [told.replace("pistol", "bates") for told in found] == nothing
    server.end()


def test_who_takes_the_name_at_once_finds_nothing_in_the_file_either(tmp_path: Path) -> None:
    """The end and the beginning are written together."""
    server = Kept(tmp_path)
    entered(server, "gower")
    busy(enrolled(server))
    server.host.receive(parse(REMOVE), sender=JID(f"{PISTOL}/x"), now=0)
    stranger = server.host.bind(PISTOL, "y")
    note = f"<message to='gower@{DOMAIN}' type='chat'><body>New</body></message>"
    server.host.receive(parse(note), sender=stranger, now=0)
    server.end()
    assert list(rows(tmp_path, PISTOL)) == ["archive", "accounts"]
    server = Kept(tmp_path)
    assert ["New" in str(entry.stanza) for entry in server.host.archives.entries(PISTOL)] == [True]
    server.end()


@pytest.mark.parametrize("end", ["its own", "the server's"])
def test_an_anonymous_log_in_leaves_nothing_on_disk(tmp_path: Path, end: str) -> None:
    """Nothing of it is written at all: no end is so sudden that something stays."""
    server = Kept(tmp_path)
    anybody, gower = entered(server, ""), entered(server, "gower")
    (account,) = {session.bare for session in server.porch.sessions} - {JID(f"gower@{DOMAIN}")}
    anybody.say("<presence/>")
    gower.say(f"<message to='{account}' type='chat'><body>Sent</body></message>")
    busy(anybody)
    if end == "its own":
        anybody.say("</stream:stream>")
    server.end()
    assert list(rows(tmp_path, account)) == []
    assert set(rows(tmp_path, f"gower@{DOMAIN}")) == {"accounts", "archive"}
    server = Kept(tmp_path)
    assert list(server.host.accounts.table) == [f"gower@{DOMAIN}"]
    server.end()


def test_what_an_anonymous_user_said_in_a_room_is_the_rooms(tmp_path: Path) -> None:
    """Its history and archive stay."""
    server = Kept(tmp_path, instant_rooms=True)
    anybody = entered(server, "")
    room = f"harfleur@{MUC}"
    anybody.say(f"<presence to='{room}/nym'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    anybody.say(f"<message to='{room}' type='groupchat'><body>Hi</body></message>")
    server.end()
    assert {"rooms", "history", "archive"} <= set(rows(tmp_path, room))

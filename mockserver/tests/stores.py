"""A host whose state is kept in a folder, for tests: it can be ended, in order or not, and opened again."""

from __future__ import annotations

from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

from mockserver.accounts.model import Account
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.mam import Entry
from mockserver.muc.model import Room
from mockserver.muc.xml import Element, render
from mockserver.net.credentials import AnyPassword, Credentials
from mockserver.state.store import Store

from .hosts import DOMAIN, MUC, Inn


class Home(Inn):
    """An `Inn` with a store in this folder; ids count on over its ends."""

    def __init__(self, folder: Path, credentials: Credentials | None = None) -> None:
        super().__init__()
        names = count(1)
        self.folder, self.new_id = folder, lambda: f"id{next(names)}"
        self.credentials = credentials or AnyPassword()
        self.open()

    @property
    def file(self) -> Path:
        return self.folder / "mucspec.sqlite"

    def open(self, **more: Any) -> Host:
        """The host, as it comes out of the file; nobody is there."""
        self.store = Store(self.folder)
        kept: dict[str, Any] = {"secret": self.store.secret, "archives": self.store.archives}
        self.host = Host(DOMAIN, MUC, new_id=self.new_id, **kept, **more)
        self.store.attach(self.host, self.credentials)
        return self.host

    def again(self, **more: Any) -> Host:
        """The host as a new start finds it, and `bind` for those who come back."""
        self.store.close()
        return self.open(**more)

    def bind(self, *users: str) -> None:
        for user in users:
            local, _, resource = user.partition("/")
            self.host.bind(JID(f"{local}@{DOMAIN}"), resource)


def portrait(host: Host) -> dict[str, Any]:
    """All that a host has to keep, in words: who is there and what is open between occupants is left out."""
    return {
        "rooms": {jid: _room(room) for jid, room in host.muc.rooms.items()},
        "order": list(host.muc.rooms),
        "accounts": {jid: _account(account) for jid, account in host.accounts.table.items()},
        "archives": {jid: [_entry(e) for e in host.archives.entries(jid)] for jid in host.accounts.table},
        "blockers": host.accounts.blockers,
    }


def _room(room: Room) -> dict[str, Any]:
    whole = {f.name: getattr(room, f.name) for f in fields(room) if f.name not in ("occupants", "relayed", "defaults")}
    in_order = {name: list(whole[name].items()) for name in ("affiliations", "reserved", "roles")}
    memories = {kind: (_lasting(value), _lasting(kind())) for kind, value in whole.pop("kept").items()}
    kept = {kind.__name__: value for kind, (value, at_first) in memories.items() if value != at_first}
    said = [(_text(said.stanza), said.stamp, said.sender) for said in whole.pop("history")]
    archive, subject = [_entry(e) for e in whole.pop("archive")], _text(whole.pop("subject"))
    return {**whole, **in_order, "kept": kept, "history": said, "archive": archive, "subject": subject}


def _lasting(value: Any) -> Any:
    """A feature's memory, but for the sessions that take part now."""
    lasting = {f.name: getattr(value, f.name) for f in fields(value) if f.name != "asked"}
    return {name: _text(part) if isinstance(part, Element) else part for name, part in lasting.items()}


def _account(account: Account) -> dict[str, Any]:
    nodes = [(n.name, n.config, [(k, _text(v)) for k, v in n.items.items()]) for n in account.nodes.values()]
    return {
        "roster": [(jid, _text(item)) for jid, item in account.roster.items()],
        "stored": [(key, _text(value)) for key, value in account.stored.items()],
        "nodes": nodes,
        "blocked": list(account.blocked),
    }


def _entry(entry: Entry) -> tuple[Any, ...]:
    return entry.id, entry.stamp, _text(entry.stanza), entry.parties, _text(entry.secret)


def _text(element: Element | None) -> str | None:
    """As clients get it: text is joined, and foreign attributes are not there."""
    return None if element is None else render(element)

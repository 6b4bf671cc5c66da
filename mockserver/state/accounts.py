"""Accounts in the file: that they are there, and what they stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.accounts.model import Account, Accounts, Node
from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, parse

from . import tables
from .parts import Part, Seen
from .plain import xml
from .tables import Column, Write
from .watched import Watched


def _xml(value: Element) -> tuple[Column, ...]:
    return (xml(value),)


def _config(value: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    return (json.dumps(value),)


def _nothing(value: object) -> tuple[Column, ...]:
    return ()


PARTS = (
    Part(tables.ACCOUNTS, lambda account: {(): None}, _nothing),
    Part(tables.ROSTER, lambda account: account.roster, _xml),
    Part(tables.STORED, lambda account: account.stored, _xml),
    Part(tables.BLOCKED, lambda account: account.blocked, _nothing),
    Part(tables.NODES, lambda account: {name: dict(node.config) for name, node in account.nodes.items()}, _config),
)


def _items(node: Node) -> Part:
    """The items of one node; the latest one is the last one, so their order counts."""
    return Part(tables.ITEMS, lambda account: {(node.name, name): value for name, value in node.items.items()}, _xml)


NOTHING = Node("")


class Tables:
    """The accounts of a host and those of the file. `attach` first, then `news` as often as there may be some."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._table: Watched[JID, Account] = Watched()
        self._seen: dict[JID, Seen] = {}

    # writing

    @property
    def watched(self) -> tuple[Watched[Any, Any], ...]:
        return (self._table,)

    def news(self) -> Iterator[Write]:
        """What has to be written since the last look. Nothing is kept of accounts that go with their last session."""
        for jid in self._table.take_touched():
            account = self._table.peek(jid)
            if account is not None and not account.passing:
                yield from self._of(account)
            elif self._seen.pop(jid, None) is not None:
                yield from (part.table.drop(jid) for part in (*PARTS, _items(NOTHING)))

    def lasts(self, jid: JID) -> bool:
        """Whether what belongs to this address is kept."""
        account = self._table.peek(jid)
        return account is None or not account.passing

    def _of(self, account: Account) -> Iterator[Write]:
        seen = self._seen.setdefault(account.jid, Seen(account))
        seen.thing = account  # it may be another one of this name
        for part in PARTS:
            yield from seen.news(account.jid, part)
        known = [name for name in seen.said if isinstance(name, str)]
        for name in dict.fromkeys([*known, *account.nodes]):
            yield from seen.news(account.jid, _items(account.nodes.get(name) or Node(name)), name=name)

    # reading

    def attach(self, db: sqlite3.Connection) -> None:
        """Bring the accounts of the file; the host's table is watched from now on. Raises ValueError."""
        found = {name: Account(JID(name)) for (name,) in tables.ACCOUNTS.rows(db)}
        try:
            _fill(found, db)
        except KeyError as missing:
            raise tables.Damaged(f"something is kept of {missing}, which is not there") from missing
        for account in found.values():
            said: dict[Any, Any] = {part: dict(part.of(account)) for part in PARTS}
            said |= {name: dict(_items(node).of(account)) for name, node in account.nodes.items()}
            self._seen[account.jid] = Seen(account, said)
        self._accounts.blockers |= {account.jid for account in found.values() if account.blocked}
        self._table = Watched({**self._accounts.table, **{account.jid: account for account in found.values()}})
        self._accounts.table = self._table


def _fill(found: Mapping[str, Account], db: sqlite3.Connection) -> None:
    for name, contact, item in tables.ROSTER.rows(db):
        found[name].roster[JID(contact)] = parse(item)
    for name, tag, uri, value in tables.STORED.rows(db):
        found[name].stored[tag, uri] = parse(value)
    for name, jid in tables.BLOCKED.rows(db):
        found[name].blocked[JID(jid)] = None
    for name, node, config in tables.NODES.rows(db):
        values = {var: tuple(value) for var, value in json.loads(config).items()}
        found[name].nodes[node] = Node(node, values)
    for name, node, item, payload in tables.ITEMS.rows(db):
        found[name].nodes[node].items[item] = parse(payload)

"""The tables of the file: what is written, and what is read again only if its seal is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

VERSION = 1  # of the tables: `user_version` of the file
APPLICATION = 0x6D756373  # "mucs": `application_id` of the file

Column = str | int | float | None
Write = tuple[str, tuple[Column, ...]]


class Damaged(ValueError):
    """What the file says cannot be what was written."""


@dataclass(frozen=True)
class Table:
    """`key` columns name a row; rows come back in the order of writing, or by their key where they have places.

    The last column is a seal over the others: SQLite notices broken pages, and this what changed inside of them.
    """

    name: str
    key: tuple[str, ...]
    rest: tuple[str, ...] = ()
    placed: bool = False

    @property
    def made(self) -> str:
        columns = ", ".join((*self.key, *self.rest, "seal"))
        return f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY ({', '.join(self.key)}))" + (
            " WITHOUT ROWID" if self.placed else ""
        )

    def put(self, *values: Column) -> Write:
        """Write a row, in the place of the one with its key."""
        return self._put, (*values, seal(values))

    def drop(self, *key: Column) -> Write:
        """Take away the row with this key, or all whose key begins like this."""
        return f"DELETE FROM {self.name} WHERE {self._where(len(key))}", key

    def drop_before(self, owner: str, place: int) -> Write:
        return f"DELETE FROM {self.name} WHERE {self._where(1)} AND place < ?", (owner, place)

    def rows(self, db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
        """All rows, without their seals. Raises `Damaged`."""
        order = ", ".join(self.key) if self.placed else "rowid"
        for *values, sealed in db.execute(f"SELECT * FROM {self.name} ORDER BY {order}"):
            if seal(tuple(values)) != sealed:
                raise Damaged(f"a row of {self.name} is not as it was written")
            yield tuple(values)

    @cached_property
    def _put(self) -> str:
        marks = ", ".join("?" * (len(self.key) + len(self.rest) + 1))
        again = ", ".join(f"{column} = excluded.{column}" for column in (*self.rest, "seal"))
        return f"INSERT INTO {self.name} VALUES ({marks}) ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {again}"

    def _where(self, length: int) -> str:
        return " AND ".join(f"{column} = ?" for column in self.key[:length])


def seal(values: tuple[Column, ...]) -> int:
    return crc32(repr(values).encode("utf-8", "backslashreplace"))


META = Table("meta", ("name",), ("value",))
ROOMS = Table(
    "rooms",
    ("room",),
    ("salt", "locked", "subject", "subject_stamp", "assigned_nick", "nicks_locked", "traffic", "extra_fields"),
)
CONFIG = Table("config", ("room", "var"), ("value",))
AFFILIATIONS = Table("affiliations", ("room", "user"), ("affiliation",))
RESERVED = Table("reserved", ("room", "user"), ("nick",))
ROLES = Table("roles", ("room", "user"), ("role",))
FEATURES = Table("features", ("room", "kind"), ("value",))
HISTORY = Table("history", ("room", "place"), ("stanza", "stamp", "sender"), placed=True)
ARCHIVE = Table("archive", ("owner", "place"), ("id", "stamp", "stanza", "parties", "secret"), placed=True)
ACCOUNTS = Table("accounts", ("account",))
ROSTER = Table("roster", ("account", "contact"), ("item",))
STORED = Table("stored", ("account", "element", "uri"), ("value",))
BLOCKED = Table("blocked", ("account", "jid"))
NODES = Table("nodes", ("account", "node"), ("config",))
ITEMS = Table("items", ("account", "node", "item"), ("payload",))
PREFERENCES = Table("preferences", ("account", "archive"), ("usual", "always", "never"))
PASSWORDS = Table("passwords", ("account",), ("keys",))

EVERY = (
    META, ROOMS, CONFIG, AFFILIATIONS, RESERVED, ROLES, FEATURES, HISTORY, ARCHIVE,
    ACCOUNTS, ROSTER, STORED, BLOCKED, NODES, ITEMS, PREFERENCES, PASSWORDS,
)  # fmt: skip

"""Accounts that clients registered, and passwords that they changed, in the file: their keys, never the password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from mockserver.net.credentials import Credentials, Listed
from mockserver.net.keys import Keys

from . import tables
from .tables import Write
from .watched import Watched

Secret = str | Keys


class Passwords:
    """Those of the command line are not kept, unless a client changed them: what a client set holds."""

    def __init__(self) -> None:
        self._table: Watched[str, Secret] = Watched()
        self._seen: dict[str, Secret] = {}

    @property
    def watched(self) -> tuple[Watched[Any, Any], ...]:
        return (self._table,)

    def news(self) -> Iterator[Write]:
        """What has to be written since the last look."""
        for account in self._table.take_touched():
            secret, known = self._table.peek(account), self._seen.get(account)
            if secret == known:
                continue
            if secret is None:
                del self._seen[account]
                yield tables.PASSWORDS.drop(account)
            else:
                self._seen[account] = secret
                keys = secret if isinstance(secret, Keys) else Keys.make(secret)
                yield tables.PASSWORDS.put(account, keys.text)

    def attach(self, db: sqlite3.Connection, credentials: Credentials) -> None:
        """The accounts of the file may log in, beside those that are listed. Raises ValueError."""
        found = {account: Keys.read(text) for account, text in tables.PASSWORDS.rows(db)}
        if isinstance(credentials, Listed):
            self._table = Watched({**credentials.table, **found})
            self._seen = dict(self._table)
            self._table.take_touched()
            credentials.table = self._table

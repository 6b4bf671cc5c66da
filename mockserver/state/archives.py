"""Archives of accounts and preferences about archives, in the file: another `archive.store.Archives`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mockserver.archive.store import Preferences
from mockserver.muc.jid import JID
from mockserver.muc.mam import Entry
from mockserver.muc.xml import parse

from . import tables
from .parts import gathered, row_news
from .plain import element, xml
from .tables import Column, Write
from .watched import Rows, Watched

Placed = dict[str, list[tuple[int, Entry]]]  # archive -> its entries with their places


class Archives:
    """As `InMemory`; `news` gives what has to be written since the last look."""

    def __init__(self) -> None:
        self.lasts: Callable[[JID], bool] = lambda owner: True  # whether anything of it is kept
        self._entries: Watched[JID, Rows[Entry]] = Watched()
        self._preferences: Watched[tuple[JID, JID], Preferences] = Watched()

    def append(self, archive: JID, entry: Entry) -> None:
        self._entries.setdefault(archive, Rows(whole=True)).append(entry)

    def entries(self, archive: JID) -> Sequence[Entry]:
        return self._entries.peek(archive) or ()

    def preferences(self, account: JID, archive: JID) -> Preferences:
        return self._preferences.peek((account, archive)) or Preferences()

    def prefer(self, account: JID, archive: JID, wanted: Preferences) -> None:
        self._preferences[account, archive] = wanted

    def forget(self, account: JID) -> None:
        self._entries.pop(account, None)
        for key in [known for known in self._preferences if known[0] == account]:
            del self._preferences[key]

    # the file

    @property
    def watched(self) -> tuple[Watched[Any, Any], ...]:
        return self._entries, self._preferences

    def news(self) -> Iterator[Write]:
        for archive in self._entries.take_touched():
            rows = self._entries.peek(archive)
            if rows is not None and self.lasts(archive):
                yield from row_news(tables.ARCHIVE, archive, rows, columns)
            else:
                yield tables.ARCHIVE.drop(archive)
        for account, archive in self._preferences.take_touched():
            held = self._preferences.peek((account, archive))
            if held is not None and self.lasts(account):
                lists = json.dumps(held.always), json.dumps(held.never)
                yield tables.PREFERENCES.put(account, archive, held.default, *lists)
            else:
                yield tables.PREFERENCES.drop(account, archive)

    def attach(self, db: sqlite3.Connection, found: Placed) -> None:
        """Bring those of the file. Raises ValueError."""
        for name, entries in found.items():
            self._entries[JID(name)] = gathered(tables.ARCHIVE, entries)
        for account, archive, usual, *lists in tables.PREFERENCES.rows(db):
            always, never = (tuple(map(JID, json.loads(text))) for text in lists)
            self._preferences[JID(account), JID(archive)] = Preferences(usual, always, never)
        self._entries.take_touched()
        self._preferences.take_touched()


# entries, those of rooms too


def columns(entry: Entry) -> tuple[Column, ...]:
    return entry.id, entry.stamp, xml(entry.stanza), json.dumps(entry.parties), xml(entry.secret)


def read(db: sqlite3.Connection) -> Placed:
    """All archives of the file. Raises ValueError."""
    found: Placed = {}
    for owner, place, *values in tables.ARCHIVE.rows(db):
        found.setdefault(owner, []).append((place, _entry(*values)))
    return found


def _entry(name: str, stamp: float, stanza: str, parties: str, secret: str | None) -> Entry:
    return Entry(name, stamp, parse(stanza), tuple(map(JID, json.loads(parties))), element(secret))

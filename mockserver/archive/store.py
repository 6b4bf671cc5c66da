"""Where archived messages and preferences are kept. In memory; another store needs these five methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mockserver.muc.jid import JID
from mockserver.muc.mam import Entry


@dataclass(frozen=True, slots=True)
class Preferences:
    """XEP-0441 2.1: `default` is always, never or roster; the lists hold JIDs in the order of asking."""

    default: str = "always"
    always: tuple[JID, ...] = ()
    never: tuple[JID, ...] = ()


class Archives(Protocol):
    """`archive` is the bare JID that owns it; preferences belong to an account and an archive."""

    def append(self, archive: JID, entry: Entry) -> None: ...
    def entries(self, archive: JID) -> Sequence[Entry]: ...
    def preferences(self, account: JID, archive: JID) -> Preferences: ...
    def prefer(self, account: JID, archive: JID, wanted: Preferences) -> None: ...
    def forget(self, account: JID) -> None:
        """The account is no more: its archive is empty, its preferences are those of anybody."""


@dataclass(slots=True)
class InMemory:
    """Lasts as long as the host."""

    _entries: dict[JID, list[Entry]] = field(default_factory=dict)
    _preferences: dict[tuple[JID, JID], Preferences] = field(default_factory=dict)

    def append(self, archive: JID, entry: Entry) -> None:
        self._entries.setdefault(archive, []).append(entry)

    def entries(self, archive: JID) -> Sequence[Entry]:
        return self._entries.get(archive, ())

    def preferences(self, account: JID, archive: JID) -> Preferences:
        return self._preferences.get((account, archive), Preferences())

    def prefer(self, account: JID, archive: JID, wanted: Preferences) -> None:
        self._preferences[account, archive] = wanted

    def forget(self, account: JID) -> None:
        self._entries.pop(account, None)
        self._preferences = {key: wanted for key, wanted in self._preferences.items() if key[0] != account}

"""What an account is made of: its sessions and what it has stored. No behaviour of any XEP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from mockserver.archive.store import Archives
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element


@dataclass(slots=True)
class Node:
    """A pubsub node: how it is set, and its items by id, the latest last."""

    name: str
    config: dict[str, tuple[str, ...]] = field(default_factory=dict)
    items: dict[str, Element] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """One bound resource. `presence` is its last broadcast presence, None before and after."""

    jid: JID
    presence: Element | None = None
    interested: bool = False  # asked for the roster, so it gets pushes
    carbons: bool = False
    blocklist: bool = False  # asked for the block list, so it gets pushes
    directed: dict[JID, None] = field(default_factory=dict)  # who got directed presence
    caps: str = ""  # the node of its entity capabilities
    asked: str = ""  # the id of the open query about them
    features: frozenset[str] = frozenset()  # what its client answered about them


@dataclass(slots=True)
class Account:
    """One account; it is there from its first session on.

    A `passing` one goes with its last session: it was made for an anonymous log-in, or it was `ended`, and then nobody
    finds it any more.
    """

    jid: JID
    sessions: dict[JID, Session] = field(default_factory=dict)
    roster: dict[JID, Element] = field(default_factory=dict)
    stored: dict[tuple[str, str], Element] = field(default_factory=dict)  # private storage, vCard
    nodes: dict[str, Node] = field(default_factory=dict)  # its pubsub nodes
    blocked: dict[JID, None] = field(default_factory=dict)  # with whom it wants nothing to do
    passing: bool = False
    ended: bool = False

    @property
    def reachable(self) -> tuple[JID, ...]:
        """Where a message to the bare JID goes: the available sessions, or all if none is available."""
        available = tuple(s.jid for s in self.sessions.values() if s.presence is not None)
        return available or tuple(self.sessions)


class Registrar(Protocol):
    """Who keeps the passwords of a host where accounts are made and ended by their users."""

    def exists(self, account: JID) -> bool: ...
    def register(self, account: JID, password: str) -> None:
        """Make the account, or give it another password."""

    def remove(self, account: JID) -> None:
        """End the account, and its streams when what waits is written."""


Route = Callable[[Element, JID, Session, float], list[Delivery]]


def _unlisted(bare: str) -> bool:
    return False


def _nowhere(stanza: Element, to: JID, session: Session, now: float) -> list[Delivery]:
    return []


@dataclass(slots=True)
class Accounts:
    """The accounts of one host, and what their features share."""

    domain: JID
    muc_domain: JID
    archives: Archives
    new_id: Callable[[], str]
    prefs_policy: str = ""
    route: Route = _nowhere
    registrar: Registrar | None = None
    listed: Callable[[str], bool] = _unlisted  # whether an account that never logged in is there all the same
    blockers: set[JID] = field(default_factory=set)  # the accounts that block somebody
    table: dict[JID, Account] = field(default_factory=dict)
    components: dict[JID, bool] = field(default_factory=dict)  # domains behind this one -> whether with privileges

    def of(self, session: Session) -> Account:
        """The session's account; somebody from abroad, or with one that was ended, has an empty one for the moment."""
        return self.get(session.jid.bare) or Account(session.jid.bare)

    def get(self, bare: JID) -> Account | None:
        found = self.table.get(bare)
        return None if found is None or found.ended else found

    def exists(self, bare: JID) -> bool:
        return self.get(bare) is not None or self.listed(bare)

    def end(self, account: Account) -> None:
        """Whoever takes its name finds nothing of it."""
        account.passing = account.ended = True
        self._forget(account.jid)

    def drop(self, account: Account) -> None:
        """It is nobody's any more."""
        self._forget(account.jid)
        del self.table[account.jid]

    def _forget(self, bare: JID) -> None:
        self.blockers.discard(bare)
        self.archives.forget(bare)

    def session(self, full: JID) -> Session | None:
        account = self.table.get(full.bare)
        return account.sessions.get(full) if account else None

    def sessions(self) -> Iterator[Session]:
        return (s for account in self.table.values() for s in account.sessions.values())

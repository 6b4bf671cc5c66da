"""Archiving preferences that are not kept, or not as they were set: XEP-0441."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from mockserver.accounts import preferences
from mockserver.accounts.model import Account, Accounts
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_MAM
from mockserver.muc.xml import E, Element

from .editing import attributes
from .moment import Moment
from .table import changed, enter, swapped

Listed = Callable[[JID, tuple[JID, ...]], bool]

# what goes into the archive


def _unasked(outgoing: bool, moment: Moment) -> AbstractContextManager[None] | None:
    """On one side of a message whatever the preferences say."""
    right = preferences.wants

    def wants(accounts: Accounts, account: Account, peer: JID) -> bool:
        mine = moment.sender is not None and moment.sender.bare == account.jid
        return mine is outgoing or right(accounts, account, peer)

    return swapped(preferences, "wants", wants) if moment.asked == "chat" else None


for _name, _words, _outgoing in (("outgoing", "what users send", True), ("incoming", "what users get", False)):
    enter(f"prefs-ignored-for-{_name}", f"archives {_words}, whatever they prefer", bent=partial(_unasked, _outgoing))


def _listed_by(rule: Listed, moment: Moment) -> AbstractContextManager[None] | None:
    return swapped(preferences, "_listed", rule) if moment.asked == "chat" else None


MATCHES: tuple[tuple[str, str, Listed], ...] = (
    ("prefs-of-sessions-unmatched", "takes no notice of full JIDs in preferences",
     lambda peer, listed: peer.bare in listed),
    ("prefs-of-accounts-unmatched", "takes a bare JID in preferences for none of its sessions",
     lambda peer, listed: peer in listed),
    ("prefs-of-sessions-widened", "takes a full JID in preferences for the whole account",
     lambda peer, listed: peer.bare in {jid.bare for jid in listed}),
)  # fmt: skip
for _name, _text, _rule in MATCHES:
    enter(_name, _text, bent=partial(_listed_by, _rule))


# what is set, and what is told


def _left_as_it_was(name: str, moment: Moment) -> Element | None:
    """An order that leaves a list out is heard with the list as it is."""
    sent, sender, prefs = moment.sent, moment.sender, moment.payload
    if sent is None or sender is None or prefs is None or sent.get("type") != "set":
        return sent
    if (prefs.name, prefs.uri) != ("prefs", NS_MAM) or prefs.find(name, NS_MAM) is not None:
        return sent
    held = moment.host.archives.preferences(sender.bare, moment.to.bare if moment.to else sender.bare)
    jids = held.always if name == "always" else held.never
    listed = E(name, *(E("jid", jid, uri=NS_MAM) for jid in jids), uri=NS_MAM)
    return replace(sent, children=tuple(c.plus(listed) if c is prefs else c for c in sent.elements()))


for _name in ("always", "never"):
    enter(f"prefs-keep-{_name}", f"leaves {_name} as it was where preferences are set without it",
          heard=partial(_left_as_it_was, _name))  # fmt: skip


@changed
def prefs_with_unknown_default(moment: Moment, stanza: Element) -> Element:
    """tells a default of the preferences that there is not"""
    return attributes(stanza, "prefs", NS_MAM, default="sometimes") if moment.of(stanza, "iq-result") else stanza

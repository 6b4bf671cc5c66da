"""Archiving preferences and the policies of servers about them: XEP-0441.

A JID that is asked for in both lists ends up in `never` only: privacy wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockserver.archive.store import Preferences
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_MAM
from mockserver.muc.xml import E, Element

from .feature import ACCOUNT, ARCHIVE, AccountFeature, Request
from .model import Account, Accounts

feature = AccountFeature("preferences", "xep-0441")

DEFAULTS = ("always", "never", "roster")
REFUSE = "refuse"

Policy = Callable[[Preferences], Preferences]


def _forced(default: str) -> Policy:
    return lambda wanted: replace(wanted, default=default)


def _capped(length: int) -> Policy:
    return lambda wanted: replace(wanted, always=wanted.always[:length], never=wanted.never[:length])


def _made_bare(wanted: Preferences) -> Preferences:
    return replace(wanted, always=_bare(wanted.always), never=_bare(wanted.never))


POLICIES: dict[str, Policy] = {
    "": lambda wanted: wanted,
    "force-always": _forced("always"),
    "force-never": _forced("never"),
    "force-roster": _forced("roster"),
    "drop-always": lambda wanted: replace(wanted, always=()),
    "drop-never": lambda wanted: replace(wanted, never=()),
    "cap-1": _capped(1),
    "cap-2": _capped(2),
    "bare": _made_bare,
}


def check_policy(name: str) -> str:
    """The name, if it is a policy's. Raises ValueError."""
    if name != REFUSE and name not in POLICIES:
        raise ValueError(f"no such policy: {name!r}; there are {', '.join([*filter(None, POLICIES), REFUSE])}")
    return name


@feature.get("prefs", NS_MAM, ACCOUNT, ARCHIVE)
def tell(request: Request) -> list[Delivery]:
    held = request.accounts.archives.preferences(request.account.jid, request.target)
    return request.result(_described(held))


@feature.set("prefs", NS_MAM, ACCOUNT, ARCHIVE)
def change(request: Request) -> list[Delivery]:
    try:
        wanted = _read(request.payload)
    except BadJid as complaint:
        return request.refuse("jid-malformed", str(complaint))
    except ValueError as complaint:
        return request.refuse("bad-request", str(complaint))
    if request.accounts.prefs_policy == REFUSE:
        return request.refuse("not-allowed", "the preferences of this archive cannot be changed")
    applied = POLICIES[request.accounts.prefs_policy](wanted)
    request.accounts.archives.prefer(request.account.jid, request.target, applied)
    return request.result(_described(applied))


def wants(accounts: Accounts, account: Account, peer: JID) -> bool:
    """Whether a message to or from `peer` goes into the account's archive: XEP-0441 2.3."""
    held = accounts.archives.preferences(account.jid, account.jid)
    if _listed(peer, held.never):
        return False
    if _listed(peer, held.always):
        return True
    return peer.bare in account.roster if held.default == "roster" else held.default == "always"


def _listed(peer: JID, listed: tuple[JID, ...]) -> bool:
    return peer in listed or peer.bare in listed


def _read(prefs: Element) -> Preferences:
    default = prefs.get("default")
    if default not in DEFAULTS:
        raise ValueError(f"default is one of {', '.join(DEFAULTS)}")
    if prefs.has("always") or prefs.has("never"):
        raise ValueError("always and never are elements, not attributes")
    never = _jids(prefs.find("never", NS_MAM))
    always = _jids(prefs.find("always", NS_MAM))
    return Preferences(default, tuple(jid for jid in always if jid not in never), never)


def _jids(listed: Element | None) -> tuple[JID, ...]:
    found = listed.find_all("jid", NS_MAM) if listed else ()
    return tuple(dict.fromkeys(JID.parse(jid.text.strip()) for jid in found))


def _bare(listed: tuple[JID, ...]) -> tuple[JID, ...]:
    return tuple(dict.fromkeys(jid.bare for jid in listed))


def _described(held: Preferences) -> Element:
    lists = (
        E(name, *(E("jid", jid, uri=NS_MAM) for jid in jids), uri=NS_MAM)
        for name, jids in (("always", held.always), ("never", held.never))
    )
    return E("prefs", *lists, uri=NS_MAM, default=held.default)

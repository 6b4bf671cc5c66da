"""Bookmarks kept alike wherever a client keeps them: XEP-0402 5.3, XEP-0048 in PEP and in private storage.

A change in one place is carried to the other two. In PEP, sessions hear only of what is different then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_BOOKMARKS, NS_STORAGE
from mockserver.muc.xml import E, Element

from . import nodes, pep_events
from .feature import AccountFeature, Request
from .storage import private

feature = AccountFeature("bookmarks", "xep-0402", account_vars=(NS_BOOKMARKS + "#compat", NS_BOOKMARKS + "#compat-pep"))

STORAGE = ("storage", NS_STORAGE)
CURRENT = "current"  # the id of the one item with all old bookmarks: XEP-0048 3.1
MINE = {  # XEP-0223: for nobody else
    "pubsub#access_model": ("whitelist",),
    "pubsub#persist_items": ("1",),
    "pubsub#max_items": ("max",),
    "pubsub#send_last_published_item": ("never",),
}
ROOMY = {var: MINE[var] for var in ("pubsub#persist_items", "pubsub#max_items")}  # else a list would not fit
CAST = ("nick", "password", "extensions")


# from new to old


@feature.follow(NS_BOOKMARKS)
def native_changed(request: Request) -> list[Delivery]:
    node = request.account.nodes.get(NS_BOOKMARKS)
    items = node.items.items() if node else ()
    listed = [_cast(payload, NS_STORAGE).with_attrs(jid=name) for name, payload in items]
    before = request.account.stored.get(STORAGE)
    others = [c for c in before.elements() if c.name != "conference"] if before else []
    storage = E("storage", *listed, *others, uri=NS_STORAGE)
    request.account.stored[STORAGE] = storage
    return _mirror(request, storage)


def _mirror(request: Request, storage: Element) -> list[Delivery]:
    """The old bookmarks as the one item of their node; nothing happens where they are there already."""
    node = nodes.get_or_make(request.account, NS_STORAGE, {**MINE, "pubsub#max_items": ("1",)})
    if node.items.get(CURRENT) == storage:
        return []
    nodes.put(node, CURRENT, storage)
    return pep_events.announce(request.accounts, request.account, node, pep_events.published(node, CURRENT))


def _cast(conference: Element, uri: str) -> Element:
    """A conference element in the other namespace, with its own children only."""
    kept = [replace(c, uri=uri) for c in conference.elements() if c.name in CAST and c.uri == conference.uri]
    return E("conference", *kept, uri=uri, name_=conference.get("name") or None, autojoin=_truth(conference))


def _truth(conference: Element) -> str | None:
    return "true" if conference.get("autojoin") in ("1", "true") else None


# from old to new


@feature.follow(NS_STORAGE)
def legacy_published(request: Request) -> list[Delivery]:
    node = request.account.nodes.get(NS_STORAGE)
    latest = next(reversed(node.items.values()), None) if node else None
    storage = latest or E("storage", uri=NS_STORAGE)
    request.account.stored[STORAGE] = storage
    return _take_over(request, storage)


@feature.follow(private(NS_STORAGE))
def legacy_stored(request: Request) -> list[Delivery]:
    storage = request.account.stored[STORAGE]
    return [*_take_over(request, storage), *_mirror(request, storage)]


def _take_over(request: Request, storage: Element) -> list[Delivery]:
    """The items become those of the old list; what is equal already is left alone."""
    node = nodes.get_or_make(request.account, NS_BOOKMARKS, MINE)
    node.config |= ROOMY
    wanted = dict(_native(storage, node.items))
    gone = [name for name in node.items if name not in wanted]
    new = [name for name, payload in wanted.items() if name not in node.items or not _same(node.items[name], payload)]
    for name in gone:
        del node.items[name]
    for name in new:
        nodes.put(node, name, wanted[name])
    events = [pep_events.published(node, name) for name in new] + [pep_events.retracted(node, name) for name in gone]
    return [d for event in events for d in pep_events.announce(request.accounts, request.account, node, event)]


def _native(storage: Element, held: dict[str, Element]) -> Iterator[tuple[str, Element]]:
    """Each old bookmark as an item; extensions that the old list does not know stay."""
    for conference in storage.find_all("conference", NS_STORAGE):
        try:
            name = str(JID.parse(conference.get("jid")))
        except BadJid:
            continue
        new, old = _cast(conference, NS_BOOKMARKS), held.get(name)
        extensions = old.find("extensions", NS_BOOKMARKS) if old else None
        keeps = extensions and not new.find("extensions", NS_BOOKMARKS)
        yield name, new.plus(extensions) if keeps and extensions else new


def _same(one: Element, other: Element) -> bool:
    return _cast(one, NS_BOOKMARKS) == _cast(other, NS_BOOKMARKS)

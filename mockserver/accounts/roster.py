"""The roster, without subscriptions: RFC 6121 2. It starts empty; who has its version gets it no second time (2.6)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_ROSTER
from mockserver.muc.xml import E, Element, render

from .feature import ACCOUNT, AccountFeature, Request
from .model import Account

feature = AccountFeature("roster", "rfc-6121")


@feature.get("query", NS_ROSTER, ACCOUNT)
def fetch(request: Request) -> list[Delivery]:
    request.session.interested = True
    if request.payload.get("ver") == version(request.account):
        return request.result()
    return request.result(_query(request.account, *request.account.roster.values()))


def version(account: Account) -> str:
    """The same for the same contacts, also when the server was away in between: nothing of it has to be kept."""
    return sha256("".join(sorted(map(render, account.roster.values()))).encode()).hexdigest()[:32]


def _query(account: Account, *items: Element) -> Element:
    return E("query", *items, uri=NS_ROSTER, ver=version(account))


@feature.set("query", NS_ROSTER, ACCOUNT)
def change(request: Request) -> list[Delivery]:
    items = list(request.payload.find_all("item", NS_ROSTER))
    try:
        (contact,) = [JID.parse(item.get("jid")).bare for item in items]
    except (BadJid, ValueError):
        return request.refuse("bad-request", "a roster set has one item with a jid")
    item = _stored(items[0], contact)
    if item.get("subscription") != "remove":
        request.account.roster[contact] = item
    elif request.account.roster.pop(contact, None) is None:
        return request.refuse("item-not-found", "that contact is not in the roster")
    return [*request.result(), *_push(request, item)]


def _stored(item: Element, contact: JID) -> Element:
    subscription = "remove" if item.get("subscription") == "remove" else "none"
    return replace(item, attrs=()).with_attrs(
        jid=str(contact), name=item.get("name") or None, subscription=subscription
    )


def _push(request: Request, item: Element) -> list[Delivery]:
    interested = [s for s in request.account.sessions.values() if s.interested]
    return [
        Delivery(E("iq", _query(request.account, item), type="set", id=request.accounts.new_id()), (s.jid,))
        for s in interested
    ]

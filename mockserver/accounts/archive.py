"""The archive of an account, at its bare JID: XEP-0313 3.3.1 and 6.1.1. Stable ids by XEP-0359.

Retractions are kept like what has a body (XEP-0424 2); there are no tombstones.
"""

from __future__ import annotations

from dataclasses import replace

from mockserver.muc import mam
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_MAM, NS_RETRACT, NS_SID
from mockserver.muc.xml import E, Element

from . import preferences
from .feature import ACCOUNT, OTHER, AccountFeature, Request, Traffic
from .model import Accounts

feature = AccountFeature("archive", "xep-0313", account_vars=(*mam.FEATURES, NS_SID, NS_RETRACT))


@feature.get("query", NS_MAM, ACCOUNT)
def form(request: Request) -> list[Delivery]:
    return request.result(mam.form())


@feature.get("metadata", NS_MAM, ACCOUNT)
def metadata(request: Request) -> list[Delivery]:
    return request.result(state(request.accounts, request.account.jid))


@feature.set("query", NS_MAM, ACCOUNT)
def query(request: Request) -> list[Delivery]:
    entries = request.accounts.archives.entries(request.account.jid)
    try:
        results, fin = mam.answer(request.payload, entries)
    except mam.BadQuery as complaint:
        return request.refuse(complaint.condition, str(complaint))
    source, to = str(request.account.jid), (request.session.jid,)
    return [*(Delivery(result.with_attrs(from_=source), to) for result in results), *request.result(fin)]


@feature.get("query", NS_MAM, OTHER)
@feature.set("query", NS_MAM, OTHER)
@feature.get("metadata", NS_MAM, OTHER)
def pry(request: Request) -> list[Delivery]:
    """XEP-0313 8.1: an archive is for its user alone."""
    return request.refuse("forbidden", "this archive is somebody else's")


@feature.outgoing.append
def keep_sent(traffic: Traffic) -> Element:
    if traffic.peer.bare == traffic.account.jid:  # what goes to oneself is kept once, as it comes in
        return traffic.message
    return _kept(traffic)


@feature.incoming.append
def keep_received(traffic: Traffic) -> Element:
    return _kept(traffic)


def _kept(traffic: Traffic) -> Element:
    """The message with its id in this archive, as the owner's sessions see it; forged ids are taken away."""
    owner = traffic.account.jid
    genuine = tuple(c for c in traffic.message.children if isinstance(c, str) or not _claims(c, owner))
    traffic = replace(traffic, message=replace(traffic.message, children=genuine))
    name = _keep(traffic)
    return traffic.message.plus(E("stanza-id", uri=NS_SID, id=name, by=str(owner))) if name else traffic.message


def _keep(traffic: Traffic) -> str:
    """The archive's id of the message; empty where it was not kept."""
    accounts, message = traffic.accounts, traffic.message
    worth = message.find("body", NS_CLIENT) or message.find("retract", NS_RETRACT)
    if message.get("type") not in ("", "normal", "chat") or worth is None:
        return ""
    if not preferences.wants(accounts, traffic.account, traffic.peer):
        return ""
    entry = mam.Entry(accounts.new_id(), traffic.now, message, (traffic.peer,))
    accounts.archives.append(traffic.account.jid, entry)
    return entry.id


def _claims(child: Element, owner: str) -> bool:
    """A stanza-id that pretends to be this archive's: XEP-0359 security considerations."""
    return child.name == "stanza-id" and child.uri == NS_SID and child.get("by") == owner


def state(accounts: Accounts, account: JID) -> Element:
    """The first and last message of an account's archive: XEP-0313 5, XEP-0386 3.2."""
    return mam.metadata(accounts.archives.entries(account))

"""Service discovery of the host and of accounts: XEP-0030. The host's items are its MUC service and its components."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS
from mockserver.muc.xml import E, Element

from .feature import ACCOUNT, HOST, AccountFeature, Request

DISCO = (NS_DISCO_INFO, NS_DISCO_ITEMS)

feature = AccountFeature("disco", "xep-0030", host_vars=DISCO, account_vars=DISCO)


@feature.get("query", NS_DISCO_INFO, HOST, ACCOUNT)
def info(request: Request) -> list[Delivery]:
    if request.payload.get("node"):
        return request.refuse("item-not-found", "there is no such node")
    at_host = request.place == HOST
    identities = [("server", "im")] if at_host else [("account", "registered"), *_identities(request)]
    offered = [f for f in request.features if f.offered(request.accounts)]
    found = {v: None for f in offered for v in (f.host_vars if at_host else f.account_vars)}
    shown = (E("identity", uri=NS_DISCO_INFO, category=c, type=kind, name_="mucspec") for c, kind in identities)
    return request.result(_query(NS_DISCO_INFO, *shown, *(E("feature", uri=NS_DISCO_INFO, var=v) for v in found)))


def _identities(request: Request) -> list[tuple[str, str]]:
    return [identity for feature in request.features for identity in feature.identities]


@feature.get("query", NS_DISCO_ITEMS, HOST, ACCOUNT)
def items(request: Request) -> list[Delivery]:
    if request.payload.get("node"):
        return request.refuse("item-not-found", "there is no such node")
    if request.place == HOST:
        rooms = E("item", uri=NS_DISCO_ITEMS, jid=str(request.accounts.muc_domain), name_="Chatrooms")
        components = (E("item", uri=NS_DISCO_ITEMS, jid=str(jid)) for jid in request.accounts.components)
        return request.result(_query(NS_DISCO_ITEMS, rooms, *components))
    listed = [item for f in request.features for source in f.items for item in source(request.account)]
    return request.result(_query(NS_DISCO_ITEMS, *listed))


def _query(uri: str, *children: Element | None) -> Element:
    return E("query", *children, uri=uri)

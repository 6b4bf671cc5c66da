"""What clients keep on their server: private XML storage (XEP-0049, bookmarks of XEP-0048) and vCards (XEP-0054)."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_PRIVATE, NS_VCARD
from mockserver.muc.xml import E

from .feature import ACCOUNT, OTHER, AccountFeature, Request

feature = AccountFeature("storage", "xep-0049", host_vars=(NS_PRIVATE, NS_VCARD), account_vars=(NS_VCARD,))


@feature.get("query", NS_PRIVATE, ACCOUNT)
def fetch(request: Request) -> list[Delivery]:
    wanted = list(request.payload.elements())
    if len(wanted) != 1:
        return request.refuse("bad-request", "name one element")
    found = request.account.stored.get((wanted[0].name, wanted[0].uri), wanted[0])
    return request.result(E("query", found, uri=NS_PRIVATE))


@feature.set("query", NS_PRIVATE, ACCOUNT)
def keep(request: Request) -> list[Delivery]:
    for element in request.payload.elements():
        request.account.stored[element.name, element.uri] = element
    return request.result()


@feature.get("vCard", NS_VCARD, ACCOUNT, OTHER)
def fetch_card(request: Request) -> list[Delivery]:
    owner = request.accounts.get(request.target)
    card = owner.stored.get(("vCard", NS_VCARD)) if owner else None
    if card is None and request.place == OTHER:
        return request.refuse("service-unavailable")
    return request.result(card or E("vCard", uri=NS_VCARD))


@feature.set("vCard", NS_VCARD, ACCOUNT)
def keep_card(request: Request) -> list[Delivery]:
    request.account.stored["vCard", NS_VCARD] = request.payload
    return request.result()

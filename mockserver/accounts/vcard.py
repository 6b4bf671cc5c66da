"""The vCard of an account: XEP-0054, with the avatar that XEP-0153 puts there."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_VCARD
from mockserver.muc.xml import E

from .feature import ACCOUNT, OTHER, AccountFeature, Request

feature = AccountFeature("vcard", "xep-0054", host_vars=(NS_VCARD,), account_vars=(NS_VCARD,))

CARD = ("vCard", NS_VCARD)


@feature.get("vCard", NS_VCARD, ACCOUNT, OTHER)
def fetch(request: Request) -> list[Delivery]:
    """Everybody may read it. One's own is empty at first; somebody else's is not there then (XEP-0054 3.3)."""
    owner = request.accounts.get(request.target)
    card = owner.stored.get(CARD) if owner else None
    if card is None and request.place == OTHER:
        return request.refuse("service-unavailable")
    return request.result(card or E("vCard", uri=NS_VCARD))


@feature.set("vCard", NS_VCARD, ACCOUNT)
def keep(request: Request) -> list[Delivery]:
    request.account.stored[CARD] = request.payload
    return request.result()


@feature.set("vCard", NS_VCARD, OTHER)
def meddle(request: Request) -> list[Delivery]:
    return request.refuse("forbidden", "this is somebody else's")

"""Private XML storage: XEP-0049. Bookmarks of XEP-0048 lie here too."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_PRIVATE
from mockserver.muc.xml import E

from .feature import ACCOUNT, OTHER, AccountFeature, Request

feature = AccountFeature("storage", "xep-0049", host_vars=(NS_PRIVATE,))


def private(uri: str) -> str:
    """What `Request.follow` calls a change of private data in this namespace."""
    return f"private {uri}"


@feature.get("query", NS_PRIVATE, ACCOUNT)
def fetch(request: Request) -> list[Delivery]:
    wanted = list(request.payload.elements())
    if len(wanted) != 1:
        return request.refuse("bad-request", "name one element")
    found = request.account.stored.get((wanted[0].name, wanted[0].uri), wanted[0])
    return request.result(E("query", found, uri=NS_PRIVATE))


@feature.set("query", NS_PRIVATE, ACCOUNT)
def keep(request: Request) -> list[Delivery]:
    """Data in a namespace of their own: XEP-0049 2.3."""
    elements = list(request.payload.elements())
    if not elements or any(element.uri == NS_PRIVATE for element in elements):
        return request.refuse("not-acceptable", "name at least one element in a namespace of its own")
    for element in elements:
        request.account.stored[element.name, element.uri] = element
    changed = dict.fromkeys(element.uri for element in elements)
    return [*request.result(), *(d for uri in changed for d in request.follow(private(uri)))]


@feature.get("query", NS_PRIVATE, OTHER)
@feature.set("query", NS_PRIVATE, OTHER)
def meddle(request: Request) -> list[Delivery]:
    return request.refuse("forbidden", "this is somebody else's")

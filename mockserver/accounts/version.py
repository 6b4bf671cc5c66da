"""Software version: XEP-0092."""

from __future__ import annotations

from mockserver.muc import about
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_VERSION
from mockserver.muc.xml import E

from .feature import HOST, AccountFeature, Request

feature = AccountFeature("version", "xep-0092", host_vars=(NS_VERSION,))


@feature.get("query", NS_VERSION, HOST)
def version(request: Request) -> list[Delivery]:
    name, number = (E(k, text, uri=NS_VERSION) for k, text in (("name", about.NAME), ("version", about.VERSION)))
    return request.result(E("query", name, number, uri=NS_VERSION))

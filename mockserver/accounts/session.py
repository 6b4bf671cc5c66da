"""The legacy session request: RFC 3921 3. It does nothing and always works."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_SESSION

from .feature import ACCOUNT, HOST, AccountFeature, Request

feature = AccountFeature("session", "rfc-3921")


@feature.set("session", NS_SESSION, ACCOUNT, HOST)
def begin(request: Request) -> list[Delivery]:
    return request.result()

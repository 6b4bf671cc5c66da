"""Ping: XEP-0199. Answered by the host and by accounts."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_PING

from .feature import ACCOUNT, HOST, AccountFeature, Request

feature = AccountFeature("ping", "xep-0199", host_vars=(NS_PING,), account_vars=(NS_PING,))


@feature.get("ping", NS_PING, ACCOUNT, HOST)
def pong(request: Request) -> list[Delivery]:
    return request.result()

"""Copies of a conversation for the user's other sessions: XEP-0280."""

from __future__ import annotations

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CARBONS, NS_CLIENT, NS_FORWARD
from mockserver.muc.xml import E

from .feature import ACCOUNT, AccountFeature, Request, Traffic

feature = AccountFeature("carbons", "xep-0280", host_vars=(NS_CARBONS,), account_vars=(NS_CARBONS,))


@feature.set("enable", NS_CARBONS, ACCOUNT)
def enable(request: Request) -> list[Delivery]:
    request.session.carbons = True
    return request.result()


@feature.set("disable", NS_CARBONS, ACCOUNT)
def disable(request: Request) -> list[Delivery]:
    request.session.carbons = False
    return request.result()


@feature.sent.append
def copy_sent(traffic: Traffic, audience: tuple[JID, ...]) -> list[Delivery]:
    return _copies(traffic, "sent", audience)


@feature.received.append
def copy_received(traffic: Traffic, audience: tuple[JID, ...]) -> list[Delivery]:
    return _copies(traffic, "received", audience)


def _copies(traffic: Traffic, side: str, audience: tuple[JID, ...]) -> list[Delivery]:
    """To the sessions that want copies and neither sent the message nor get it anyway."""
    message = traffic.message
    sessions = traffic.account.sessions.values()
    others = tuple(s.jid for s in sessions if s.carbons and s is not traffic.session and s.jid not in audience)
    if not others or message.find("private", NS_CARBONS) or message.uri != NS_CLIENT:
        return []
    copy = E(side, E("forwarded", message, uri=NS_FORWARD), uri=NS_CARBONS)
    kind = message.get("type") or None
    return [Delivery(E("message", copy, type=kind, from_=str(traffic.account.jid)), others)]

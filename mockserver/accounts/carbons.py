"""Copies of a conversation for the user's other sessions: XEP-0280. Which messages are copied: 6.1."""

from __future__ import annotations

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import (
    NS_CARBONS,
    NS_CHATSTATES,
    NS_CLIENT,
    NS_CONFERENCE,
    NS_FORWARD,
    NS_HINTS,
    NS_MARKERS,
    NS_RECEIPTS,
    NS_USER,
)
from mockserver.muc.xml import E, Element

from .feature import ACCOUNT, AccountFeature, Request, Traffic

feature = AccountFeature("carbons", "xep-0280", host_vars=(NS_CARBONS,), account_vars=(NS_CARBONS,))

CONVERSATION = frozenset({NS_RECEIPTS, NS_CHATSTATES, NS_MARKERS})


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
    return _copies(traffic, traffic.message, "sent", _others(traffic, audience))


@feature.received.append
def copy_received(traffic: Traffic, audience: tuple[JID, ...]) -> list[Delivery]:
    return _copies(traffic, traffic.message, "received", _others(traffic, audience))


@feature.whispered.append
def copy_whisper(traffic: Traffic, seats: tuple[JID, ...]) -> list[Delivery]:
    """For sessions under the same nickname only, marked as what it is; the room copies what comes back."""
    message = traffic.message
    marked = message if message.find("x", NS_USER) else message.plus(E("x", uri=NS_USER))
    sessions = (traffic.accounts.session(seat) for seat in seats)
    return _copies(traffic, marked, "sent", tuple(s.jid for s in sessions if s and s.carbons))


def _others(traffic: Traffic, audience: tuple[JID, ...]) -> tuple[JID, ...]:
    """The sessions that want copies and neither sent the message nor get it anyway."""
    sessions = traffic.account.sessions.values()
    return tuple(s.jid for s in sessions if s.carbons and s is not traffic.session and s.jid not in audience)


def _copies(traffic: Traffic, message: Element, side: str, to: tuple[JID, ...]) -> list[Delivery]:
    if not to or not eligible(message):
        return []
    copy = E(side, E("forwarded", message, uri=NS_FORWARD), uri=NS_CARBONS)
    kind = message.get("type") or None
    return [Delivery(E("message", copy, type=kind, from_=str(traffic.account.jid)), to)]


def eligible(message: Element) -> bool:
    """Chats, and whatever else belongs to a conversation, unless somebody asked for it not to be copied."""
    if message.find("private", NS_CARBONS) or message.find("no-copy", NS_HINTS):
        return False
    match message.get("type"):
        case "chat":
            return True
        case "groupchat" | "headline":
            return False
    return any(_belongs(child) for child in message.elements())


def _belongs(child: Element) -> bool:
    """A body, an event of a conversation, an invitation to a room."""
    if (child.name, child.uri) == ("x", NS_USER):
        return child.find("invite", NS_USER) is not None
    return (child.name, child.uri) in (("body", NS_CLIENT), ("x", NS_CONFERENCE)) or child.uri in CONVERSATION

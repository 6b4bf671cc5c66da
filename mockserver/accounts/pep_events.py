"""What an account's sessions hear of its pubsub nodes: XEP-0163 4, XEP-0060 7.1.2. Contacts hear nothing."""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_PUBSUB_EVENT
from mockserver.muc.xml import E, Element

from . import nodes
from .feature import Moment
from .model import Account, Accounts, Node, Session


def announce(accounts: Accounts, account: Account, node: Node, *what: Element) -> list[Delivery]:
    """An event for all available sessions whose client wants to hear of this node."""
    to = tuple(s for s in account.sessions.values() if s.presence is not None and wants(s, node))
    if not to or not what or nodes.setting(node, "deliver_notifications") != "1":
        return []
    return [_event(accounts, account, *what, to=to)]


def wants(session: Session, node: Node) -> bool:
    return f"{node.name}+notify" in session.features


def published(node: Node, *names: str, items: dict[str, Element] | None = None) -> Element:
    """These items of the node as an event shows them."""
    held, full = items if items is not None else node.items, nodes.setting(node, "deliver_payloads") == "1"
    shown = (E("item", held[name] if full else None, uri=NS_PUBSUB_EVENT, id=name) for name in names)
    return E("items", *shown, uri=NS_PUBSUB_EVENT, node=node.name)


def retracted(node: Node, *names: str) -> Element:
    gone = (E("retract", uri=NS_PUBSUB_EVENT, id=name) for name in names)
    return E("items", *gone, uri=NS_PUBSUB_EVENT, node=node.name)


def last_items(moment: Moment) -> list[Delivery]:
    """The last item of every node that says so, for a session whose wishes are known now: XEP-0163 4.3.4."""
    account, session = moment.account, moment.session
    due = [n for n in account.nodes.values() if n.items and wants(session, n) and session.presence is not None]
    return [
        _event(moment.accounts, account, published(node, next(reversed(node.items))), to=(session,))
        for node in due
        if nodes.setting(node, "send_last_published_item") == "on_sub_and_presence"
    ]


def _event(accounts: Accounts, account: Account, *what: Element, to: tuple[Session, ...]) -> Delivery:
    event = E("event", *what, uri=NS_PUBSUB_EVENT)
    message = E("message", event, type="headline", id=accounts.new_id(), from_=account.jid)
    return Delivery(message, tuple(session.jid for session in to))

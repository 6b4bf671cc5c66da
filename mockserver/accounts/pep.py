"""Personal eventing: XEP-0163, the part of XEP-0060 that clients need. Publishing, retracting and reading items.

Who owns the nodes does all of it, everybody reads nodes whose access model is open. There are no subscriptions:
sessions hear of what their entity capabilities name (`NODE+notify`). Nodes come into being by publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_DATA, NS_DISCO_ITEMS, NS_PUBSUB, NS_PUBSUB_OWNER
from mockserver.muc.xml import E, Element

from . import nodes, pep_events, pep_nodes
from .feature import ACCOUNT, OTHER, AccountFeature, Request
from .model import Account, Node
from .pep_nodes import Act, wrong

CAN = (
    "access-open", "access-presence", "access-whitelist", "auto-create", "config-node", "config-node-max",
    "create-and-configure", "create-nodes", "delete-items", "delete-nodes", "filtered-notifications", "item-ids",
    "last-published", "multi-items", "persistent-items", "publish", "publish-options", "purge-nodes",
    "retract-items", "retrieve-default", "retrieve-items",
)  # fmt: skip

feature = AccountFeature(
    "pep",
    "xep-0163",
    account_vars=(NS_PUBSUB, *(f"{NS_PUBSUB}#{name}" for name in CAN)),
    identities=(("pubsub", "pep"),),
)
feature.learned.append(pep_events.last_items)

feature.get("pubsub", NS_PUBSUB_OWNER, ACCOUNT)(pep_nodes.ask)
feature.set("pubsub", NS_PUBSUB_OWNER, ACCOUNT)(pep_nodes.change)


@feature.items.append
def listed(account: Account) -> Iterator[Element]:
    return (E("item", uri=NS_DISCO_ITEMS, jid=account.jid, node=name) for name in account.nodes)


@feature.set("pubsub", NS_PUBSUB, ACCOUNT)
def change(request: Request) -> list[Delivery]:
    for child in request.payload.elements():
        if act := ACTIONS.get(child.name):
            return act(request, child)
    return _unsupported(request)


@feature.set("pubsub", NS_PUBSUB, OTHER)
@feature.get("pubsub", NS_PUBSUB_OWNER, OTHER)
@feature.set("pubsub", NS_PUBSUB_OWNER, OTHER)
def meddle(request: Request) -> list[Delivery]:
    return request.refuse("forbidden", "these nodes are somebody else's")


def _unsupported(request: Request) -> list[Delivery]:
    name = next((child.name for child in request.payload.elements()), "")
    if not name:
        return request.refuse("bad-request", "nothing is asked")
    return wrong(request, "feature-not-implemented", "unsupported", feature=name)


# publishing


def publish(request: Request, action: Element) -> list[Delivery]:
    if not action.get("node"):
        return wrong(request, "bad-request", "nodeid-required")
    items = list(action.find_all("item", NS_PUBSUB))
    if problem := _problem(items):
        return wrong(request, "bad-request", problem)
    extra = request.payload.find("publish-options", NS_PUBSUB)
    try:
        options = nodes.read(extra.find("x", NS_DATA) if extra else None, nodes.OPTIONS)
    except nodes.BadConfig as complaint:
        return wrong(request, "conflict", "precondition-not-met", str(complaint))
    node = nodes.get_or_make(request.account, action.get("node"), options)
    if not nodes.met(node, options):
        return wrong(request, "conflict", "precondition-not-met", "the node is set otherwise")
    return _publish(request, node, items)


def _problem(items: list[Element]) -> str:
    """What is wrong with the items: at least one, each with one payload."""
    payloads = [len(list(item.elements())) for item in items]
    if not payloads:
        return "item-required"
    return "payload-required" if 0 in payloads else "invalid-payload" if max(payloads) > 1 else ""


def _publish(request: Request, node: Node, items: list[Element]) -> list[Delivery]:
    new = {item.get("id") or request.accounts.new_id(): next(item.elements()) for item in items}
    for name, payload in new.items():
        nodes.put(node, name, payload)
    shown = (E("item", uri=NS_PUBSUB, id=name) for name in new)
    confirmed = E("pubsub", E("publish", *shown, uri=NS_PUBSUB, node=node.name), uri=NS_PUBSUB)
    event = pep_events.published(node, *new, items=new)
    told = pep_events.announce(request.accounts, request.account, node, event)
    return [*request.result(confirmed), *told, *request.follow(node.name)]


def retract(request: Request, action: Element) -> list[Delivery]:
    if not action.get("node"):
        return wrong(request, "bad-request", "nodeid-required")
    node = request.account.nodes.get(action.get("node"))
    names = [item.get("id") for item in action.find_all("item", NS_PUBSUB)]
    if not names or not all(names):
        return wrong(request, "bad-request", "item-required")
    if node is None or not set(names) <= set(node.items):
        return request.refuse("item-not-found", "there is no such item")
    for name in names:
        node.items.pop(name, None)
    loud = action.get("notify") in ("1", "true") or nodes.setting(node, "notify_retract") == "1"
    event = (pep_events.retracted(node, *names),) if loud else ()
    told = pep_events.announce(request.accounts, request.account, node, *event)
    return [*request.result(), *told, *request.follow(node.name)]


ACTIONS: dict[str, Act] = {"publish": publish, "retract": retract, "create": pep_nodes.create}


# reading


@feature.get("pubsub", NS_PUBSUB, ACCOUNT, OTHER)
def fetch(request: Request) -> list[Delivery]:
    asked = request.payload.find("items", NS_PUBSUB)
    if asked is None:
        return _unsupported(request)
    if not asked.get("node"):
        return wrong(request, "bad-request", "nodeid-required")
    owner = request.accounts.get(request.target)
    if owner is None:
        return request.refuse("service-unavailable")
    node = owner.nodes.get(asked.get("node"))
    if node is None:
        return request.refuse("item-not-found", "there is no such node")
    return _closed(request, node) or _items(request, node, asked)


def _closed(request: Request, node: Node) -> list[Delivery]:
    """The refusal for somebody else, unless the node is open: XEP-0060 6.5.9."""
    model = nodes.setting(node, "access_model")
    if request.place == ACCOUNT or model == "open":
        return []
    if model == "presence":
        return wrong(request, "not-authorized", "presence-subscription-required")
    return wrong(request, "not-allowed", "closed-node")


def _items(request: Request, node: Node, asked: Element) -> list[Delivery]:
    """Those that are named, the latest ones, or all; oldest first."""
    names = [item.get("id") for item in asked.find_all("item", NS_PUBSUB)] or list(node.items)
    if asked.get("max_items").isdecimal():
        names = names[-int(asked.get("max_items")) :] if int(asked.get("max_items")) else []
    shown = (E("item", node.items[n], uri=NS_PUBSUB, id=n) for n in names if n in node.items)
    return request.result(E("pubsub", E("items", *shown, uri=NS_PUBSUB, node=node.name), uri=NS_PUBSUB))

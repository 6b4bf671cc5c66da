"""Creating, setting, emptying and deleting nodes: XEP-0060 8. Answers for the feature pep, which knows who asks."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.muc.forms import form, offered
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_DATA, NS_PUBSUB, NS_PUBSUB_ERRORS, NS_PUBSUB_EVENT, NS_PUBSUB_OWNER
from mockserver.muc.xml import E, Element

from . import nodes, pep_events
from .feature import Request
from .model import Node

Act = Callable[[Request, Element], list[Delivery]]


def wrong(request: Request, condition: str, detail: str, text: str = "", **attrs: str) -> list[Delivery]:
    """A stanza error with its pubsub-specific condition."""
    return request.refuse(condition, text, E(detail, uri=NS_PUBSUB_ERRORS, **attrs))


def create(request: Request, action: Element) -> list[Delivery]:
    name = action.get("node")
    if not name:  # instant nodes are not offered
        return wrong(request, "not-acceptable", "nodeid-required")
    if name in request.account.nodes:
        return request.refuse("conflict", "that node is there already")
    extra = request.payload.find("configure", NS_PUBSUB)
    try:
        config = nodes.read(extra.find("x", NS_DATA) if extra else None, nodes.CONFIG)
    except nodes.BadConfig as complaint:
        return request.refuse("not-acceptable", str(complaint))
    request.account.nodes[name] = Node(name, config)
    return request.result()


def ask(request: Request) -> list[Delivery]:
    """The configuration of a node, or the one that new nodes get."""
    action = next(request.payload.elements(), None)
    if action is None or action.name not in ("configure", "default"):
        return wrong(request, "feature-not-implemented", "unsupported", feature="manage-subscriptions")
    if action.name == "default":
        return request.result(_shown("default", Node("")))
    if not action.get("node"):
        return wrong(request, "bad-request", "nodeid-required")
    node = request.account.nodes.get(action.get("node"))
    if node is None:
        return request.refuse("item-not-found", "there is no such node")
    return request.result(_shown("configure", node))


def _shown(name: str, node: Node) -> Element:
    fields = (offered(f, node.config.get(f.var, f.default)) for f in nodes.FIELDS.values())
    shown = E(name, form("form", nodes.CONFIG, *fields), uri=NS_PUBSUB_OWNER, node=node.name or None)
    return E("pubsub", shown, uri=NS_PUBSUB_OWNER)


def change(request: Request) -> list[Delivery]:
    action = next(request.payload.elements(), None)
    act = OWNER_ACTIONS.get(action.name) if action else None
    if action is None or act is None:
        return wrong(request, "feature-not-implemented", "unsupported", feature="manage-subscriptions")
    if not action.get("node"):
        return wrong(request, "bad-request", "nodeid-required")
    if action.get("node") not in request.account.nodes:
        return request.refuse("item-not-found", "there is no such node")
    return act(request, action)


def configure(request: Request, action: Element) -> list[Delivery]:
    submission = action.find("x", NS_DATA)
    if submission is None:
        return request.refuse("bad-request", "a configuration is a form")
    if submission.get("type") == "cancel":
        return request.result()
    try:
        config = nodes.read(submission, nodes.CONFIG)
    except nodes.BadConfig as complaint:
        return request.refuse("not-acceptable", str(complaint))
    node = request.account.nodes[action.get("node")]
    node.config.update(config)
    nodes.trim(node)
    return request.result()


def delete(request: Request, action: Element) -> list[Delivery]:
    node = request.account.nodes.pop(action.get("node"))
    loud = nodes.setting(node, "notify_delete") == "1"
    event = (E("delete", uri=NS_PUBSUB_EVENT, node=node.name),) if loud else ()
    told = pep_events.announce(request.accounts, request.account, node, *event)
    return [*request.result(), *told, *request.follow(node.name)]


def purge(request: Request, action: Element) -> list[Delivery]:
    node = request.account.nodes[action.get("node")]
    node.items.clear()
    event = E("purge", uri=NS_PUBSUB_EVENT, node=node.name)
    told = pep_events.announce(request.accounts, request.account, node, event)
    return [*request.result(), *told, *request.follow(node.name)]


OWNER_ACTIONS: dict[str, Act] = {"configure": configure, "delete": delete, "purge": purge}

"""Pubsub nodes of accounts, how they are set and what they hold: XEP-0060 16.4, XEP-0163. No request, no delivery."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.muc.forms import plain, submitted, valid
from mockserver.muc.model import ConfigField
from mockserver.muc.namespaces import NS_PUBSUB
from mockserver.muc.xml import Element

from .model import Account, Node

Values = Mapping[str, tuple[str, ...]]

CONFIG = NS_PUBSUB + "#node_config"
OPTIONS = NS_PUBSUB + "#publish-options"
MOST = 256  # items of a node whose pubsub#max_items is "max"

FIELDS = {
    field.var: field
    for field in (
        ConfigField("pubsub#title", label="Title", default=("",)),
        ConfigField(
            "pubsub#access_model", "list-single", "Who may read", ("presence",),
            options=("open", "presence", "whitelist"),
        ),
        ConfigField("pubsub#publish_model", "list-single", "Who may publish", ("publishers",), options=("publishers",)),
        ConfigField("pubsub#persist_items", "boolean", "Items are kept", ("1",)),
        ConfigField("pubsub#max_items", label="The most items: a number, or max", default=("1",)),
        ConfigField(
            "pubsub#send_last_published_item", "list-single", "When the last item is sent", ("on_sub_and_presence",),
            options=("never", "on_sub", "on_sub_and_presence"),
        ),
        ConfigField("pubsub#deliver_notifications", "boolean", "Changes are announced", ("1",)),
        ConfigField("pubsub#deliver_payloads", "boolean", "Announcements have payloads", ("1",)),
        ConfigField("pubsub#notify_retract", "boolean", "Every retraction is announced", ("0",)),
        ConfigField("pubsub#notify_delete", "boolean", "Deletion of the node is announced", ("1",)),
        ConfigField("pubsub#type", label="Namespace of the payloads", default=("",)),
    )
}  # fmt: skip


class BadConfig(ValueError):
    """A form that is none of this kind, or a field or value that nodes do not have."""


def read(form: Element | None, form_type: str) -> dict[str, tuple[str, ...]]:
    """The values of a submitted form as they are kept; without a form nothing. Raises `BadConfig`."""
    values = dict(submitted(form))
    if form is not None and values.pop("FORM_TYPE", (form_type,)) != (form_type,):
        raise BadConfig(f"the form has the FORM_TYPE {form_type}")
    if unknown := sorted(set(values) - set(FIELDS)):
        raise BadConfig(f"nodes have no {', '.join(unknown)}")
    kept = {var: plain(FIELDS[var], value) for var, value in values.items()}
    if wrong := sorted(var for var, value in kept.items() if not _possible(var, value)):
        raise BadConfig(f"not a value that it can have: {', '.join(wrong)}")
    return kept


def _possible(var: str, value: tuple[str, ...]) -> bool:
    if var == "pubsub#max_items":
        return value == ("max",) or (len(value) == 1 and value[0].isdecimal() and 0 < int(value[0]) <= MOST)
    return len(value) == 1 and valid(FIELDS[var], value)


def setting(node: Node, var: str) -> str:
    """The value of a field by its short name: `access_model`."""
    full = f"pubsub#{var}"
    return next(iter(node.config.get(full, FIELDS[full].default)), "")


def met(node: Node, options: Values) -> bool:
    """Whether the node is set as these publish-options demand: XEP-0060 7.1.5."""
    return all(node.config.get(var, FIELDS[var].default) == value for var, value in options.items())


def get_or_make(account: Account, name: str, config: Values) -> Node:
    """The node, or a new one that is set like this."""
    return account.nodes.setdefault(name, Node(name, dict(config)))


def put(node: Node, name: str, payload: Element) -> None:
    """Keep an item as the latest; the oldest ones beyond the limit go."""
    node.items.pop(name, None)
    if setting(node, "persist_items") == "1":
        node.items[name] = payload
        trim(node)


def trim(node: Node) -> None:
    limit = setting(node, "max_items")
    for name in list(node.items)[: -(MOST if limit == "max" else int(limit))]:
        del node.items[name]

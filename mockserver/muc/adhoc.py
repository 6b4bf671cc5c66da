"""Ad-hoc commands of rooms: XEP-0050. One form at most, so that a command needs no memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .answers import refused, result
from .forms import submitted
from .model import Delivery, Refuse
from .namespaces import NS_COMMANDS, NS_DATA
from .requests import Query
from .xml import E, Element

if TYPE_CHECKING:
    from .service import MucService

BAD_PAYLOAD = Refuse("modify", "bad-request", detail=(E("bad-payload", uri=NS_COMMANDS),))
BAD_ACTION = Refuse("modify", "bad-request", detail=(E("malformed-action", uri=NS_COMMANDS),))

Values = Mapping[str, tuple[str, ...]]


def answered(service: MucService, query: Query, status: str, *payload: Element) -> list[Delivery]:
    """The state of the command; its session is the one that the request names, or a new one."""
    asked = query.payload
    assert asked is not None  # it was found by its name
    session = asked.get("sessionid") or service.new_id()
    node = asked.get("node")
    return result(query, E("command", *payload, uri=NS_COMMANDS, node=node, sessionid=session, status=status))


def ask(service: MucService, query: Query, form: Element) -> list[Delivery]:
    """The form that has to be filled in, and nothing behind it."""
    actions = E("actions", E("complete", uri=NS_COMMANDS), uri=NS_COMMANDS, execute="complete")
    return answered(service, query, "executing", actions, form)


def filled(query: Query, form_type: str) -> Values | None:
    """What was submitted; None while nothing was."""
    form = query.payload.find("x", NS_DATA) if query.payload else None
    values = submitted(form)
    fits = form is not None and form.get("type") == "submit" and values.get("FORM_TYPE") == (form_type,)
    return values if fits else None


def run(service: MucService, query: Query) -> list[Delivery] | None:
    """The answer to what is no command or no action of one; None: go on."""
    action = query.payload.get("action") if query.payload else ""
    if action == "cancel":
        return answered(service, query, "canceled")
    return None if action in ("", "execute", "complete", "next") else refused(query.stanza, BAD_ACTION)

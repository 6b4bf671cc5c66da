"""Destroying a room: XEP-0045 10.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import MALFORMED, refused, result
from ..feature import Feature
from ..jid import JID, BadJid
from ..leaving import destroy
from ..model import Delivery, Room
from ..namespaces import NS_OWNER
from ..requests import Query

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("destruction", spec="xep-0045#destroyroom")


@feature.owner_action("destroy")
def end(service: MucService, room: Room, query: Query) -> list[Delivery]:
    wish = query.payload.find("destroy", NS_OWNER) if query.payload else None
    assert wish is not None  # the table led here by this child
    given = {c.name: c.text for c in wish.elements() if c.name in ("reason", "password")}
    try:
        alternate = JID.parse(wish.get("jid")) if wish.get("jid") else ""
    except BadJid:
        return refused(query.stanza, MALFORMED)
    return [*destroy(service, room, alternate=alternate, **given), *result(query)]

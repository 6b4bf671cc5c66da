"""The software of the service: XEP-0092. A room has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import about
from ..answers import UNAVAILABLE, refused, result
from ..feature import Feature
from ..model import Delivery, Room
from ..namespaces import NS_VERSION
from ..requests import Query
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("version", spec="xep-0092", announced_by_service=(NS_VERSION,))


@feature.answer("get", "query", NS_VERSION)
def tell(service: MucService, room: Room, query: Query) -> list[Delivery]:
    if room.jid != service.domain:
        return refused(query.stanza, UNAVAILABLE)
    name, version = (E(k, text, uri=NS_VERSION) for k, text in (("name", about.NAME), ("version", about.VERSION)))
    return result(query, E("query", name, version, uri=NS_VERSION))

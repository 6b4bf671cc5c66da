"""Which extensions a room passes on: XEP-0045 18.1.1."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..answers import UNAVAILABLE, refused, result
from ..feature import Feature
from ..model import Delivery, Room
from ..namespaces import NS_CLIENT, NS_DISCO_INFO, NS_MUC, NS_USER
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("traffic", spec="xep-0045#impl-service-traffic")

ALWAYS = frozenset({NS_CLIENT, NS_MUC, NS_USER})


@feature.node("http://jabber.org/protocol/muc#traffic")
def allowed(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """service-unavailable where nothing is discarded."""
    if room.traffic is None:
        return refused(query.stanza, UNAVAILABLE)
    features = [E("feature", uri=NS_DISCO_INFO, var=uri) for uri in room.traffic]
    node = query.payload.get("node") if query.payload else None
    return result(query, E("query", *features, uri=NS_DISCO_INFO, node=node))


@feature.clean
def discard(room: Room, stanza: Element) -> Element:
    if room.traffic is None:
        return stanza
    passed = ALWAYS | set(room.traffic)
    kept = tuple(c for c in stanza.children if isinstance(c, str) or c.uri in passed)
    return replace(stanza, children=kept)

"""What the service and its rooms say of themselves: XEP-0045 6, XEP-0030."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import NOT_FOUND, refused, result
from ..feature import Feature
from ..forms import field, form
from ..model import Delivery, Room
from ..namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS, NS_MUC, NS_ROOMINFO
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("discovery", spec="xep-0045#disco", announced=(NS_MUC, NS_DISCO_INFO, NS_DISCO_ITEMS))

RESERVED_NICK = "x-roomuser-item"
TRAFFIC = "http://jabber.org/protocol/muc#traffic"
ROOMS = "http://jabber.org/protocol/muc#rooms"


@feature.answer("get", "query", NS_DISCO_INFO)
def info(service: MucService, room: Room, query: Query) -> list[Delivery]:
    payload = query.payload
    assert payload is not None
    node = payload.get("node")
    if node == RESERVED_NICK and room.jid != service.domain:
        nick = room.reserved.get(query.session.bare, "")
        known = [E("identity", uri=NS_DISCO_INFO, category="conference", name=nick, type="text")] if nick else []
        return result(query, E("query", *known, uri=NS_DISCO_INFO, node=node))
    if node == TRAFFIC:
        return result(query, E("query", uri=NS_DISCO_INFO, node=node))
    if node:
        return refused(query.stanza, NOT_FOUND)
    about = _service(service) if room.jid == service.domain else _room(service, room)
    return result(query, E("query", *about, uri=NS_DISCO_INFO))


def _service(service: MucService) -> list[Element]:
    identity = E("identity", uri=NS_DISCO_INFO, category="conference", type="text", name="Rooms")
    return [identity, *_features([v for f in service.features for v in f.announced])]


def _room(service: MucService, room: Room) -> list[Element]:
    name = room.text("roomname") or room.jid.local
    identity = E("identity", uri=NS_DISCO_INFO, category="conference", type="text", name=name)
    announced = [v for f in service.features for v in f.announced]
    announced += [v for f in service.features for source in f.discos for v in source(room)]
    infos = [i for f in service.features for source in f.infos for i in source(room)]
    fields = [field(var, *values, kind=kind) for var, kind, values in infos]
    return [identity, *_features(announced), form("result", NS_ROOMINFO, *fields)]


def _features(announced: list[str]) -> list[Element]:
    return [E("feature", uri=NS_DISCO_INFO, var=var) for var in dict.fromkeys(announced)]


@feature.answer("get", "query", NS_DISCO_ITEMS)
def items(service: MucService, room: Room, query: Query) -> list[Delivery]:
    payload = query.payload
    assert payload is not None
    node = payload.get("node")
    if room.jid == service.domain:
        listed = [_item(r.jid, r.text("roomname") or r.jid.local) for r in _visible(service, query)]
    elif node == ROOMS or room.on("publicroom") or room.occupant_of(query.session):
        listed = [_item(room.jid.with_resource(nick), None) for nick in room.occupants] if not node else []
    else:
        listed = []
    return result(query, E("query", *listed, uri=NS_DISCO_ITEMS, node=node or None))


def _visible(service: MucService, query: Query) -> list[Room]:
    """Public rooms, and those in which the asker is."""
    return [r for r in service.rooms.values() if r.on("publicroom") or r.occupant_of(query.session)]


def _item(jid: str, name: str | None) -> Element:
    return E("item", uri=NS_DISCO_ITEMS, jid=jid, name=name)

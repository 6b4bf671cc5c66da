"""What the service and its rooms say of themselves: XEP-0045 6, XEP-0030."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import NOT_FOUND, NOT_IMPLEMENTED, refused, result
from ..feature import Feature
from ..forms import field, form
from ..model import Delivery, Room
from ..namespaces import NS_COMMANDS, NS_DISCO_INFO, NS_DISCO_ITEMS, NS_MUC, NS_ROOMINFO
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("discovery", spec="xep-0045#disco", announced=(NS_MUC, NS_DISCO_INFO, NS_DISCO_ITEMS))

OPTIONAL = ("x-roomuser-item", NS_MUC + "#traffic")  # nodes of features that may be off: 7.12, 18.1.1


@feature.answer("get", "query", NS_DISCO_INFO)
def info(service: MucService, room: Room, query: Query) -> list[Delivery]:
    node = query.payload.get("node") if query.payload else ""
    at_service = room.jid == service.domain
    if node and (at_service or node not in service.nodes):
        unknown = NOT_IMPLEMENTED if node in OPTIONAL and not at_service else NOT_FOUND
        return refused(query.stanza, unknown)
    if node:
        return service.nodes[node](service, room, query)
    about = _service(service) if at_service else _room(service, room)
    return result(query, E("query", *about, uri=NS_DISCO_INFO))


def _service(service: MucService) -> list[Element]:
    identity = E("identity", uri=NS_DISCO_INFO, category="conference", type="text", name="Rooms")
    return [identity, *_features([v for f in service.features for v in (*f.announced, *f.announced_by_service)])]


def _room(service: MucService, room: Room) -> list[Element]:
    name = room.text("roomname") or room.jid.local
    identity = E("identity", uri=NS_DISCO_INFO, category="conference", type="text", name=name)
    announced = [v for f in service.features for v in f.announced]
    announced += [v for f in service.features for source in f.discos for v in source(room)]
    infos = [i for f in service.features for source in f.infos for i in source(service, room)]
    fields = [field(var, *values, kind=kind) for var, kind, values in infos]
    return [identity, *_features(announced), form("result", NS_ROOMINFO, *fields)]


def _features(announced: list[str]) -> list[Element]:
    return [E("feature", uri=NS_DISCO_INFO, var=var) for var in dict.fromkeys(announced)]


@feature.answer("get", "query", NS_DISCO_ITEMS)
def items(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """Public rooms; the occupants of a room only where the service lists them (6.5)."""
    node = query.payload.get("node") if query.payload else ""
    if node == NS_COMMANDS and service.commands and room.jid != service.domain:
        offers = (E("item", uri=NS_DISCO_ITEMS, jid=room.jid, node=n, name=t) for n, (t, _) in service.commands.items())
        return result(query, E("query", *offers, uri=NS_DISCO_ITEMS, node=node))
    if node:
        return refused(query.stanza, NOT_FOUND)
    listed: list[Element] = []
    if room.jid == service.domain:
        listed = [_item(r.jid, r.text("roomname") or r.jid.local) for r in service.rooms.values() if _public(r)]
    elif service.switches.lists_occupants:
        listed = [_item(room.jid.with_resource(nick)) for nick in room.occupants]
    return result(query, E("query", *listed, uri=NS_DISCO_ITEMS))


def _public(room: Room) -> bool:
    """Listed, and there for others at all."""
    return not room.locked and (not room.has("publicroom") or room.on("publicroom"))


def _item(jid: str, name: str | None = None) -> Element:
    return E("item", uri=NS_DISCO_ITEMS, jid=jid, name=name)

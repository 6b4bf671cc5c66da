"""Messages about the affiliation of users who are not there: XEP-0045 10.3, 10.6, 18.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..changing import Change
from ..feature import Feature
from ..model import Affiliation, Delivery, Room, Status
from ..namespaces import NS_USER
from ..presence import sees_jids
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("notices", spec="xep-0045#impl-service-affiliation")


@feature.on_affiliation
def tell(service: MucService, room: Room, change: Change, before: Affiliation) -> list[Delivery]:
    """To the user (101), to the occupants, to both or to nobody, as the switches say."""
    if room.occupants_of(change.user):
        return []
    told: list[Delivery] = []
    if service.switches.tells_absent_users:
        item = E("item", uri=NS_USER, affiliation=change.affiliation, jid=change.user)
        status = E("status", uri=NS_USER, code=str(int(Status.AFFILIATION_CHANGED)))
        told.append(Delivery(E("message", E("x", item, status, uri=NS_USER), from_=room.jid), (change.user,)))
    seers = tuple(s for o in room.occupants.values() if sees_jids(room, o) for s in o.sessions)
    if service.switches.tells_of_absent_users and seers:
        item = E("item", uri=NS_USER, affiliation=change.affiliation, jid=change.user, role="none")
        x = E("x", *change.why.marks, item, uri=NS_USER)
        told.append(Delivery(E("message", x, from_=room.jid, type="groupchat"), seers))
    return told

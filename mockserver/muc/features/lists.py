"""Who has a role or an affiliation: XEP-0045 8.5, 9.2, 9.5, 9.8, 10.5, 10.8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import rights
from ..answers import BAD_REQUEST, FORBIDDEN, refused, result
from ..feature import Feature
from ..jid import JID
from ..model import Affiliation, Delivery, Role, Room
from ..namespaces import NS_ADMIN
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("lists", spec="xep-0045#modifymember")


@feature.answer("get", "query", NS_ADMIN)
def lists(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The list that the one item of the request names."""
    items = list(query.payload.find_all("item", NS_ADMIN)) if query.payload else []
    try:
        if len(items) == 1 and items[0].has("affiliation"):
            return _affiliations(room, query, Affiliation(items[0].get("affiliation")))
        if len(items) == 1 and items[0].has("role"):
            return _roles(room, query, Role(items[0].get("role")))
    except ValueError:  # no such affiliation or role
        pass
    return refused(query.stanza, BAD_REQUEST)


def _affiliations(room: Room, query: Query, wanted: Affiliation) -> list[Delivery]:
    if not rights.may_list_affiliation(room, query.session, wanted):
        return refused(query.stanza, FORBIDDEN)
    users = sorted(user for user, held in room.affiliations.items() if held is wanted)
    return result(query, E("query", *(_item(room, user, wanted) for user in users), uri=NS_ADMIN))


def _item(room: Room, user: JID, affiliation: Affiliation) -> Element:
    """With the nickname, reserved or in use, but for outcasts: 17.4."""
    seated = next((o.nick for o in room.occupants_of(user)), None)
    nick = None if affiliation is Affiliation.OUTCAST else room.reserved.get(user, seated)
    return E("item", uri=NS_ADMIN, affiliation=affiliation, jid=user, nick=nick)


def _roles(room: Room, query: Query, wanted: Role) -> list[Delivery]:
    if not rights.may_list_role(room, query.session, wanted):
        return refused(query.stanza, FORBIDDEN)
    items = [
        E(
            "item",
            uri=NS_ADMIN,
            affiliation=room.affiliation(o.bare_jid),
            jid=[*o.sessions][-1],
            nick=o.nick,
            role=o.role,
        )
        for o in room.occupants.values()
        if o.role is wanted
    ]
    return result(query, E("query", *items, uri=NS_ADMIN))

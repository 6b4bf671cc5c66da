"""The owner's configuration form: XEP-0045 10.1, 10.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_ACCEPTABLE, refused, result
from ..changing import configure, shown
from ..feature import Feature
from ..forms import Values, form, offered, plain, submitted, valid
from ..leaving import destroy
from ..model import Affiliation, Delivery, Refuse, Room
from ..namespaces import NS_CONFIG, NS_DATA, NS_OWNER
from ..requests import Query
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("configuration", spec="xep-0045#roomconfig")


@feature.answer("get", "query", NS_OWNER)
def offer(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The form with the current values, vendors' fields included."""
    if room.affiliation(query.session.bare) is not Affiliation.OWNER:
        return refused(query.stanza, FORBIDDEN)
    if not service.switches.configurable:
        return result(query, E("query", uri=NS_OWNER))
    fields = [offered(f, shown(service, room, f.var)) for f in (*service.fields.values(), *room.extra_fields)]
    title = f"Configuration for {room.jid}"
    return result(query, E("query", form("form", NS_CONFIG, *fields, title=title), uri=NS_OWNER))


@feature.answer("set", "query", NS_OWNER)
def act(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """What an owner does: whatever the child of the query is that some feature answers."""
    if room.affiliation(query.session.bare) is not Affiliation.OWNER:
        return refused(query.stanza, FORBIDDEN)
    for child in query.payload.elements() if query.payload else ():
        if action := service.owner_actions.get(child.name):
            return action(service, room, query)
    return refused(query.stanza, BAD_REQUEST)


@feature.owner_action("x")
def submit(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """A form, an empty one (an instant room), or a cancellation, which ends a room not configured yet."""
    x = query.payload.find("x", NS_DATA) if query.payload else None
    if x is None or x.get("type") not in ("submit", "cancel"):
        return refused(query.stanza, BAD_REQUEST)
    if x.get("type") == "cancel":
        return [*(destroy(service, room) if room.locked else []), *result(query)]
    values = dict(submitted(x))
    # some clients leave FORM_TYPE out; the query says what the form is for
    if values.pop("FORM_TYPE", (NS_CONFIG,)) != (NS_CONFIG,):
        return refused(query.stanza, BAD_REQUEST)
    return _apply(service, room, query, values)


def _apply(service: MucService, room: Room, query: Query, values: Values) -> list[Delivery]:
    """All of the form, or nothing; unknown fields are ignored (XEP-0004 3.2)."""
    known = {f.var: f for f in (*service.fields.values(), *room.extra_fields)}
    wanted = {var: plain(known[var], value) for var, value in values.items() if var in known}
    if not all(valid(known[var], value) for var, value in wanted.items()):
        return refused(query.stanza, NOT_ACCEPTABLE)
    if no := _contradiction(room, wanted):
        return refused(query.stanza, no)
    return [*result(query), *configure(service, room, wanted, now=query.now)]


def _contradiction(room: Room, wanted: Values) -> Refuse | None:
    """A password that is needed but empty; a room without owners (10.2)."""
    protected = wanted.get("muc#roomconfig_passwordprotectedroom", room.values("passwordprotectedroom"))
    secret = wanted.get("muc#roomconfig_roomsecret", room.values("roomsecret"))
    if protected == ("1",) and not any(secret):
        return NOT_ACCEPTABLE
    return CONFLICT if wanted.get("muc#roomconfig_roomowners") == () else None

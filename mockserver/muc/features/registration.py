"""Registering with a room, and reserved nicknames: XEP-0045 7.10, 7.12, XEP-0077."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, CONFLICT, NOT_ALLOWED, refused, result
from ..changing import Change, set_affiliation
from ..feature import Feature
from ..forms import form, submitted
from ..jid import prepare_nick
from ..model import Affiliation, Delivery, Room
from ..namespaces import NS_DATA, NS_REGISTER, NS_REGISTER_FORM
from ..requests import Query
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("registration", spec="xep-0045#register", announced=(NS_REGISTER,))

NICK = "muc#register_roomnick"


@feature.answer("get", "query", NS_REGISTER)
def offer(service: MucService, room: Room, query: Query) -> list[Delivery]:
    user = query.session.bare
    if room.affiliation(user) is Affiliation.OUTCAST:
        return refused(query.stanza, NOT_ALLOWED)
    if nick := room.reserved.get(user, ""):
        children = (E("registered", uri=NS_REGISTER), E("username", nick, uri=NS_REGISTER))
        return result(query, E("query", *children, uri=NS_REGISTER))
    wanted = E("field", E("required", uri=NS_DATA), uri=NS_DATA, var=NICK, type="text-single", label="Desired nickname")
    asked = form("form", NS_REGISTER_FORM, wanted, title="Registration", instructions="Choose a nickname.")
    return result(query, E("query", asked, uri=NS_REGISTER))


@feature.answer("set", "query", NS_REGISTER)
def register(service: MucService, room: Room, query: Query) -> list[Delivery]:
    user, payload = query.session.bare, query.payload
    assert payload is not None
    if room.affiliation(user) is Affiliation.OUTCAST:
        return refused(query.stanza, NOT_ALLOWED)
    if payload.find("remove", NS_REGISTER):
        return [*result(query), *set_affiliation(service, room, Change(user, Affiliation.NONE))]
    values = submitted(payload.find("x", NS_DATA))
    nick = prepare_nick(next(iter(values.get(NICK, ())), ""))
    if not nick or values.get("FORM_TYPE") != (NS_REGISTER_FORM,):
        return refused(query.stanza, BAD_REQUEST)
    taken = {n for u, n in room.reserved.items() if u != user}
    seated = {n for n, o in room.occupants.items() if o.bare_jid != user}
    if nick in taken | seated:
        return refused(query.stanza, CONFLICT)
    held = room.affiliation(user)
    granted = Affiliation.MEMBER if held is Affiliation.NONE else held
    return [*result(query), *set_affiliation(service, room, Change(user, granted, nick=nick))]

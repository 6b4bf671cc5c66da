"""Registering with a room, and reserved nicknames: XEP-0045 7.10, 7.12, XEP-0077."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, CONFLICT, NOT_ALLOWED, refused, result
from ..changing import Change, set_affiliation
from ..feature import Feature
from ..forms import form, submitted
from ..jid import JID, prepare_nick
from ..model import Affiliation, Delivery, Room
from ..namespaces import NS_DATA, NS_DISCO_INFO, NS_REGISTER, NS_REGISTER_FORM
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("registration", spec="xep-0045#register", announced=(NS_REGISTER,))

NICK = "muc#register_roomnick"
AGAIN = "You are registered under this nickname; another registration replaces it."


@feature.answer("get", "query", NS_REGISTER)
def offer(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The form, or the nickname of who is registered already."""
    user = query.session.bare
    if nick := room.reserved.get(user, ""):
        told = (E(name, text, uri=NS_REGISTER) for name, text in (("instructions", AGAIN), ("username", nick)))
        return result(query, E("query", E("registered", uri=NS_REGISTER), *told, uri=NS_REGISTER))
    if not _may(service, room, user):
        return refused(query.stanza, NOT_ALLOWED)
    wanted = E("field", E("required", uri=NS_DATA), uri=NS_DATA, var=NICK, type="text-single", label="Desired nickname")
    asked = form("form", NS_REGISTER_FORM, wanted, title="Registration", instructions="Choose a nickname.")
    return result(query, E("query", asked, uri=NS_REGISTER))


@feature.answer("set", "query", NS_REGISTER)
def register(service: MucService, room: Room, query: Query) -> list[Delivery]:
    user, payload = query.session.bare, query.payload
    if payload and payload.find("remove", NS_REGISTER):
        return _unregister(service, room, query)
    if not _may(service, room, user):
        return refused(query.stanza, NOT_ALLOWED)
    nick = _asked(payload.find("x", NS_DATA) if payload else None)
    if not nick.strip():
        return refused(query.stanza, BAD_REQUEST)
    if _taken(room, user, nick):
        return refused(query.stanza, CONFLICT)
    held = room.affiliation(user)
    granted = Affiliation.MEMBER if held is Affiliation.NONE else held
    return [*result(query), *set_affiliation(service, room, Change(user, granted, nick=nick))]


def _may(service: MucService, room: Room, user: JID) -> bool:
    held = room.affiliation(user)
    return held is not Affiliation.OUTCAST and (service.switches.may_register or held is not Affiliation.NONE)


def _asked(submission: Element | None) -> str:
    """The nickname of a submitted form; empty where there is none that could be one."""
    values = submitted(submission)
    if submission is None or submission.get("type") != "submit" or values.get("FORM_TYPE") != (NS_REGISTER_FORM,):
        return ""
    try:
        return prepare_nick(next(iter(values.get(NICK, ())), ""))
    except UnicodeError:
        return ""


def _taken(room: Room, user: JID, nick: str) -> bool:
    reserved = {n for u, n in room.reserved.items() if u != user}
    return nick in reserved or any(o.nick == nick and o.bare_jid != user for o in room.occupants.values())


def _unregister(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The nickname is free again; a member by registration is one no more, admins and owners stay."""
    user = query.session.bare
    known = room.reserved.pop(user, "")
    ends = known and room.affiliation(user) is Affiliation.MEMBER
    return [*result(query), *(set_affiliation(service, room, Change(user, Affiliation.NONE)) if ends else [])]


@feature.node("x-roomuser-item")
def reserved_nick(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The nickname that is reserved for the asker, as an identity; an empty query if none is: 7.12."""
    nick = room.reserved.get(query.session.bare, "")
    known = E("identity", uri=NS_DISCO_INFO, category="conference", name=nick, type="text") if nick else None
    return result(query, E("query", known, uri=NS_DISCO_INFO, node="x-roomuser-item"))

"""Messages to the room and to occupants, and IQs between occupants: XEP-0045 7.4, 7.5, 17.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import BAD_REQUEST, NOT_ACCEPTABLE, NOT_FOUND, UNAVAILABLE, refused, result
from .jid import JID
from .model import Delivery, Occupant, Refuse, Room
from .namespaces import NS_PING, NS_USER
from .requests import Query, Say, Whisper
from .xml import E, Element

if TYPE_CHECKING:
    from .service import MucService


def say(service: MucService, request: Say, *, now: float) -> list[Delivery]:
    """A groupchat message: reflected to everybody, the sender included."""
    room = service.rooms.get(request.room)
    if room is None:
        return refused(request.stanza, NOT_FOUND)
    occupant = room.occupant_of(request.session)
    if occupant is None:
        return refused(request.stanza, NOT_ACCEPTABLE, by=room.jid)
    for guard in service.say_guards:
        if no := guard(service, room, occupant, request):
            return refused(request.stanza, no, by=room.jid)
    stanza = reflected(service, room, occupant, request.stanza)
    stanza = stanza.plus(*(e for mark in service.marks for e in mark(service, room)))
    if request.subject is not None:
        room.subject = stanza
    return broadcast(service, room, occupant, stanza, now=now)


def broadcast(
    service: MucService, room: Room, occupant: Occupant | None, stanza: Element, *, now: float
) -> list[Delivery]:
    """A groupchat stanza to every session in the room; the listeners are told of it."""
    for listener in service.listeners:
        listener(service, room, occupant, stanza, now)
    to = tuple(s for o in room.occupants.values() for s in o.sessions)
    return [Delivery(stanza, to)] if to else []


def reflected(service: MucService, room: Room, occupant: Occupant, stanza: Element) -> Element:
    """An occupant's stanza as the others get it: from its room address, cleaned and stamped."""
    for cleaner in service.cleaners:
        stanza = cleaner(room, stanza)
    stamps = [e for stamp in service.stamps for e in stamp(service, room, occupant)]
    return stanza.plus(*stamps).with_attrs(to=None, from_=room.jid.with_resource(occupant.nick))


def whisper(service: MucService, request: Whisper) -> list[Delivery]:
    """A private message: XEP-0045 7.5."""
    room = service.rooms.get(request.room)
    if room is None:
        return refused(request.stanza, NOT_FOUND)
    if request.stanza.get("type") == "groupchat":
        return refused(request.stanza, BAD_REQUEST)
    sender, target = room.occupant_of(request.session), room.occupants.get(request.nick)
    if no := whisper_refusal(room, sender, target):
        return refused(request.stanza, no, by=room.jid)
    assert sender is not None and target is not None
    stanza = reflected(service, room, sender, request.stanza.without("x", NS_USER)).plus(E("x", uri=NS_USER))
    return [Delivery(stanza, tuple(target.sessions))]


def whisper_refusal(room: Room, sender: Occupant | None, target: Occupant | None) -> Refuse | None:
    """Why a private message cannot be; muc#roomconfig_allowpm is a role or none."""
    if sender is None:
        return NOT_ACCEPTABLE
    allowed = room.text("allowpm")
    ranks = {"moderators": 3, "participants": 2, "none": 9}
    order = ("none", "visitor", "participant", "moderator")
    if order.index(sender.role) < ranks.get(allowed, 0):
        return Refuse("auth", "forbidden")
    return NOT_FOUND if target is None else None


def relay(service: MucService, query: Query) -> list[Delivery]:
    """An IQ to an occupant: its own seat answers a ping (XEP-0410), others get it under the sender's nickname."""
    room = service.rooms.get(query.room)
    asked = query.stanza.get("type") in ("get", "set")
    sender = room.occupant_of(query.session) if room else None
    if room is None or sender is None:
        return refused(query.stanza, NOT_ACCEPTABLE) if asked else []
    target = room.occupants.get(query.nick)
    if target is None:
        return refused(query.stanza, NOT_FOUND) if asked else []
    if target is sender and asked:
        payload = query.payload
        ping = payload is not None and payload.uri == NS_PING
        return result(query) if ping else refused(query.stanza, UNAVAILABLE)
    stanza = query.stanza.with_attrs(to=None, from_=room.jid.with_resource(sender.nick))
    return [Delivery(stanza, (_session_of(target),))]


def _session_of(target: Occupant) -> JID:
    return next(reversed(target.sessions))

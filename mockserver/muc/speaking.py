"""Messages to the room and to occupants, and IQs between occupants: XEP-0045 7.4, 7.5, 17.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import BAD_REQUEST, NOT_ACCEPTABLE, NOT_FOUND, refused
from .jid import JID
from .model import Delivery, Occupant, Refuse, Room
from .namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS, NS_PING, NS_USER
from .requests import Query, Say, Whisper
from .xml import E, Element

if TYPE_CHECKING:
    from .service import MucService

DISCO = (NS_DISCO_INFO, NS_DISCO_ITEMS)
TO_ONE = ("normal", "chat", "headline")  # any other type of a private message is as good as none: RFC 6121 5.2.2


def say(service: MucService, request: Say, *, now: float) -> list[Delivery]:
    """A groupchat message: reflected to everybody, the sender included."""
    room = service.open_to(request.session, request.room)
    if room is None:
        return refused(request.stanza, NOT_FOUND)
    occupant = room.occupant_of(request.session)
    if occupant is None:
        return refused(request.stanza, NOT_ACCEPTABLE, by=room.jid)
    for guard in service.say_guards:
        if no := guard(service, room, occupant, request):
            return refused(request.stanza, no, by=room.jid)
    stanza = marked(service, room, occupant, request.stanza)
    if request.subject is not None:
        room.subject, room.subject_stamp = stanza, now
    return broadcast(service, room, occupant, stanza, now=now)


def broadcast(
    service: MucService, room: Room, occupant: Occupant | None, stanza: Element, *, now: float
) -> list[Delivery]:
    """A groupchat stanza to every session in the room; the listeners are told of it."""
    for listener in service.listeners:
        listener(service, room, occupant, stanza, now)
    to = tuple(s for o in room.occupants.values() for s in o.sessions)
    echoes = [d for echo in service.echoes for d in echo(service, room, stanza, now)]
    return [*([Delivery(stanza, to)] if to else []), *echoes]


def marked(service: MucService, room: Room, occupant: Occupant, stanza: Element) -> Element:
    """A groupchat message as the room reflects it, with its stable id."""
    marks = [e for mark in service.marks for e in mark(service, room)]
    return reflected(service, room, occupant, stanza).plus(*marks)


def reflected(service: MucService, room: Room, occupant: Occupant, stanza: Element) -> Element:
    """An occupant's stanza as the others get it: from its room address, cleaned and stamped.

    What muc#user says the room alone says: XEP-0045 17.3.
    """
    stanza = stanza.without("x", NS_USER)
    for cleaner in service.cleaners:
        stanza = cleaner(room, stanza)
    stamps = [e for stamp in service.stamps for e in stamp(service, room, occupant)]
    return stanza.plus(*stamps).with_attrs(to=None, from_=room.jid.with_resource(occupant.nick))


def whisper(service: MucService, request: Whisper) -> list[Delivery]:
    """A private message: XEP-0045 7.5."""
    room = service.open_to(request.session, request.room)
    if room is None:
        return refused(request.stanza, NOT_FOUND)
    if request.stanza.get("type") == "groupchat":
        return refused(request.stanza, BAD_REQUEST)
    sender, target = room.occupant_of(request.session), room.occupants.get(request.nick)
    if sender is None:
        return refused(request.stanza, NOT_ACCEPTABLE, by=room.jid)
    if no := _whisper_refusal(service, room, sender, target):
        return refused(request.stanza, no, by=room.jid)
    kind = request.stanza.get("type")
    typed = request.stanza.with_attrs(type=kind if kind in TO_ONE else None)
    stanza = reflected(service, room, sender, typed).plus(E("x", uri=NS_USER))
    return [Delivery(stanza, tuple(target.sessions) if target else ())]


def _whisper_refusal(service: MucService, room: Room, sender: Occupant, target: Occupant | None) -> Refuse | None:
    refusals = (guard(room, sender) for guard in service.whisper_guards)
    return next((no for no in refusals if no), None if target else NOT_FOUND)


# IQs between occupants


def relay(service: MucService, query: Query) -> list[Delivery]:
    """An IQ to an occupant, or the answer to one, under the sender's nickname: XEP-0045 17.4."""
    room = service.open_to(query.session, query.room)
    sender = room.occupant_of(query.session) if room else None
    if query.stanza.get("type") in ("get", "set"):
        if room is None:
            return refused(query.stanza, NOT_FOUND)
        return _ask(service, room, sender, query) if sender else refused(query.stanza, _outside(query))
    return _answer(room, sender, query) if room and sender else []


def _outside(query: Query) -> Refuse:
    """6.6 for disco; not-acceptable is what XEP-0410 takes for "not joined"."""
    return BAD_REQUEST if query.payload and query.payload.uri in DISCO else NOT_ACCEPTABLE


def _ask(service: MucService, room: Room, sender: Occupant, query: Query) -> list[Delivery]:
    target, payload = room.occupants.get(query.nick), query.payload
    if target is None:
        return refused(query.stanza, NOT_FOUND)
    pong = service.answers.get((query.stanza.get("type"), payload.name, payload.uri)) if payload else None
    if target is sender and pong and payload and payload.uri == NS_PING:
        return pong(service, room, query)
    session = next(reversed(target.sessions))
    room.relayed[session, query.stanza.get("id"), sender.nick] = query.session
    return [_passed_on(room, sender, query, session)]


def _answer(room: Room, sender: Occupant, query: Query) -> list[Delivery]:
    """Only to the session that asked, and once."""
    asker = room.relayed.pop((query.session, query.stanza.get("id"), query.nick), None)
    return [_passed_on(room, sender, query, asker)] if asker and room.occupant_of(asker) else []


def _passed_on(room: Room, sender: Occupant, query: Query, session: JID) -> Delivery:
    return Delivery(query.stanza.with_attrs(to=None, from_=room.jid.with_resource(sender.nick)), (session,))

"""Going out, by oneself or not: XEP-0045 7.14, 8.2, 9.1, 11."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .jid import JID
from .model import Delivery, Occupant, Room, Status
from .presence import Audience, Why, announce
from .requests import Leave
from .xml import E, Element

if TYPE_CHECKING:
    from .service import MucService


def leave(service: MucService, request: Leave) -> list[Delivery]:
    """Unavailable presence to the room, whatever the nickname in its address."""
    room = service.rooms.get(request.room)
    return depart(service, room, request.session, request.stanza) if room else []


def vanish(service: MucService, room: Room, session: JID) -> list[Delivery]:
    """A session whose stream is gone: nothing is for itself any more."""
    deliveries = depart(service, room, session, E("presence", type="unavailable"))
    kept = (Delivery(d.stanza, tuple(j for j in d.to if j != session)) for d in deliveries)
    return [d for d in kept if d.to]


def depart(service: MucService, room: Room, session: JID, stanza: Element) -> list[Delivery]:
    """One session goes; the seat with it, if it was the last."""
    occupant = room.occupant_of(session)
    if occupant is None:
        return []
    if len(occupant.sessions) > 1:
        alone = Audience((session,), ())
        told = announce(service, room, occupant, gone=True, to=alone, stanza=stanza)
        del occupant.sessions[session]
        return told
    told = announce(service, room, occupant, gone=True, stanza=stanza)
    unseat(service, room, occupant)
    return told


def remove(
    service: MucService,
    room: Room,
    occupant: Occupant,
    codes: Iterable[Status],
    *,
    why: Why = Why(),  # noqa: B008
) -> list[Delivery]:
    """An occupant is put out, with all its sessions: kicked, banned, no longer a member, lost."""
    codes = tuple(codes)
    told = announce(service, room, occupant, codes=map(int, codes), gone=True, why=why, stanza=E("presence"))
    unseat(service, room, occupant)
    return told


def unseat(service: MucService, room: Room, occupant: Occupant) -> None:
    """Free the seat; a room that is not persistent goes with its last occupant (XEP-0045 7.14)."""
    room.occupants.pop(occupant.nick, None)
    if not room.occupants and not room.on("persistentroom"):
        service.rooms.pop(room.jid, None)

"""Going out, by oneself or not: XEP-0045 7.14, 8.2, 9.1, 10.9, 11."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from .model import Delivery, Occupant, Room, Status
from .namespaces import NS_STANZAS, NS_USER
from .presence import NO_REASON, Audience, Why, announce
from .requests import Bounce, Leave
from .xml import E, Element

if TYPE_CHECKING:
    from .jid import JID
    from .service import MucService

UNREACHABLE = frozenset(
    {
        "gone",
        "item-not-found",
        "recipient-unavailable",
        "redirect",
        "remote-server-not-found",
        "remote-server-timeout",
    }
)


def leave(service: MucService, request: Leave) -> list[Delivery]:
    """Unavailable presence to the room, whatever the nickname in its address."""
    room = service.rooms.get(request.room)
    return depart(service, room, request.session, request.stanza) if room else []


def bounce(service: MucService, request: Bounce) -> list[Delivery]:
    """What the room sent came back: a session that cannot be reached any more is out (XEP-0045 18.1.2)."""
    room = service.rooms.get(request.room)
    occupant = room.occupant_of(request.session) if room else None
    error = next((c for c in request.stanza.elements() if c.name == "error"), None)
    conditions = {c.name for c in error.elements() if c.uri == NS_STANZAS} if error else set()
    if room is None or occupant is None or not conditions & UNREACHABLE:
        return []
    if len(occupant.sessions) > 1:
        return depart(service, room, request.session, E("presence"))
    return remove(service, room, occupant, (Status.DESYNC,))


def vanish(service: MucService, room: Room, session: JID) -> list[Delivery]:
    """A session whose stream is gone: nothing is for itself any more."""
    deliveries = depart(service, room, session, E("presence", type="unavailable"))
    kept = (Delivery(d.stanza, tuple(j for j in d.to if j != session)) for d in deliveries)
    return [d for d in kept if d.to]


def depart(service: MucService, room: Room, session: JID, stanza: Element) -> list[Delivery]:
    """One session goes; the seat with it, if it was the last; a room never configured with its owner (10.1.3)."""
    occupant = room.occupant_of(session)
    if occupant is None:
        return []
    if len(occupant.sessions) > 1:
        alone = replace(occupant, sessions={session: occupant.sessions.pop(session)})
        return announce(service, room, alone, gone=True, to=Audience((session,), ()), stanza=stanza)
    if room.locked and len(room.occupants) == 1:
        return destroy(service, room)
    told = announce(service, room, occupant, gone=True, stanza=stanza)
    unseat(service, room, occupant)
    return told


def remove(
    service: MucService, room: Room, occupant: Occupant, codes: Iterable[Status], *, why: Why = NO_REASON
) -> list[Delivery]:
    """An occupant is put out, with all its sessions: kicked, banned, no longer a member, lost."""
    told = announce(service, room, occupant, codes=tuple(codes), gone=True, why=why, stanza=E("presence"))
    unseat(service, room, occupant)
    return told


def unseat(service: MucService, room: Room, occupant: Occupant) -> None:
    """Free the seat; a room that is not persistent goes with its last occupant (XEP-0045 7.14)."""
    room.occupants.pop(occupant.nick, None)
    if not room.occupants and not room.on("persistentroom"):
        service.rooms.pop(room.jid, None)


def dismiss(service: MucService, room: Room, codes: Iterable[Status] = (), *, why: Why = NO_REASON) -> list[Delivery]:
    """Everybody goes at once and hears of itself alone: XEP-0045 10.9, 11.2."""
    codes = tuple(codes)
    told: list[Delivery] = []
    for occupant in list(room.occupants.values()):
        own = Audience(tuple(occupant.sessions), ())
        told += announce(service, room, occupant, codes=codes, gone=True, why=why, to=own, stanza=E("presence"))
        unseat(service, room, occupant)
    return told


def destroy(
    service: MucService, room: Room, *, reason: str = "", alternate: str = "", password: str = ""
) -> list[Delivery]:
    """Everybody learns that the room is gone, and it is: XEP-0045 10.9."""
    gone = E(
        "destroy",
        E("password", password, uri=NS_USER) if password else None,
        E("reason", reason, uri=NS_USER) if reason else None,
        uri=NS_USER,
        jid=alternate or None,
    )
    told = dismiss(service, room, why=Why(destroy=gone))
    service.rooms.pop(room.jid, None)
    return told

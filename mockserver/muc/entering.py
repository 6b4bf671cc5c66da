"""Coming in, changing the nickname, changing availability: XEP-0045 7.2, 7.6, 7.7."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from .answers import refused
from .model import Affiliation, Delivery, Occupant, Refuse, Role, Room, Status
from .namespaces import NS_USER
from .pipeline import JOIN_GUARDS, RENAME_GUARDS, RESYNC_GUARDS
from .presence import Audience, Why, announce, said
from .requests import HistoryRequest, Join
from .xml import E

if TYPE_CHECKING:
    from .jid import JID
    from .service import MucService

NO_LIMIT = HistoryRequest()


def enter(service: MucService, join: Join, *, now: float) -> list[Delivery]:
    """Available presence: a join, a repeated join, a new nickname or a new availability."""
    room = service.rooms.get(join.room) or service.new_room(join.room)
    occupant = room.occupant_of(join.session)
    if occupant is None:
        return _join(service, room, join, now=now) if join.muc or not join.nick else _not_there(room, join)
    if join.nick and join.nick != occupant.nick:
        return _rename(service, room, occupant, join)
    if join.muc:
        return _resync(service, room, occupant, join, now=now)
    _speak(occupant, join)
    return announce(service, room, occupant)


def _speak(occupant: Occupant, join: Join) -> None:
    """This presence is now what the occupant shows."""
    occupant.sessions.pop(join.session, None)
    occupant.sessions[join.session] = join.stanza


def _not_there(room: Room, join: Join) -> list[Delivery]:
    """Who is not joined and does not ask to be learns it: XEP-0045 7.2.18."""
    codes = (Status.SELF, Status.KICKED, Status.DESYNC)
    statuses = [E("status", uri=NS_USER, code=str(int(c))) for c in codes]
    item = E("item", uri=NS_USER, affiliation=room.affiliation(join.bare_jid), role=Role.NONE)
    x = E("x", item, *statuses, uri=NS_USER)
    seat = join.room.with_resource(join.nick)
    return [Delivery(E("presence", x, from_=seat, type="unavailable"), (join.session,))]


def refusal(service: MucService, room: Room, join: Join, steps: tuple[str, ...]) -> Refuse | None:
    """The first guard's no, in the table's order; nothing has changed yet."""
    for step in steps:
        guard = service.guards.get(step)
        if guard and (no := guard(service, room, join)):
            return no
    return None


def _granted(room: Room, join: Join) -> tuple[Join, tuple[Status, ...]]:
    """The join under the nickname that the service gives, and the code that says so: 7.2.2, 7.6."""
    own = room.reserved.get(join.bare_jid, "") if room.nicks_locked else ""
    nick = room.assigned_nick or own or join.nick
    if not join.nick or nick == join.nick:
        return join, ()
    return replace(join, nick=nick), (Status.NICK_ASSIGNED,)


# joining


def _join(service: MucService, room: Room, asked: Join, *, now: float) -> list[Delivery]:
    join, codes = _granted(room, asked)
    if no := refusal(service, room, join, JOIN_GUARDS):
        return refused(join.stanza, no, by=room.jid)
    room.assigned_nick = ""
    if created := join.room not in service.rooms:
        service.rooms[join.room] = room
        room.affiliations[join.bare_jid] = Affiliation.OWNER
        room.locked = service.switches.locks_new_rooms
        codes = (*codes, Status.CREATED)
    occupant = _seated(room, join)
    warnings = () if created else _warnings(service, room)
    return [
        *service.forewarn(room, join, now=now),
        *_roster(service, room, occupant, join.session),
        *announce(service, room, occupant, to=_others(room, occupant, join.session)),
        *_own(service, room, occupant, join.session, (*codes, *warnings)),
        *service.recollect(room, join, now=now),
    ]


def _resync(service: MucService, room: Room, occupant: Occupant, join: Join, *, now: float) -> list[Delivery]:
    """A joined session joins again: it gets everything, the others what is new (XEP-0045 17.3)."""
    if no := refusal(service, room, join, RESYNC_GUARDS):
        return refused(join.stanza, no, by=room.jid)
    news = said(occupant.presence) != said(join.stanza)
    _speak(occupant, join)
    others = announce(service, room, occupant, to=_others(room, occupant, join.session)) if news else []
    return [
        *service.forewarn(room, join, now=now),
        *_roster(service, room, occupant, join.session),
        *others,
        *_own(service, room, occupant, join.session, _warnings(service, room)),
        *service.recollect(room, join, now=now),
    ]


def _warnings(service: MucService, room: Room) -> tuple[int, ...]:
    return tuple(code for feature in service.features for source in feature.join_codes for code in source(room))


def _seated(room: Room, join: Join) -> Occupant:
    """The seat of this session: its user's under that nickname, or a new one."""
    newcomer = Occupant(join.nick, join.bare_jid, default_role(room, join.bare_jid))
    occupant = room.occupants.setdefault(join.nick, newcomer)
    _speak(occupant, join)
    return occupant


def default_role(room: Room, bare_jid: JID) -> Role:
    """The role that an affiliation brings (XEP-0045 5.1.2); in a moderated room the one of the last visit (5.1)."""
    match room.affiliation(bare_jid):
        case Affiliation.OWNER | Affiliation.ADMIN:
            return Role.MODERATOR
        case held if room.on("moderatedroom"):
            return room.roles.get(bare_jid, Role.VISITOR if held is Affiliation.NONE else Role.PARTICIPANT)
    return Role.PARTICIPANT


def _roster(service: MucService, room: Room, occupant: Occupant, session: JID) -> list[Delivery]:
    """Everybody else's presence to one session of this occupant."""
    viewer = replace(occupant, sessions={session: occupant.sessions[session]})
    seated = [o for o in room.occupants.values() if o is not occupant]
    return [d for o in seated for d in announce(service, room, o, to=Audience((), (viewer,)))]


def _others(room: Room, occupant: Occupant, session: JID) -> Audience:
    """Everybody but this session; its fellow sessions hear of themselves."""
    others = tuple(o for o in room.occupants.values() if o is not occupant)
    return Audience(tuple(s for s in occupant.sessions if s != session), others)


def _own(service: MucService, room: Room, occupant: Occupant, session: JID, codes: Iterable[int]) -> list[Delivery]:
    return announce(service, room, occupant, own_codes=codes, to=Audience((session,), ()))


# renaming


def _rename(service: MucService, room: Room, occupant: Occupant, asked: Join) -> list[Delivery]:
    join, codes = _granted(replace(room, nicks_locked=False), asked)
    if no := refusal(service, room, join, RENAME_GUARDS):
        return refused(join.stanza, no, by=room.jid)
    room.assigned_nick = ""
    if join.nick == occupant.nick:  # the nickname that the service gives is the one that it has
        return _own(service, room, occupant, join.session, codes)
    return rename(service, room, occupant, join, codes=codes)


def rename(
    service: MucService, room: Room, occupant: Occupant, join: Join, *, codes: tuple[Status, ...] = ()
) -> list[Delivery]:
    """Unavailable with 303 under the old nickname, then available under the new one: XEP-0045 7.6."""
    if len(occupant.sessions) > 1 or join.nick in room.occupants:
        return _part_ways(service, room, occupant, join, codes=codes)
    left = _leave_name(service, room, occupant, join.nick)
    del room.occupants[occupant.nick]
    occupant.nick = join.nick
    room.occupants[join.nick] = occupant
    _speak(occupant, join)
    return [*left, *announce(service, room, occupant, own_codes=codes)]


def _leave_name(
    service: MucService, room: Room, occupant: Occupant, nick: str, *, to: Audience | None = None
) -> list[Delivery]:
    why = Why(new_nick=nick)
    return announce(service, room, occupant, codes=(Status.RENAMED,), gone=True, why=why, stanza=E("presence"), to=to)


def _part_ways(
    service: MucService, room: Room, occupant: Occupant, join: Join, *, codes: tuple[Status, ...]
) -> list[Delivery]:
    """One of several sessions takes another nickname, or one joins its fellows there; the others stay."""
    session = join.session
    alone = replace(occupant, sessions={session: occupant.sessions[session]})
    last = len(occupant.sessions) == 1
    everybody_else = tuple(o for o in room.occupants.values() if o is not occupant)
    told = _leave_name(service, room, alone, join.nick, to=Audience((session,), everybody_else if last else ()))
    del occupant.sessions[session]
    if last:
        del room.occupants[occupant.nick]
    seat = room.occupants.setdefault(join.nick, Occupant(join.nick, occupant.bare_jid, occupant.role))
    _speak(seat, join)
    if not last:
        viewer = replace(seat, sessions={session: join.stanza})
        told += announce(service, room, occupant, to=Audience((), (viewer,)))
    told += announce(service, room, seat, to=_others(room, seat, session))
    return [*told, *_own(service, room, seat, session, codes)]

"""Coming in, changing the nickname, changing availability: XEP-0045 7.2, 7.6, 7.7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import refused
from .jid import JID
from .model import Affiliation, Delivery, Occupant, Refuse, Role, Room, Status
from .namespaces import NS_USER
from .pipeline import JOIN_GUARDS, RENAME_GUARDS
from .presence import Audience, Why, announce
from .requests import HistoryRequest, Join
from .xml import E

if TYPE_CHECKING:
    from .service import MucService

NO_LIMIT = HistoryRequest()


def enter(service: MucService, join: Join, *, now: float) -> list[Delivery]:
    """Available presence: a join, a repeated join, a new nickname or a new availability."""
    room = service.rooms.get(join.room) or service.new_room(join.room)
    occupant = room.occupant_of(join.session)
    if occupant is not None and occupant.nick != join.nick and join.nick:
        return _rename(service, room, occupant, join)
    if occupant is not None and not join.muc:
        occupant.sessions.pop(join.session)
        occupant.sessions[join.session] = join.stanza
        return announce(service, room, occupant)
    if not join.muc and join.nick:
        return _not_there(room, join)
    return _join(service, room, join, now=now)


def _not_there(room: Room, join: Join) -> list[Delivery]:
    """Who is not joined and does not ask to be learns it: XEP-0045 7.2.18."""
    codes = (Status.SELF, Status.KICKED, Status.DESYNC)
    statuses = [E("status", uri=NS_USER, code=str(int(c))) for c in codes]
    item = E("item", uri=NS_USER, affiliation=room.affiliation(join.bare_jid), role=Role.NONE)
    x = E("x", item, *statuses, uri=NS_USER)
    return [Delivery(E("presence", x, from_=join.stanza.get("to"), type="unavailable"), (join.session,))]


def refusal(service: MucService, room: Room, join: Join, steps: tuple[str, ...]) -> Refuse | None:
    """The first guard's no, in the table's order; nothing has changed yet."""
    for step in steps:
        guard = service.guards.get(step)
        if guard and (no := guard(service, room, join)):
            return no
    return None


def _join(service: MucService, room: Room, join: Join, *, now: float) -> list[Delivery]:
    if no := refusal(service, room, join, JOIN_GUARDS):
        return refused(join.stanza, no, by=room.jid)
    codes: list[int] = [Status.NICK_ASSIGNED] if room.assigned_nick else []
    nick = room.assigned_nick or join.nick
    room.assigned_nick = ""
    if created := join.room not in service.rooms:
        service.rooms[join.room] = room
        room.affiliations[join.bare_jid] = Affiliation.OWNER
        room.locked = True
        codes.append(Status.CREATED)
    occupant = _seated(room, join, nick)
    for feature in () if created else service.features:
        codes += [c for source in feature.join_codes for c in source(room)]
    return [
        *_roster(service, room, occupant, join.session),
        *_welcome(service, room, occupant, join.session, codes),
        *service.recollect(room, join, now=now),
    ]


def _seated(room: Room, join: Join, nick: str) -> Occupant:
    """The seat of this session: its own already, its user's under that nickname, or a new one."""
    occupant = room.occupant_of(join.session) or room.occupants.get(nick)
    if occupant is None:
        occupant = Occupant(nick, join.bare_jid, default_role(room, join.bare_jid))
        room.occupants[nick] = occupant
    occupant.sessions.pop(join.session, None)
    occupant.sessions[join.session] = join.stanza
    return occupant


def default_role(room: Room, bare_jid: JID) -> Role:
    """The role that an affiliation brings: XEP-0045 5.1.2."""
    match room.affiliation(bare_jid):
        case Affiliation.OWNER | Affiliation.ADMIN:
            return Role.MODERATOR
        case Affiliation.NONE if room.on("moderatedroom"):
            return Role.VISITOR
    return Role.PARTICIPANT


def _roster(service: MucService, room: Room, occupant: Occupant, session: JID) -> list[Delivery]:
    """Everybody else's presence to the newcomer."""
    newcomer = Occupant(occupant.nick, occupant.bare_jid, occupant.role, {session: occupant.sessions[session]})
    seated = [o for o in room.occupants.values() if o is not occupant]
    return [d for o in seated for d in announce(service, room, o, to=Audience((), (newcomer,)))]


def _welcome(service: MucService, room: Room, occupant: Occupant, session: JID, codes: list[int]) -> list[Delivery]:
    """The newcomer's presence to all others, then to itself."""
    others = tuple(o for o in room.occupants.values() if o is not occupant)
    fellow = tuple(s for s in occupant.sessions if s != session)
    told = announce(service, room, occupant, to=Audience(fellow, others))
    own = announce(service, room, occupant, own_codes=map(int, codes), to=Audience((session,), ()))
    return [*told, *own]


def _rename(service: MucService, room: Room, occupant: Occupant, join: Join) -> list[Delivery]:
    """A new nickname for one session; fellow sessions under the old one keep it: XEP-0045 7.6."""
    if no := refusal(service, room, join, RENAME_GUARDS):
        return refused(join.stanza, no, by=room.jid)
    nick, codes = (room.assigned_nick, (Status.NICK_ASSIGNED,)) if room.assigned_nick else (join.nick, ())
    room.assigned_nick = ""
    return rename(service, room, occupant, join, nick, codes=codes)


def rename(
    service: MucService, room: Room, occupant: Occupant, join: Join, nick: str, *, codes: tuple[Status, ...] = ()
) -> list[Delivery]:
    """Unavailable with 303 under the old nickname, then available under the new one."""
    if len(occupant.sessions) > 1 or nick in room.occupants:
        return _part_ways(service, room, occupant, join, nick)
    away = E("presence")
    left = announce(service, room, occupant, codes=(Status.RENAMED,), gone=True, why=Why(new_nick=nick), stanza=away)
    del room.occupants[occupant.nick]
    occupant.nick = nick
    occupant.sessions[join.session] = join.stanza
    room.occupants[nick] = occupant
    return [*left, *announce(service, room, occupant, own_codes=map(int, codes))]


def _part_ways(service: MucService, room: Room, occupant: Occupant, join: Join, nick: str) -> list[Delivery]:
    """One of several sessions takes another nickname, or joins its fellows there; the others stay."""
    last = len(occupant.sessions) == 1
    deliveries: list[Delivery] = []
    if last:
        gone = {"codes": (Status.RENAMED,), "gone": True, "why": Why(new_nick=nick), "stanza": E("presence")}
        deliveries = announce(service, room, occupant, **gone)  # type: ignore[arg-type]  # one table of options
        del room.occupants[occupant.nick]
    else:
        del occupant.sessions[join.session]
    seat = room.occupants.setdefault(nick, Occupant(nick, occupant.bare_jid, occupant.role))
    seat.sessions[join.session] = join.stanza
    return [*deliveries, *announce(service, room, seat)]

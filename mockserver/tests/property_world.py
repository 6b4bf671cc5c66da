"""A host that lives through arbitrary steps, and pictures of its rooms to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from mockserver.host import Host
from mockserver.muc.feature import Feature
from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Role, Room, Switches
from mockserver.muc.xml import Element
from mockserver.selfcheck import attach

from .property_steps import AFFILIATIONS, ROLES, ROOMS, SESSIONS, STANZAS, USERS, Draw, Step

HARFLEUR = JID(ROOMS[0])
CONFIGS: tuple[dict[str, Any], ...] = (
    {},
    {"whois": "anyone"},
    {"moderatedroom": True},
    {"membersonly": True},
    {"passwordprotectedroom": True, "roomsecret": "x"},
    {"presencebroadcast": ["moderator", "participant"], "moderatedroom": True},
    {"persistentroom": False},
    {"maxusers": "2", "allowpm": "moderators"},
)
HELD = {"henry": "owner", "nym": "admin", "gower": "member"}
TOLD = Switches(tells_absent_users=True, tells_of_absent_users=True, lists_occupants=True, full_roominfo=True)


@dataclass(frozen=True)
class Seat:
    """An occupant as it is at one moment."""

    user: JID
    role: Role
    affiliation: Affiliation
    sessions: frozenset[JID]


@dataclass(frozen=True)
class Picture:
    """A room as it is at one moment; equal pictures, equal rooms."""

    seats: dict[str, Seat]
    affiliations: dict[JID, Affiliation]
    anonymous: bool
    members_only: bool
    shown_roles: tuple[str, ...]
    rest: tuple[Any, ...]

    def seat_of(self, session: JID) -> Seat | None:
        return next((seat for seat in self.seats.values() if session in seat.sessions), None)

    def nick_of(self, session: JID) -> str | None:
        return next((nick for nick, seat in self.seats.items() if session in seat.sessions), None)


def picture(room: Room) -> Picture:
    seats = {
        nick: Seat(o.bare_jid, o.role, room.affiliation(o.bare_jid), frozenset(o.sessions))
        for nick, o in room.occupants.items()
    }
    history, archive = tuple(room.history), tuple(entry.id for entry in room.archive)
    rest = (room.locked, dict(room.reserved), dict(room.config), room.subject, room.subject_stamp, history, archive,
            room.assigned_nick, room.nicks_locked, room.traffic)  # fmt: skip
    shown = room.values("presencebroadcast") if room.has("presencebroadcast") else ROLES
    return Picture(seats, dict(room.affiliations), room.anonymous, room.on("membersonly"), shown, rest)


class World:
    """One host with all sessions bound, the room harfleur, and whatever comes of the steps."""

    def __init__(self, config: int = 0, *, seated: bool = True, features: Sequence[Feature] = ALL) -> None:
        names = (f"id{n}" for n in count(1))
        self.host = Host(new_id=lambda: next(names), secret="s", features=features)
        self.service = self.host.muc
        self.now = 1_800_000_000.0
        self.jids = {name: JID(f"{name.partition('/')[0]}@mucspec.invalid/{name[-1]}") for name in SESSIONS}
        for jid in self.jids.values():
            self.host.bind(jid.bare, jid.resource)
        held = {JID(f"{name}@mucspec.invalid"): Affiliation(value) for name, value in HELD.items()}
        self.service.open_room(HARFLEUR, now=self.now, config=CONFIGS[config], affiliations=held)
        attach(self.host)
        self.prologue = [Step(name, "join with password", Draw(HARFLEUR, _nick(name), USERS[0], 0, "")) for name in
                         SESSIONS[:5]] if seated else []  # fmt: skip

    @property
    def bound(self) -> frozenset[JID]:
        return frozenset(self.host.sessions)

    def pictures(self) -> dict[JID, Picture]:
        return {jid: picture(room) for jid, room in self.service.rooms.items()}

    def stanza(self, step: Step) -> Element | None:
        return step.raw if step.raw else STANZAS[step.what](step.draw) if step.what in STANZAS else None

    def do(self, step: Step) -> list[Delivery]:
        """What comes of it."""
        self.now += 1
        session = self.jids[step.who]
        stanza = self.stanza(step)
        if step.what == "bound":
            if session not in self.bound:
                self.host.bind(session.bare, session.resource)
            return []
        if session not in self.bound:
            return []
        if stanza is not None:
            return self.host.receive(stanza, sender=session, now=self.now)
        return self.host.session_lost(session, now=self.now) if step.what == "lost" else self._operate(step)

    def _operate(self, step: Step) -> list[Delivery]:
        """What the operator does, where it can be done."""
        service, draw, room = self.service, step.draw, JID(step.draw.room)
        if step.what == "switch":
            service.switches = replace(TOLD, lists_occupants=draw.number % 2 == 0, may_register=draw.number % 3 != 0)
        if step.what == "shut down":
            return self._landed(service.shut_down(now=self.now) if draw.number % 4 == 0 else [])
        if room not in service.rooms:
            return []
        seated = draw.nick in service.rooms[room].occupants
        match step.what:
            case "desync" if seated:
                return self._landed(service.desync(room, draw.nick, now=self.now))
            case "role" if seated:
                return self._landed(service.set_role(room, draw.nick, Role(ROLES[draw.number % 4]), now=self.now))
            case "affiliation":
                held = Affiliation(AFFILIATIONS[draw.number % 5])
                return self._landed(service.set_affiliation(room, JID(draw.user), held, now=self.now))
            case "end" if draw.number % 4 == 0:
                return self._landed(service.destroy(room, now=self.now))
            case "rename" if seated and f"new{draw.number}" not in service.rooms[room].occupants:
                return self._landed(service.rename(room, draw.nick, f"new{draw.number}", now=self.now))
            case "lock nicks":
                service.lock_nicks(room, locked=draw.number % 2 == 0)
            case "rewrite nick":
                service.rewrite_nick(room, draw.nick)
            case "limit traffic":
                service.limit_traffic(room, None if draw.number % 2 else ())
        return []

    def _landed(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Only bound sessions hear of it, as the host sees to with stanzas."""
        return self.host.land(deliveries)


def _nick(name: str) -> str:
    return name.partition("/")[0]

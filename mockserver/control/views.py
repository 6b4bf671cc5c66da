"""What is to be seen of a service from outside: plain values."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.muc.changing import shown
from mockserver.muc.jid import JID
from mockserver.muc.model import ConfigField, Occupant, Room
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.service import MucService

PREFIX = "muc#roomconfig_"


@dataclass(frozen=True, slots=True)
class Status:
    """The service as a whole. `now` is its clock, in seconds since the epoch; `ahead` how far it was put forward."""

    version: str
    domain: str
    muc_domain: str
    addresses: dict[str, str]
    now: float
    ahead: float
    rooms: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Seat:
    """An occupant. A puppet is the service's own: it does what it is told here."""

    nick: str
    jid: str
    role: str
    affiliation: str
    sessions: tuple[str, ...]
    show: str
    status: str
    puppet: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a room's configuration; `name` is short (`membersonly`) where it can be."""

    name: str
    kind: str
    label: str
    values: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomInList:
    """A room, in short. `locked`: nobody has configured it yet."""

    jid: str
    name: str
    subject: str
    occupants: int
    locked: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room with all that belongs to it."""

    jid: str
    name: str
    subject: str
    locked: bool
    occupants: tuple[Seat, ...]
    affiliations: dict[str, str]
    config: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """A session that is logged in, with its seats: room and nickname."""

    session: str
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """Something that can go wrong on the wire; `keys` are those that it may be told besides which stanza."""

    name: str
    about: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaultInForce:
    """A fault that may still do something; `acted` is how often it did."""

    number: int
    fault: str
    acted: int


@dataclass(frozen=True, slots=True)
class PersonalityView:
    """A service that this one can behave like. `strict`: nothing of it breaks a XEP; `worn`: it does so now."""

    name: str
    about: str
    strict: bool
    worn: bool


def room_in_list(room: Room) -> RoomInList:
    return RoomInList(str(room.jid), room.text("roomname"), subject_of(room), len(room.occupants), room.locked)


def room_view(service: MucService, room: Room, puppets: frozenset[JID]) -> RoomView:
    return RoomView(
        jid=str(room.jid),
        name=room.text("roomname"),
        subject=subject_of(room),
        locked=room.locked,
        occupants=tuple(seat(room, occupant, puppets) for occupant in room.occupants.values()),
        affiliations={str(user): str(held) for user, held in sorted(room.affiliations.items())},
        config=tuple(_field(service, room, each) for each in (*service.fields.values(), *room.extra_fields)),
    )


def seat(room: Room, occupant: Occupant, puppets: frozenset[JID]) -> Seat:
    return Seat(
        nick=occupant.nick,
        jid=str(occupant.bare_jid),
        role=str(occupant.role),
        affiliation=str(room.affiliation(occupant.bare_jid)),
        sessions=tuple(map(str, occupant.sessions)),
        show=_said(occupant, "show"),
        status=_said(occupant, "status"),
        puppet=any(session in puppets for session in occupant.sessions),
    )


def subject_of(room: Room) -> str:
    found = room.subject.find("subject", NS_CLIENT) if room.subject else None
    return found.text if found else ""


def _said(occupant: Occupant, name: str) -> str:
    found = occupant.presence.find(name, NS_CLIENT)
    return found.text if found else ""


def _field(service: MucService, room: Room, field: ConfigField) -> Field:
    values = shown(service, room, field.var)
    return Field(field.var.removeprefix(PREFIX), field.kind, field.label, tuple(values), field.options)

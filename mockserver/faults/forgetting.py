"""What a service forgets at once: affiliations, configuration, nicknames, subject, history, who is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Occupant, Room
from mockserver.muc.xml import Element

from .moment import Moment
from .table import Bends, bent, enter

KEPT = (
    ("affiliations", "affiliations"),
    ("reserved", "reserved nicknames"),
    ("config", "what was configured"),
    ("subject", "the new subject"),
    ("history", "what was said, for those who come later"),
    ("archive", "what was said, in the archive"),
    ("locked", "that the room is new, or that it is not any more"),
)
OWNED = ("roster", "stored", "nodes", "blocked")  # of an account
STATE = tuple(f.name for f in fields(Room) if f.name not in ("jid", "salt", "defaults"))


@contextmanager
def as_before(moment: Moment) -> Iterator[None]:
    """Afterwards all rooms, and what accounts have stored, are as they were."""
    rooms = dict(moment.muc.rooms)
    before = {jid: {name: _copied(getattr(room, name)) for name in STATE} for jid, room in rooms.items()}
    accounts = moment.host.accounts.table.values()
    owned = [(account, {name: deepcopy(getattr(account, name)) for name in OWNED}) for account in accounts]
    yield
    for account, held in owned:
        for name, value in held.items():
            setattr(account, name, value)
    moment.muc.rooms.clear()
    moment.muc.rooms.update(rooms)
    for jid, state in before.items():
        for name, value in state.items():
            setattr(rooms[jid], name, value)


def _copied(value: Any) -> Any:
    """A copy as deep as rooms are changed in place."""
    match value:
        case dict():
            return {k: _copied(v) for k, v in value.items()}
        case list():
            return list(value)
        case Occupant():
            return replace(value, sessions=dict(value.sessions))
        case Element():
            return value
    return deepcopy(value)  # what single features remember


def _forgets(name: str) -> Bends:
    def forget(moment: Moment) -> AbstractContextManager[None] | None:
        return _restored(moment.room, name) if moment.room else None

    return forget


@contextmanager
def _restored(room: Room, name: str) -> Iterator[None]:
    before = _copied(getattr(room, name))
    yield
    setattr(room, name, before)


for _name, _words in KEPT:
    enter(f"{_name}-forgotten", f"forgets {_words}, whatever it says", bent=_forgets(_name))


def short(var: str) -> str:
    """The name of a field as the name of a fault has it."""
    return var.removeprefix("muc#roomconfig_").rpartition("#")[2].replace("_", "-")


def _field_forgotten(var: str) -> Bends:
    def forget(moment: Moment) -> AbstractContextManager[None] | None:
        return _kept(moment.room, var) if moment.room and moment.asked == "config" else None

    return forget


@contextmanager
def _kept(room: Room, var: str) -> Iterator[None]:
    before = room.config.get(var)
    yield
    room.config.pop(var, None)
    if before is not None:
        room.config[var] = before


for _field in (field for feature in ALL for field in feature.fields):
    _short = short(_field.var)
    enter(f"config-{_short}-forgotten", f"does not keep the configured {_short}", bent=_field_forgotten(_field.var))


@bent
def who_is_out_stays_listed(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps the seats of those who left or were put out"""
    going = moment.asked in ("leave", "role", "affiliation", "config") or moment.sent is None
    return _seats_kept(moment) if going else None


@contextmanager
def _seats_kept(moment: Moment) -> Iterator[None]:
    before = {jid: dict(room.occupants) for jid, room in moment.muc.rooms.items()}
    yield
    for jid, room in moment.muc.rooms.items():
        room.occupants = {**before.get(jid, {}), **room.occupants}


@bent
def newcomer_not_listed(moment: Moment) -> AbstractContextManager[None] | None:
    """does not count who has come among the occupants"""
    return _restored(moment.room, "occupants") if moment.asked == "join" and moment.room else None


@bent
def new_room_not_kept(moment: Moment) -> AbstractContextManager[None] | None:
    """forgets a room as soon as it is made"""
    return _rooms(moment, _without_new) if moment.asked == "join" and moment.room is None else None


@bent
def empty_room_stays(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps a temporary room when the last occupant is gone"""
    return _rooms(moment, _with_old) if moment.asked == "leave" or moment.sent is None else None


@bent
def persistent_room_goes(moment: Moment) -> AbstractContextManager[None] | None:
    """ends a persistent room when the last occupant is gone"""
    return _rooms(moment, _without_empty) if moment.asked == "leave" or moment.sent is None else None


@bent
def destroyed_room_stays(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps a room that was destroyed"""
    return _rooms(moment, _with_old) if moment.asked in ("destruction", "config") else None


Rooms = dict[JID, Room]


@contextmanager
def _rooms(moment: Moment, chosen: Callable[[Rooms, Rooms], Rooms]) -> Iterator[None]:
    """Afterwards there are the rooms that are chosen from those before and those now."""
    before = dict(moment.muc.rooms)
    yield
    after = chosen(before, dict(moment.muc.rooms))
    moment.muc.rooms.clear()
    moment.muc.rooms.update(after)


def _without_new(before: Rooms, now: Rooms) -> Rooms:
    return {jid: room for jid, room in now.items() if jid in before}


def _with_old(before: Rooms, now: Rooms) -> Rooms:
    return {**now, **before}


def _without_empty(before: Rooms, now: Rooms) -> Rooms:
    return {jid: room for jid, room in now.items() if room.occupants}

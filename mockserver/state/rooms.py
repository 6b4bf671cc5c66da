"""Rooms in the file: all of a room but who sits there and what is open between occupants."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, ConfigField, Remembered, Role, Room
from mockserver.muc.service import MucService
from mockserver.muc.xml import parse

from . import archives, tables
from .parts import Part, Seen, gathered, row_news
from .plain import Code, code, element, xml
from .tables import Column, Write
from .watched import Rows, Watched


def _itself(room: Room) -> dict[tuple[()], tuple[Any, ...]]:
    extra = tuple(room.extra_fields)
    return {
        (): (
            room.salt,
            room.locked,
            room.subject,
            room.subject_stamp,
            room.assigned_nick,
            room.nicks_locked,
            room.traffic,
            extra,
        )
    }


def _columns(values: tuple[Any, ...]) -> tuple[Column, ...]:
    salt, locked, subject, stamp, assigned, nicks_locked, traffic, extra = values
    fields = [[f.var, f.kind, f.label, f.default, f.options, f.quiet, f.check] for f in extra]
    return salt, int(locked), xml(subject), stamp, assigned, int(nicks_locked), json.dumps(traffic), json.dumps(fields)


def _text(value: str) -> tuple[Column, ...]:
    return (str(value),)


def _json(value: Any) -> tuple[Column, ...]:
    return (json.dumps(value),)


ITSELF = Part(tables.ROOMS, _itself, _columns)
PARTS = (
    Part(tables.CONFIG, lambda room: room.config, _json),
    Part(tables.AFFILIATIONS, lambda room: room.affiliations, _text),
    Part(tables.RESERVED, lambda room: room.reserved, _text),
    Part(tables.ROLES, lambda room: room.roles, _text),
)


def said(value: Remembered) -> tuple[Column, ...]:
    return xml(value.stanza), value.stamp, value.sender


class Rooms:
    """The rooms of a service and those of the file. `attach` first, then `news` as often as there may be some."""

    def __init__(self, service: MucService) -> None:
        self._service = service
        self._codes: dict[str, tuple[type, Code]] = {
            kind.__name__: (kind, code(kind)) for feature in service.features for kind in feature.keeps
        }
        self._empty = {name: c.write(kind()) for name, (kind, c) in self._codes.items()}
        features = Part(tables.FEATURES, self._features, _json)
        self._parts = (ITSELF, *PARTS, features)
        self._seen: dict[JID, Seen] = {}
        self._rooms: Watched[JID, Room] = Watched()

    def _features(self, room: Room) -> dict[str, Any]:
        """What features remember of the room, as plain values, but for what each begins with."""
        held = ((name, kind, c) for name, (kind, c) in self._codes.items() if kind in room.kept)
        plain = {name: c.write(room.kept[kind]) for name, kind, c in held}
        return {name: value for name, value in plain.items() if value != self._empty[name]}

    # writing

    @property
    def watched(self) -> tuple[Watched[Any, Any], ...]:
        return (self._rooms,)

    def news(self) -> Iterator[Write]:
        """What has to be written since the last look."""
        for jid in self._rooms.take_touched():
            room, seen = self._rooms.peek(jid), self._seen.get(jid)
            if seen is not None and seen.thing is not room:
                yield from self._gone(jid)
            if room is not None:
                yield from self._of(room)

    def _gone(self, jid: JID) -> Iterator[Write]:
        del self._seen[jid]
        yield from (part.table.drop(jid) for part in self._parts)
        yield from (table.drop(jid) for table in (tables.HISTORY, tables.ARCHIVE))

    def _of(self, room: Room) -> Iterator[Write]:
        seen = self._seen.setdefault(room.jid, Seen(room))
        for part in self._parts:
            yield from seen.news(room.jid, part)
        if not isinstance(room.history, Rows):
            room.history = Rows(room.history, whole=True)
        if not isinstance(room.archive, Rows):
            room.archive = Rows(room.archive, whole=True)
        yield from row_news(tables.HISTORY, room.jid, room.history, said)
        yield from row_news(tables.ARCHIVE, room.jid, room.archive, archives.columns)

    # reading

    def attach(self, db: sqlite3.Connection, archive: archives.Placed) -> None:
        """Open the rooms of the file; the service's table is watched from now on. Raises ValueError."""
        histories = _grouped(tables.HISTORY.rows(db))
        rooms = {name: self._room(name, *columns) for name, *columns in tables.ROOMS.rows(db)}
        for name, room in rooms.items():
            room.history = gathered(tables.HISTORY, [(p, _remembered(*c)) for p, *c in histories.pop(name, [])])
            room.archive = gathered(tables.ARCHIVE, archive.pop(name, []))
        self._fill(rooms, db)
        if histories:
            raise tables.Damaged("there is history of rooms that are not there")
        for room in rooms.values():
            self._seen[room.jid] = Seen(room, {part: dict(part.of(room)) for part in self._parts})
        self._rooms = Watched({**self._service.rooms, **{room.jid: room for room in rooms.values()}})
        self._service.rooms = self._rooms

    def _room(self, name: str, salt: str, locked: int, *columns: Any) -> Room:
        subject, stamp, assigned, nicks_locked, traffic, extra = columns
        room = self._service.new_room(JID(name))
        room.salt, room.locked, room.assigned_nick, room.nicks_locked = salt, bool(locked), assigned, bool(nicks_locked)
        room.subject, room.subject_stamp = element(subject), stamp
        room.traffic = None if json.loads(traffic) is None else tuple(json.loads(traffic))
        for var, kind, label, default, options, quiet, check in json.loads(extra):
            room.extra_fields.append(ConfigField(var, kind, label, tuple(default), tuple(options), quiet, check))
        return room

    def _fill(self, rooms: Mapping[str, Room], db: sqlite3.Connection) -> None:
        try:
            for name, var, value in tables.CONFIG.rows(db):
                rooms[name].config[var] = tuple(json.loads(value))
            for name, user, held in tables.AFFILIATIONS.rows(db):
                rooms[name].affiliations[JID(user)] = Affiliation(held)
            for name, user, nick in tables.RESERVED.rows(db):
                rooms[name].reserved[JID(user)] = nick
            for name, user, role in tables.ROLES.rows(db):
                rooms[name].roles[JID(user)] = Role(role)
            for name, kind, value in tables.FEATURES.rows(db):
                if kind in self._codes:
                    made, c = self._codes[kind]
                    rooms[name].kept[made] = c.read(json.loads(value))
        except KeyError as missing:
            raise tables.Damaged(f"something is kept of {missing}, which is not there") from missing


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for owner, *rest in rows:
        found.setdefault(owner, []).append(tuple(rest))
    return found


def _remembered(stanza: str, stamp: float, sender: str | None) -> Remembered:
    return Remembered(parse(stanza), stamp, None if sender is None else JID(sender))

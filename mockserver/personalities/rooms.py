"""Behaviours: when rooms begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from mockserver.faults.moment import Moment

from .table import bends


@bends
def ends_when_who_is_alone_is_renamed(moment: Moment) -> AbstractContextManager[None] | None:
    """forgets a temporary room when its only occupant changes the nickname"""
    room = moment.room
    alone = moment.asked == "rename" and room is not None and len(room.occupants) == 1
    return _forgotten(moment) if alone and room is not None and not room.on("persistentroom") else None


@contextmanager
def _forgotten(moment: Moment) -> Iterator[None]:
    seats = {o.nick for o in moment.room.occupants.values()} if moment.room else set()
    yield
    room = moment.room
    if room is not None and not seats & set(room.occupants):
        del moment.muc.rooms[room.jid]


@bends
def opens_new_rooms_at_once(moment: Moment) -> AbstractContextManager[None] | None:
    """lets others into a new room before its owner has configured it"""
    return _opened(moment) if moment.asked == "join" and moment.room is None else None


@contextmanager
def _opened(moment: Moment) -> Iterator[None]:
    yield
    if moment.room is not None:
        moment.room.locked = False

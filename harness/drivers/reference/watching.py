"""Rooms that are watched for silence: XEP-0410 3.2."""

from __future__ import annotations

from .entering import NOT_IN, self_ping
from .joining import stay
from .room import Room
from .session import Args, Session

SILENCE = 900.0  # seconds


def keep_watch(me: Session, seq: int, args: Args) -> None:
    """Ask from now on, whenever the room has been silent for a quarter of an hour, whether one is still there."""
    if (room := me.room(args["room"])) is None or not room.joined:
        return me.complain(seq, "not-acceptable", NOT_IN)
    me.watched.add(me.key(room.jid))
    watch(me, room)
    return me.answer(seq)


def watch(me: Session, room: Room) -> None:
    """Begin, if that is wanted and has not begun."""
    if me.key(room.jid) in me.watched and not room.watching and not me.flawed("silence-never-noticed"):
        room.watching = True
        me.later(SILENCE, lambda: _look(me, room))


def _look(me: Session, room: Room) -> None:
    if me.room(room.jid) is not room or not room.joined:
        return
    silent = me.now - room.heard
    if silent >= SILENCE:
        self_ping(me, None, {"room": room.jid})
        if me.flawed("self-pings-once-only"):
            return
        silent = 0.0
    me.later(SILENCE - silent, lambda: _look(me, room))


def keep_joined(me: Session, seq: int, args: Args) -> None:
    """Come back by itself from now on."""
    if (room := me.room(args["room"])) is None or not room.joined:
        return me.complain(seq, "not-acceptable", NOT_IN)
    stay(me, room)
    return me.answer(seq)


VERBS = {"keep_watch": keep_watch, "keep_joined": keep_joined}

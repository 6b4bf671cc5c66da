"""Mistakes that show when stanzas are lost, late, many or less than whole."""

from __future__ import annotations

from typing import Any

from ..jids import bare
from ..session import Output, Session
from ..stanzas import MUC, find
from . import table
from .outputs import sent, told
from .table import remembered

MANY = 100


@table.told
def room_believed_once_asked_for(me: Session, output: Output) -> list[Output]:
    """takes itself for joined as soon as it has asked to be let in, whatever comes of that"""
    if (presence := sent(output, "presence")) is not None and find(presence, "x", MUC) is not None:
        me.notes.setdefault("asked", set()).add(me.key(bare(presence.get("to", ""))))
    return [output]


@remembered
def _room_believed_once_asked_for(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    if me.key(room) in me.notes.get("asked", ()):
        snapshot["joined"] = True


@table.told
def messages_beyond_a_hundred_lost(me: Session, output: Output) -> list[Output]:
    """reports a hundred messages and no more"""
    if not told(output, "message"):
        return [output]
    me.notes["heard"] = me.notes.get("heard", 0) + 1
    return [output] if me.notes["heard"] <= MANY else []


@table.told
def exit_for_no_reason_untold(me: Session, output: Output) -> list[Output]:
    """does not report that it is out where it did not leave and the room does not say why"""
    presence = sent(output, "presence")
    if presence is not None and presence.get("type") == "unavailable":
        me.notes.setdefault("leaving", set()).add(me.key(bare(presence.get("to", ""))))
    event = told(output, "left", cause="left")
    return [] if event and me.key(event["room"]) not in me.notes.get("leaving", ()) else [output]

"""Mistakes by which the client says, when asked for its state, something else than what it told before."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..hearing import TYPES
from ..jids import bare, resource
from ..room import nowhere
from ..session import Output, Session
from ..stanzas import CLIENT, find, named
from ..told import told as reads
from . import table
from .outputs import sent, told
from .table import REMEMBERED, heard, remembered

CODES = {100, 101, 102, 103, 104, 110, *range(170, 175), 201, 210, 301, 303, 307, 321, 322, 332, 333}


# that it is in a room


def _forget(me: Session, room: str) -> None:
    me.notes.setdefault("forgotten", set()).add(me.key(bare(room)))


def _forgotten(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    if me.key(room) in me.notes.get("forgotten", ()):
        snapshot.update(nowhere())


@heard
def unreadable_ends_visit(me: Session, stanza: Element) -> None:
    """counts itself out when a room sends a code or a type that it does not know"""
    odd_type = named(stanza)[1] == "message" and stanza.get("type", "normal") not in TYPES
    if me.room(stanza.get("from", "")) and (odd_type or not CODES.issuperset(reads(me, stanza).codes)):
        _forget(me, stanza.get("from", ""))


@heard
def role_in_message_believed(me: Session, stanza: Element) -> None:
    """takes role none in the message of an occupant for its own, and itself for out"""
    if named(stanza)[1] == "message" and resource(stanza.get("from", "")) and reads(me, stanza).role == "none":
        _forget(me, stanza.get("from", ""))


@table.told
def namesake_takes_own_entry_along(me: Session, output: Output) -> list[Output]:
    """loses its own entry when somebody leaves whose nickname differs from its own in case only"""
    event = told(output, "occupant_left")
    room = me.room(str(event.get("room", "")))
    if room and event["nick"].casefold() == room.nick.casefold():
        _forget(me, room.jid)
    return [output]


@table.told
def locked_room_is_not_entered(me: Session, output: Output) -> list[Output]:
    """does not count itself in while a new room is locked"""
    if event := told(output, "joined", created=True):
        _forget(me, event["room"])
    return [output]


for _name in (
    "unreadable-ends-visit", "role-in-message-believed", "namesake-takes-own-entry-along", "locked-room-is-not-entered",
):  # fmt: skip
    REMEMBERED[_name] = _forgotten


@table.told
def talk_counts_as_visit(me: Session, output: Output) -> list[Output]:
    """counts itself in where it has said something"""
    message = sent(output, "message")
    if message is not None and find(message, "body", CLIENT) is not None:
        me.notes.setdefault("talked", set()).add(me.key(message.get("to", "")))
    return [output]


@remembered
def _talk_counts_as_visit(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    snapshot["joined"] = snapshot["joined"] or me.key(room) in me.notes.get("talked", ())


# what it knew


@table.told
def removed_subject_remembered(me: Session, output: Output) -> list[Output]:
    """reports that the subject was removed, and remembers the one before"""
    if event := told(output, "subject"):
        before = me.notes.setdefault("subjects", {})
        before[me.key(event["room"])] = event["subject"] or before.get(me.key(event["room"]), "")
    return [output]


@remembered
def _removed_subject_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    snapshot["subject"] = snapshot["subject"] or me.notes.get("subjects", {}).get(me.key(room), "")


@table.told
def item_lost_on_rename(me: Session, output: Output) -> list[Output]:
    """keeps nothing of a renamed occupant but the nickname"""
    if event := told(output, "renamed", self=False):
        me.notes.setdefault("renamed", set()).add(event["nick"])
    return [output]


@remembered
def _item_lost_on_rename(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    for who in snapshot["occupants"]:
        if who["nick"] in me.notes.get("renamed", ()):
            who.update(role="", affiliation="")

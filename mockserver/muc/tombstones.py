"""Messages that were said and are taken back: what a room forgets and what stays of them (XEP-0424 4, 5)."""

from __future__ import annotations

from dataclasses import replace

from .mam import Entry
from .model import Room
from .namespaces import NS_CLIENT, NS_OCCUPANT_ID, NS_SID
from .xml import Element

STAY = frozenset({NS_OCCUPANT_ID, NS_SID})  # what a tombstone keeps of the message


def spoken(room: Room, name: str) -> Entry | None:
    """The archived message with this stable id, if it has a body; tombstones and subjects have none."""
    found = (entry for entry in reversed(room.archive) if entry.id == name)
    return next((entry for entry in found if entry.stanza.find("body", NS_CLIENT)), None)


def remembered(room: Room, name: str) -> bool:
    """Whether the message with this stable id is in the archive or the discussion history."""
    return spoken(room, name) is not None or any(_has_id(room, said.stanza, name) for said in room.history)


def bury(room: Room, name: str, retracted: Element) -> None:
    """A tombstone where the message lay in the archive; newcomers do not get it any more."""
    for place, entry in enumerate(room.archive):
        if entry.id == name:
            stays = tuple(c for c in entry.stanza.elements() if c.uri in STAY)
            room.archive[place] = replace(entry, stanza=replace(entry.stanza, children=(*stays, retracted)))
    room.history[:] = [said for said in room.history if not _has_id(room, said.stanza, name)]


def _has_id(room: Room, stanza: Element, name: str) -> bool:
    ids = (s for s in stanza.find_all("stanza-id", NS_SID) if s.get("by") == room.jid)
    return any(s.get("id") == name for s in ids)

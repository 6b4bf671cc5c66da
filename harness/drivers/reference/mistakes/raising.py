"""Mistakes by which an error escapes the client; it goes on behind it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import resource
from ..session import Output, Report, Session
from ..stanzas import USER, find, find_all, named
from ..told import told as reads
from . import table
from .hearing_messages import KNOWN
from .hearing_presence import ROLES
from .outputs import told
from .table import heard


def _escapes(me: Session, kind: str, text: str) -> None:
    me.report("exception", type=kind, text=text)


@heard
def presence_of_room_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a presence of the room itself"""
    if named(stanza)[1] == "presence" and me.room(stanza.get("from", "")) and not resource(stanza.get("from", "")):
        _escapes(me, "KeyError", "''")


@heard
def malformed_code_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a status code that is no number"""
    codes = [status.get("code", "") for status in find_all(find(stanza, "x", USER), "status", USER)]
    for code in codes:
        if not code.isdigit():
            _escapes(me, "ValueError", f"invalid literal for int: {code!r}")


@heard
def unknown_role_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a role that it does not know"""
    if reads(me, stanza).role not in ROLES:
        _escapes(me, "ValueError", f"{reads(me, stanza).role!r} is not a valid role")


@heard
def unknown_element_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at an element of a message that it does not know"""
    if named(stanza)[1] == "message" and any(named(child)[0] not in KNOWN for child in stanza):
        _escapes(me, "KeyError", "element")


@heard
def unknown_exit_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at the exit of somebody who is not in the list"""
    room, nick = me.room(stanza.get("from", "")), resource(stanza.get("from", ""))
    if room and room.joined and stanza.get("type") == "unavailable" and nick not in room.occupants:
        _escapes(me, "KeyError", repr(nick))


@table.told
def own_exit_raises(me: Session, output: Output) -> list[Output]:
    """lets an error escape behind its own exit"""
    if not told(output, "left", cause="left"):
        return [output]
    return [output, Report({"event": "exception", "type": "KeyError", "text": "room", "source": "api"})]

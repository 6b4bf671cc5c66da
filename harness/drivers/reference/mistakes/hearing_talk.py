"""Mistakes in what the client makes of what is said, and of what a message says of the room."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import bare, resource
from ..room import Phase, Room
from ..session import Session
from ..stanzas import CLIENT, find, named, text_of
from ..told import told
from .table import heard


def _in_room(me: Session, stanza: Element) -> Room | None:
    """The room in which the client is, if this is a message from there and no error."""
    room = me.room(stanza.get("from", "")) if named(stanza)[1] == "message" else None
    return room if room and room.joined and stanza.get("type") != "error" else None


def _spoken(me: Session, stanza: Element) -> Room | None:
    """The same, if an occupant says something to everybody."""
    to_all = stanza.get("type") == "groupchat" and find(stanza, "body", CLIENT) is not None
    return _in_room(me, stanza) if to_all and resource(stanza.get("from", "")) else None


@heard
def first_message_lost(me: Session, stanza: Element) -> bool:
    """begins to listen too late for the first thing that is said in a room after the subject"""
    room, begun = _spoken(me, stanza), me.notes.setdefault("begun", set())
    if room is None or room.phase is not Phase.LIVE or room.jid in begun:
        return False
    begun.add(room.jid)
    return True


@heard
def case_matters_in_talk(me: Session, stanza: Element) -> bool:
    """hears what is said only where the room is spelt as in the join"""
    room = _spoken(me, stanza)
    return room is not None and room.jid != bare(stanza.get("from", ""))


@heard
def any_code_is_of_the_room(me: Session, stanza: Element) -> None:
    """takes any code in a message for a change of the configuration"""
    room = _in_room(me, stanza)
    if room and resource(stanza.get("from", "")) and told(me, stanza).codes:
        me.report("config_changed", room=room.jid, codes=list(told(me, stanza).codes))


@heard
def role_in_message_is_exit(me: Session, stanza: Element) -> None:
    """reports its own exit when the message of an occupant holds role none"""
    room = _in_room(me, stanza)
    if room and resource(stanza.get("from", "")) and told(me, stanza).role == "none":
        me.report("left", room=room.jid, nick=room.nick, cause="left", alternate="", actor="", reason="", codes=[])


@heard
def subject_beside_body_counts_too(me: Session, stanza: Element) -> None:
    """reports a message with a subject as a message and as a subject"""
    room = _spoken(me, stanza)
    if room and find(stanza, "subject", CLIENT) is not None:
        subject = text_of(stanza, "subject", CLIENT)
        me.report("subject", room=room.jid, subject=subject, nick=resource(stanza.get("from", "")))

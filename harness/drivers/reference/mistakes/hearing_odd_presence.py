"""Mistakes in what the client makes of presence that says less than it seems to."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..exits import turned_out
from ..jids import resource
from ..room import Occupant, Room
from ..session import Session
from ..stanzas import named
from ..told import SELF, told
from .table import heard

SUBSCRIPTIONS = ("subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe")


def _in_room(me: Session, stanza: Element) -> Room | None:
    """The room in which the client is, if this is a presence of an occupant there."""
    presence = named(stanza)[1] == "presence" and resource(stanza.get("from", ""))
    room = me.room(stanza.get("from", "")) if presence else None
    return room if room and room.joined else None


@heard
def unknown_exit_as_own(me: Session, stanza: Element) -> None:
    """takes the exit of somebody who is not in the list for its own"""
    room = _in_room(me, stanza) if stanza.get("type") == "unavailable" else None
    if room and resource(stanza.get("from", "")) not in room.occupants:
        turned_out(me, room, told(me, stanza))


@heard
def subscribers_listed(me: Session, stanza: Element) -> None:
    """lists as occupant whoever sends a presence of the subscription types"""
    room = _in_room(me, stanza) if stanza.get("type") in SUBSCRIPTIONS else None
    if room:
        nick = resource(stanza.get("from", ""))
        room.occupants.setdefault(nick, Occupant(nick))


@heard
def every_own_presence_is_a_join(me: Session, stanza: Element) -> None:
    """reports a join whenever its own presence comes, also when another session has gone"""
    room = _in_room(me, stanza) if stanza.get("type") is None else None
    x = told(me, stanza)
    if room and SELF in x.codes and resource(stanza.get("from", "")) == room.nick and not room.joins:
        about = {"role": x.role, "affiliation": x.affiliation, "created": False}
        me.report("joined", room=room.jid, nick=room.nick, codes=list(x.codes), **about)

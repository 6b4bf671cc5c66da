"""Mistakes in sending invitations, and in taking them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import bare
from ..session import Output, Session
from ..stanzas import CONFERENCE, USER, E, find, named
from . import table
from .outputs import sent
from .table import heard


def _direct(stanza: Element) -> Element | None:
    """The direct invitation that a message holds."""
    return find(stanza, "x", CONFERENCE) if named(stanza)[1] == "message" else None


def _to_a_room_joined(me: Session, stanza: Element) -> str:
    """The room that it invites to, if the client is there already."""
    x = _direct(stanza)
    room = None if x is None else me.room(x.get("jid", ""))
    return room.jid if room and room.joined else ""


@table.told
def mediated_invite_as_groupchat(me: Session, output: Output) -> list[Output]:
    """sends mediated invitations with type groupchat"""
    message = sent(output, "message")
    if message is not None and find(find(message, "x", USER), "invite", USER) is not None:
        message.set("type", "groupchat")
    return [output]


@heard
def direct_invite_room_guessed(me: Session, stanza: Element) -> None:
    """takes the sender for the room where a direct invitation names none"""
    x = _direct(stanza)
    if x is not None and not x.get("jid"):
        x.set("jid", bare(stanza.get("from", "")))


@heard
def direct_invite_without_room_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a direct invitation that names no room"""
    x = _direct(stanza)
    if x is not None and not x.get("jid"):
        me.report("exception", type="KeyError", text="'jid'")


@heard
def invite_in_error_believed(me: Session, stanza: Element) -> None:
    """takes the echo of an invitation in an error for an invitation"""
    x = find(stanza, "x", USER)
    if stanza.get("type") == "error" and find(x, "invite", USER) is not None:
        about = {"inviter": "", "reason": "", "password": "", "thread": "", "mode": "mediated"}
        me.report("invited", room=bare(stanza.get("from", "")), **about)


@heard
def superfluous_invite_declined(me: Session, stanza: Element) -> None:
    """declines a direct invitation to a room in which it is"""
    if room := _to_a_room_joined(me, stanza):
        decline = E("x", E("decline", uri=USER, to=bare(stanza.get("from", ""))), uri=USER)
        me.send(E("message", decline, to=room, id=me.new_id()))


@heard
def superfluous_invite_ends_visit(me: Session, stanza: Element) -> bool:
    """begins anew with a room to which it is invited, also where it is in there"""
    room = _to_a_room_joined(me, stanza)
    if room:
        del me.rooms[me.key(room)]
    return bool(room)

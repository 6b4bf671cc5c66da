"""Mistakes by which the client goes into rooms, or hears nothing of them, behind an exit."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..hearing import as_message
from ..jids import bare, resource
from ..session import Output, Session
from ..stanzas import CLIENT, MUC, E, find, named, text_of
from . import table
from .outputs import told
from .table import heard


def _spoken(stanza: Element) -> bool:
    groupchat = named(stanza)[1] == "message" and stanza.get("type") == "groupchat"
    return groupchat and find(stanza, "body", CLIENT) is not None


@table.told
def comes_back_later(me: Session, output: Output) -> list[Output]:
    """joins a room again from which it was removed, when the next stanza comes"""
    event = told(output, "left")
    if event and event["cause"] not in ("left", "disconnected"):
        me.notes.setdefault("removed", []).append(f"{event['room']}/{event['nick']}")
    return [output]


@heard
def _comes_back_later(me: Session, stanza: Element) -> None:
    for occupant in me.notes.pop("removed", ()):
        me.send(E("presence", E("x", uri=MUC), to=occupant))


@table.told
def listener_goes_with_first_room(me: Session, output: Output) -> list[Output]:
    """hears nothing that is said in any room when it has left one"""
    if told(output, "left"):
        me.notes["deaf"] = True
    return [output]


@heard
def _listener_goes_with_first_room(me: Session, stanza: Element) -> bool:
    return bool(me.notes.get("deaf")) and _spoken(stanza)


@table.told
def returned_occupant_unheard(me: Session, output: Output) -> list[Output]:
    """overlooks what somebody says who has left before"""
    if event := told(output, "occupant_left"):
        me.notes.setdefault("gone", set()).add(event["nick"])
    return [output]


@heard
def _returned_occupant_unheard(me: Session, stanza: Element) -> bool:
    return _spoken(stanza) and resource(stanza.get("from", "")) in me.notes.get("gone", ())


@heard
def error_of_other_room_as_message(me: Session, stanza: Element) -> None:
    """reports the error of a room in which it is not as something said there"""
    sender = stanza.get("from", "")
    if named(stanza)[1] == "message" and stanza.get("type") == "error" and me.room(sender) is None:
        as_message(me, bare(sender), stanza, body=text_of(stanza, "body", CLIENT))

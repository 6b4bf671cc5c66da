"""Mistakes about rooms of which nothing has been heard for long: XEP-0410 3.2."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import bare, resource
from ..session import Output, Report, Session
from ..stanzas import PING, find, named
from . import table
from .outputs import WHY, sent
from .table import heard


def _pinged(me: Session, iq: Element) -> str:
    """The room in which the client has asked itself whether it is there, if this is its question or the answer."""
    address = iq.get("to", "") if iq.get("type") == "get" else iq.get("from", "")
    room = me.room(address)
    return room.jid if room is not None and room.nick == resource(address) else ""


def _failed(room: str) -> Report:
    return Report({"event": "self_ping_failed", "room": room, "condition": "", "source": "api"})


def _exit(room: str) -> Report:
    why = {"cause": "unknown", "alternate": "", **WHY}
    return Report({"event": "left", "room": room, "nick": "", "source": "api", **why})


def _answers(me: Session, stanza: Element) -> str:
    result = named(stanza)[1] == "iq" and stanza.get("type") == "result" and not len(stanza)
    return _pinged(me, stanza) if result else ""


@heard
def self_ping_answer_as_failure(me: Session, stanza: Element) -> None:
    """reports the answer to a self-ping as the proof that it is no longer joined"""
    if room := _answers(me, stanza):
        me.outbox.append(_failed(room))


@heard
def self_ping_answer_as_exit(me: Session, stanza: Element) -> None:
    """reports an exit when its self-ping is answered"""
    if room := _answers(me, stanza):
        me.outbox.append(_exit(room))


@heard
def self_ping_answer_forgets_room(me: Session, stanza: Element) -> None:
    """forgets the room, and tells nobody, when its self-ping is answered"""
    if room := _answers(me, stanza):
        me.rooms.pop(me.key(bare(room)), None)


def _again(me: Session, output: Output) -> str:
    """The room, if this is a self-ping and the one before it stayed without an answer."""
    iq = sent(output, "iq")
    jid = _pinged(me, iq) if iq is not None and find(iq, "ping", PING) is not None else ""
    if not jid:
        return ""
    room, asked = me.room(jid), me.notes.get(f"asked {jid}")
    me.notes[f"asked {jid}"] = me.now
    return jid if room is not None and asked is not None and room.heard < asked else ""


@table.told
def unanswered_self_pings_as_failure(me: Session, output: Output) -> list[Output]:
    """takes two self-pings without an answer for the proof that it is no longer joined"""
    room = _again(me, output)
    return [output, _failed(room)] if room else [output]


@table.told
def unanswered_self_pings_as_exit(me: Session, output: Output) -> list[Output]:
    """reports an exit when two self-pings stay without an answer"""
    room = _again(me, output)
    return [output, _exit(room)] if room else [output]

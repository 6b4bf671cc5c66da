"""Mistakes by which the client waits for ever: answers that it overlooks."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import resource
from ..session import Answer, Output, Session
from ..stanzas import DATA, OWNER, find, named
from ..told import RENAMED
from ..told import told as reads
from . import table
from .outputs import sent
from .table import heard


def _answered(me: Session, stanza: Element) -> str:
    """The id of the question, if this is a result."""
    return stanza.get("id", "") if named(stanza)[1] == "iq" and stanza.get("type") == "result" else ""


@heard
def ping_answer_overlooked(me: Session, stanza: Element) -> bool:
    """does not notice that its ping through a room was answered"""
    question = me.questions.get(_answered(me, stanza))
    return question is not None and bool(resource(question.asked)) and not len(stanza)


@heard
def config_form_overlooked(me: Session, stanza: Element) -> bool:
    """does not notice that the configuration form has come"""
    return bool(_answered(me, stanza)) and find(find(stanza, "query", OWNER), "x", DATA) is not None


@table.told
def config_success_overlooked(me: Session, output: Output) -> list[Output]:
    """does not notice that a configuration was accepted"""
    iq = sent(output, "iq")
    if iq is not None and iq.get("type") == "set" and find(find(iq, "query", OWNER), "x", DATA) is not None:
        me.notes.setdefault("submitted", set()).add(iq.get("id"))
    return [output]


@heard
def _config_success_overlooked(me: Session, stanza: Element) -> bool:
    return _answered(me, stanza) in me.notes.get("submitted", ())


@heard
def rename_never_completes(me: Session, stanza: Element) -> None:
    """reports its new nickname, and never answers who asked for it"""
    room = me.room(stanza.get("from", "")) if named(stanza)[1] == "presence" else None
    if room and RENAMED in reads(me, stanza).codes:
        room.renames.clear()


@table.told
def join_never_completes(me: Session, output: Output) -> list[Output]:
    """reports that it has joined, and never answers who asked for it"""
    return [] if isinstance(output, Answer) and "codes" in output.answer else [output]

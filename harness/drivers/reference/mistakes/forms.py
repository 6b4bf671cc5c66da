"""Mistakes in forms, and in what comes of them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..forms import KNOWN
from ..jids import bare
from ..session import Output, Session
from ..stanzas import DATA, OWNER, error_of, find, find_all
from . import table
from .outputs import SAID, also, sent, told
from .requests import asked, is_reply
from .table import heard


@table.told
def unknown_fields_emptied(me: Session, output: Output) -> list[Output]:
    """submits the fields that it does not know without their values"""
    form = find(asked(output, "query", OWNER, "set"), "x", DATA)
    for field in find_all(form, "field", DATA):
        if not field.get("var", "").startswith(KNOWN):
            field[:] = []
    return [output]


@table.told
def voice_request_also_as_message(me: Session, output: Output) -> list[Output]:
    """reports a request for voice, and an empty message beside it"""
    event = told(output, "voice_requested")
    return also(output, event, "message", **SAID) if event else [output]


# what it takes for the end of its stay


def _forget(me: Session, room: str) -> None:
    me.rooms.pop(me.key(room), None)


@table.told
def cancelled_config_ends_visit(me: Session, output: Output) -> list[Output]:
    """takes itself for outside after it cancelled a configuration"""
    iq = sent(output, "iq")
    form = find(asked(output, "query", OWNER, "set"), "x", DATA)
    if iq is not None and form is not None and form.get("type") == "cancel":
        _forget(me, iq.get("to", ""))
    return [output]


@table.told
def destroyed_when_asked(me: Session, output: Output) -> list[Output]:
    """takes a room for destroyed when it has asked for it"""
    iq = sent(output, "iq")
    if iq is not None and find(asked(output, "query", OWNER, "set"), "destroy", OWNER) is not None:
        _forget(me, iq.get("to", ""))
    return [output]


@heard
def refused_config_ends_visit(me: Session, stanza: Element) -> None:
    """takes itself for outside when its configuration is not acceptable"""
    sender = stanza.get("from", "")
    if is_reply(me, stanza, "error") and sender == bare(sender) and error_of(stanza)["condition"] == "not-acceptable":
        _forget(me, sender)

"""Mistakes in forms, and in what comes of them."""

from __future__ import annotations

from ..forms import KNOWN
from ..session import Output, Session
from ..stanzas import DATA, OWNER, find, find_all
from . import table
from .outputs import SAID, also, told
from .requests import asked


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

"""Mistakes that need no place in the client's code: they stand before it, behind it, or in its memory."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from xml.etree.ElementTree import Element

from ..session import Output, Session
from . import (
    archives,
    asking_too_much,
    believing,
    coming_back,
    forgetting,
    forms,
    hearing_answers,
    hearing_messages,
    hearing_odd_presence,
    hearing_presence,
    hearing_talk,
    in_trouble,
    memory,
    of_silence,
    raising,
    reading_archives,
    requests,
    requests_of_invitations,
    requests_of_rooms,
    telling_of_joins,
    telling_of_messages,
    telling_of_occupants,
)
from .table import HEARD, REMEMBERED, TEXTS, TOLD

__all__ = [
    "HEARD", "REMEMBERED", "TEXTS", "TOLD", "archives", "asking_too_much", "believing", "coming_back", "forgetting",
    "forms", "hearing_answers", "hearing_messages", "hearing_odd_presence", "hearing_presence", "hearing_talk",
    "in_trouble", "memory", "misheard", "misremembered", "mistold", "of_silence", "raising", "reading_archives",
    "requests", "requests_of_invitations", "requests_of_rooms", "telling_of_joins", "telling_of_messages",
    "telling_of_occupants",
]  # fmt: skip


def misheard(me: Session, stanza: Element) -> Element | None:
    """The stanza as a client with these defects takes it; None if it is lost."""
    wrong = sorted(me.defects & HEARD.keys())
    if not wrong:
        return stanza
    taken = deepcopy(stanza)
    lost = [HEARD[name](me, taken) for name in wrong]  # each of them hears it, lost or not
    return None if any(lost) else taken


def mistold(me: Session, outputs: list[Output]) -> list[Output]:
    """What a client with these defects tells and sends in place of this."""
    for name in sorted(me.defects & TOLD.keys()):
        outputs = [out for output in outputs for out in TOLD[name](me, output)]
    return outputs


def misremembered(me: Session, room: str, snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot of a client with these defects."""
    for name in sorted(me.defects & REMEMBERED.keys()):
        REMEMBERED[name](me, room, snapshot)
    return snapshot

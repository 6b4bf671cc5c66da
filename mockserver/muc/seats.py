"""What a seat needs whatever the features are: a nickname, and nobody else on it (XEP-0045 7.2.2, 7.2.8, 17.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import CONFLICT, MALFORMED, NOT_ACCEPTABLE
from .model import Refuse, Room
from .requests import Join

if TYPE_CHECKING:
    from .service import MucService


def named(service: MucService, room: Room, join: Join) -> Refuse | None:
    """Nicknames are visible: 17.1."""
    if not join.nick or not room.jid.local:
        return MALFORMED
    return None if join.nick.strip() else NOT_ACCEPTABLE


def free(service: MucService, room: Room, join: Join) -> Refuse | None:
    """A user's own sessions may share a seat: 7.2.8."""
    holder = room.occupants.get(join.nick)
    return CONFLICT if holder and holder.bare_jid != join.bare_jid else None


ALWAYS = {"nick-is-there": named, "conflict": free}  # steps of pipeline.py that no feature brings

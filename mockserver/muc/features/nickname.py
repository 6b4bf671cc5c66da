"""Nicknames that are kept for somebody, or for good: XEP-0045 7.6, 7.10, 7.12, 18.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import CONFLICT, NOT_ACCEPTABLE
from ..feature import Feature
from ..model import Refuse, Room
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("nickname", spec="xep-0045#reservednick")


@feature.join_guard("nicks-locked")
def locked_down(service: MucService, room: Room, join: Join) -> Refuse | None:
    """Whoever is seated keeps the name: XEP-0045 7.6."""
    return NOT_ACCEPTABLE if room.nicks_locked else None


@feature.join_guard("reserved-nick")
def reserved(service: MucService, room: Room, join: Join) -> Refuse | None:
    owner = next((user for user, nick in room.reserved.items() if nick == join.nick), join.bare_jid)
    return None if owner == join.bare_jid else CONFLICT

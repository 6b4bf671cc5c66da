"""Creating rooms, and rooms that are not configured yet: XEP-0045 7.2.10, 10.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import NOT_ALLOWED, NOT_FOUND
from ..feature import Feature
from ..model import Affiliation, Refuse, Room
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("creation", spec="xep-0045#createroom")


@feature.join_guard("creation")
def allowed(service: MucService, room: Room, join: Join) -> Refuse | None:
    exists = room.jid in service.rooms
    return None if exists or service.switches.anyone_may_create else NOT_ALLOWED


@feature.join_guard("locked")
def unlocked(service: MucService, room: Room, join: Join) -> Refuse | None:
    owner = room.affiliation(join.bare_jid) is Affiliation.OWNER
    return NOT_FOUND if room.locked and not owner else None

"""Outcasts may not enter: XEP-0045 7.2.7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import FORBIDDEN
from ..feature import Feature
from ..model import Affiliation, Refuse, Room
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("ban", spec="xep-0045#enter-banned")


@feature.join_guard("banned")
def outcast(service: MucService, room: Room, join: Join) -> Refuse | None:
    return FORBIDDEN if room.affiliation(join.bare_jid) is Affiliation.OUTCAST else None

"""The most occupants that a room takes: XEP-0045 7.2.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import UNAVAILABLE
from ..feature import Feature
from ..model import RANK, Affiliation, Refuse, Room
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("capacity", spec="xep-0045#enter-maxusers")

feature.config_field(
    "muc#roomconfig_maxusers", "list-single", "The most occupants", "none",
    options=("1", "2", "10", "20", "30", "50", "100", "none"), check="number",
)  # fmt: skip


@feature.join_guard("capacity")
def seat_left(service: MucService, room: Room, join: Join) -> Refuse | None:
    limit = room.text("maxusers")
    seated = join.nick in room.occupants or room.occupant_of(join.session) is not None
    if not limit.isdecimal() or seated or RANK[room.affiliation(join.bare_jid)] >= RANK[Affiliation.ADMIN]:
        return None
    return Refuse("wait", UNAVAILABLE.condition) if len(room.occupants) >= int(limit) else None

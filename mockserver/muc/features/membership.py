"""Members-only rooms: XEP-0045 7.2.6, 9.3 to 9.5, 10.2.1 (322)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..answers import FORBIDDEN
from ..feature import Feature
from ..leaving import remove
from ..model import RANK, Affiliation, Delivery, Refuse, Room, Status
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("membership", spec="xep-0045#enter-members")

only = feature.config_field("muc#roomconfig_membersonly", "boolean", "Only members may enter", "0")
feature.config_field(
    "muc#roomconfig_getmemberlist", "list-multi", "Who may retrieve the member list",
    "moderator", "participant", options=("moderator", "participant", "visitor"),
)  # fmt: skip

REGISTER = Refuse("auth", "registration-required")


@feature.disco
def open_or_not(room: Room) -> Iterator[str]:
    yield "muc_membersonly" if room.on("membersonly") else "muc_open"


@feature.join_guard("members-only")
def member(service: MucService, room: Room, join: Join) -> Refuse | None:
    affiliation = room.affiliation(join.bare_jid)
    if affiliation is Affiliation.OUTCAST:
        return FORBIDDEN
    return REGISTER if room.on("membersonly") and RANK[affiliation] < RANK[Affiliation.MEMBER] else None


@feature.after_config
def put_out(service: MucService, room: Room, changed: frozenset[str], now: float) -> list[Delivery]:
    if only.var not in changed or not room.on("membersonly"):
        return []
    told: list[Delivery] = []
    for occupant in list(room.occupants.values()):
        if RANK[room.affiliation(occupant.bare_jid)] < RANK[Affiliation.MEMBER]:
            told += remove(service, room, occupant, (Status.MEMBERS_ONLY,))
    return told

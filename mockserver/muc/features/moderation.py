"""Moderated rooms and voice: XEP-0045 4.2, 7.4, 8.3, 10.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..answers import FORBIDDEN
from ..changing import set_role
from ..entering import default_role
from ..feature import Feature
from ..model import Delivery, Occupant, Refuse, Role, Room
from ..requests import Say

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("moderation", spec="xep-0045#message")

moderated = feature.config_field("muc#roomconfig_moderatedroom", "boolean", "Only those with voice may speak", "0")
feature.config_field(
    "muc#roomconfig_presencebroadcast", "list-multi", "Roles whose presence is broadcast",
    "moderator", "participant", "visitor", options=("moderator", "participant", "visitor"),
)  # fmt: skip


@feature.disco
def announced(room: Room) -> Iterator[str]:
    yield "muc_moderated" if room.on("moderatedroom") else "muc_unmoderated"


@feature.say_guard("voice")
def voice(service: MucService, room: Room, occupant: Occupant, say: Say) -> Refuse | None:
    return FORBIDDEN if occupant.role is Role.VISITOR else None


@feature.after_config
def regrade(service: MucService, room: Room, changed: frozenset[str], now: float) -> list[Delivery]:
    """Who had no affiliation loses voice when the room becomes moderated, and gets it back."""
    if moderated.var not in changed:
        return []
    room.roles.clear()
    told: list[Delivery] = []
    for occupant in list(room.occupants.values()):
        role = default_role(room, occupant.bare_jid)
        if occupant.role is not Role.MODERATOR:
            told += set_role(service, room, occupant, role)
    return told

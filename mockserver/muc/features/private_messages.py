"""Who may send private messages: XEP-0045 7.5, 15.5.3 (muc#roomconfig_allowpm)."""

from __future__ import annotations

from ..answers import FORBIDDEN
from ..feature import Feature
from ..model import Occupant, Refuse, Role, Room

feature = Feature("private-messages", spec="xep-0045#privatemessage")

feature.config_field(
    "muc#roomconfig_allowpm", "list-single", "Who may send private messages", "anyone",
    options=("anyone", "participants", "moderators", "none"),
)  # fmt: skip

MAY: dict[str, tuple[Role, ...]] = {
    "participants": (Role.PARTICIPANT, Role.MODERATOR),
    "moderators": (Role.MODERATOR,),
    "none": (),
}


@feature.whisper_guard
def may_whisper(room: Room, sender: Occupant) -> Refuse | None:
    return None if sender.role in MAY.get(room.text("allowpm"), tuple(Role)) else FORBIDDEN

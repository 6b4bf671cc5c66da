"""The time that has to pass between two messages of one user: XEP-0500."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..feature import Feature
from ..jid import JID
from ..model import RANK, Affiliation, Occupant, Refuse, Room
from ..namespaces import NS_CLIENT
from ..requests import Say
from ..xml import Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("slow-mode", spec="xep-0500")

duration = feature.config_field(
    "muc#roomconfig_slow_mode_duration", "text-single", "Slow mode: seconds between messages", "0", check="seconds"
)


@feature.keep
@dataclass
class Spoken:
    """When each user's last message with a body was reflected, whatever the nickname or session."""

    last: dict[JID, float] = field(default_factory=dict)


@feature.info
def told(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "muc#roominfo_slow_mode_duration", "text-single", (room.text("slow_mode_duration"),)


@feature.say_guard("slow-mode")
def wait(service: MucService, room: Room, occupant: Occupant, say: Say) -> Refuse | None:
    """Admins and owners never wait; messages without a body do not count."""
    seconds = int(room.text("slow_mode_duration") or 0)
    free = RANK[room.affiliation(occupant.bare_jid)] >= RANK[Affiliation.ADMIN]
    if free or not seconds or say.stanza.find("body", NS_CLIENT) is None:
        return None
    last = room.own(Spoken).last.get(occupant.bare_jid)
    if last is None or service.now >= last + seconds:
        return None
    return Refuse("wait", "policy-violation", f"This room is in slow mode: one message every {seconds} seconds.")


@feature.listen
def remember(service: MucService, room: Room, occupant: Occupant | None, stanza: Element, now: float) -> None:
    if occupant is not None and stanza.find("body", NS_CLIENT):
        room.own(Spoken).last[occupant.bare_jid] = now

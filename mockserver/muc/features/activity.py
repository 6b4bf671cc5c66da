"""How much is said in a room: XEP-0502. Counted by the hour, over the last day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..feature import Feature
from ..model import Occupant, Room
from ..namespaces import NS_ACTIVITY, NS_CLIENT, NS_CORRECTION
from ..xml import Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("activity", spec="xep-0502")

HOUR = 3600.0
WINDOW = 24  # hours


@feature.keep
@dataclass
class Counted:
    """Messages by the hour in which they were said; older hours are forgotten."""

    first: int | None = None  # the hour of the first one
    hours: dict[int, int] = field(default_factory=dict)

    def add(self, hour: int) -> None:
        self.first = hour if self.first is None else self.first
        if hour not in self.hours:
            self.hours = {h: n for h, n in self.hours.items() if h > hour - WINDOW}
        self.hours[hour] = self.hours.get(hour, 0) + 1

    def rate(self, hour: int) -> float | None:
        """Messages per hour; None where nothing was ever counted."""
        if self.first is None:
            return None
        lately = sum(n for h, n in self.hours.items() if hour - WINDOW < h <= hour)
        return lately / min(WINDOW, max(1, hour - self.first + 1))


@feature.listen
def count(service: MucService, room: Room, occupant: Occupant | None, stanza: Element, now: float) -> None:
    """Messages with a body; a correction is no further one."""
    if stanza.find("body", NS_CLIENT) and not stanza.find("replace", NS_CORRECTION):
        room.own(Counted).add(int(now // HOUR))


@feature.info
def told(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Of rooms that are persistent, listed, and open to everybody: XEP-0502 4.1, 10."""
    rate = room.own(Counted).rate(int(service.now // HOUR))
    listed = room.on("persistentroom") and room.on("publicroom")
    closed = room.on("membersonly") or room.on("passwordprotectedroom")
    if rate is not None and listed and not closed:
        yield f"{{{NS_ACTIVITY}}}message-activity", "text-single", (f"{rate:.2f}",)

"""The subject of a room: XEP-0045 7.2.15, 8.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..answers import FORBIDDEN
from ..feature import Feature
from ..model import Delivery, Occupant, Refuse, Role, Room
from ..requests import Join, Say
from ..stamps import delay
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("subject", spec="xep-0045#subject-mod")

feature.config_field("muc#roomconfig_changesubject", "boolean", "Occupants may change the subject", "0")


@feature.info
def current(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    said = next((c.text for c in room.subject.elements() if c.name == "subject"), "") if room.subject else ""
    if said and service.switches.full_roominfo:
        yield "muc#roominfo_subject", "text-single", (said,)
    yield "muc#roominfo_subjectmod", "boolean", ("1" if room.on("changesubject") else "0",)


@feature.say_guard("subject")
def may_change(service: MucService, room: Room, occupant: Occupant, say: Say) -> Refuse | None:
    moderator = occupant.role is Role.MODERATOR
    return FORBIDDEN if say.subject is not None and not moderator and not room.on("changesubject") else None


@feature.on_entry("subject")
def tell(service: MucService, room: Room, join: Join, now: float) -> list[Delivery]:
    """Always, even where there is none: it ends the history (XEP-0045 7.2.15)."""
    subject = room.subject or E("message", E("subject"), from_=room.jid, type="groupchat")
    if room.subject_stamp is not None:
        subject = subject.plus(delay(room.jid, room.subject_stamp))
    return [Delivery(subject, (join.session,))]

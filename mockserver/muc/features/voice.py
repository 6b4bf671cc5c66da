"""Asking for voice and answering: XEP-0045 7.13, 8.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, FORBIDDEN, refused
from ..changing import set_role
from ..feature import Feature
from ..forms import field, form, submitted
from ..jid import JID
from ..model import Delivery, Occupant, Role, Room
from ..namespaces import NS_DATA, NS_REQUEST
from ..presence import sees_jids
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("voice", spec="xep-0045#requestvoice")


@feature.hear("voice-request")
def heard(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    values = submitted(stanza.find("x", NS_DATA))
    if values.get("FORM_TYPE") != (NS_REQUEST,):
        return None
    occupant = room.occupant_of(session)
    if occupant is None:
        return refused(stanza, FORBIDDEN)
    if "muc#request_allow" not in values:
        return _ask(room, occupant, next(iter(values.get("muc#role", ())), "participant"))
    return _answered(service, room, occupant, stanza)


def _ask(room: Room, occupant: Occupant, role: str) -> list[Delivery]:
    """The request, to every moderator."""
    moderators = [o for o in room.occupants.values() if o.role is Role.MODERATOR]
    to = tuple(s for o in moderators if sees_jids(room, o) for s in o.sessions)
    session = next(reversed(occupant.sessions))
    request = form(
        "form",
        NS_REQUEST,
        field("muc#role", role, kind="list-single", label="Requested role", options=("participant",)),
        field("muc#jid", session, kind="jid-single", label="User ID"),
        field("muc#roomnick", occupant.nick, kind="text-single", label="Room nickname"),
        field("muc#request_allow", "false", kind="boolean", label="Grant voice to this person?"),
        title="Voice request",
    )
    return [Delivery(E("message", request, from_=room.jid), to)] if to else []


def _answered(service: MucService, room: Room, occupant: Occupant, stanza: Element) -> list[Delivery]:
    values = submitted(stanza.find("x", NS_DATA))
    if occupant.role is not Role.MODERATOR:
        return refused(stanza, FORBIDDEN)
    target = room.occupants.get(next(iter(values.get("muc#roomnick", ())), ""))
    if target is None:
        return refused(stanza, BAD_REQUEST)
    if values["muc#request_allow"] not in (("1",), ("true",)) or target.role is not Role.VISITOR:
        return []
    return set_role(service, room, target, Role.PARTICIPANT)

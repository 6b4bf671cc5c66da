"""Asking for voice and answering: XEP-0045 7.13, 8.6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..answers import FORBIDDEN, NOT_ACCEPTABLE, NOT_FOUND, refused
from ..changing import set_role
from ..feature import Feature
from ..forms import field, form, submitted
from ..jid import JID
from ..model import Delivery, Occupant, Role, Room
from ..namespaces import NS_DATA, NS_REQUEST
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("voice", spec="xep-0045#requestvoice")

Values = Mapping[str, tuple[str, ...]]


@feature.hear("voice-request")
def heard(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    """A request of a visitor, or the answer of a moderator, which names what is allowed."""
    values = submitted(stanza.find("x", NS_DATA))
    if values.get("FORM_TYPE") != (NS_REQUEST,):
        return None
    occupant = room.occupant_of(session)
    if occupant is None:
        return refused(stanza, NOT_ACCEPTABLE, by=room.jid)
    if "muc#request_allow" in values:
        return _answered(service, room, occupant, stanza, values)
    return _ask(room, occupant, session) if occupant.role is Role.VISITOR else []


def _ask(room: Room, occupant: Occupant, session: JID) -> list[Delivery]:
    """The request, to every moderator; who has voice need not ask."""
    to = tuple(s for o in room.occupants.values() if o.role is Role.MODERATOR for s in o.sessions)
    request = form(
        "form",
        NS_REQUEST,
        field("muc#role", "participant", kind="list-single", label="Requested role", options=("participant",)),
        field("muc#jid", session, kind="jid-single", label="User ID"),
        field("muc#roomnick", occupant.nick, kind="text-single", label="Room nickname"),
        field("muc#request_allow", "false", kind="boolean", label="Grant voice to this person?"),
        title="Voice request",
        instructions="To approve this request for voice, select the box and submit the form.",
    )
    return [Delivery(E("message", request, from_=room.jid), to)] if to else []


def _answered(service: MucService, room: Room, moderator: Occupant, stanza: Element, values: Values) -> list[Delivery]:
    if moderator.role is not Role.MODERATOR:
        return refused(stanza, FORBIDDEN, by=room.jid)
    if values["muc#request_allow"] not in (("1",), ("true",)):
        return []
    target = _meant(room, values)
    if target is None:
        return refused(stanza, NOT_FOUND, by=room.jid)
    return set_role(service, room, target, Role.PARTICIPANT) if target.role is Role.VISITOR else []


def _meant(room: Room, values: Values) -> Occupant | None:
    """By nickname, or by the JID where there is none."""
    nick, jid = (next(iter(values.get(var, ())), "") for var in ("muc#roomnick", "muc#jid"))
    return room.occupants.get(nick) if nick else room.occupant_of(JID(jid))

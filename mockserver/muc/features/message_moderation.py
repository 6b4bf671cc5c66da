"""Messages that a moderator retracts: XEP-0425."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, NOT_FOUND, refused, result
from ..feature import Feature
from ..mam import stamp
from ..model import Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_MODERATE, NS_OCCUPANT_ID, NS_RETRACT
from ..requests import Query
from ..speaking import broadcast
from ..tombstones import bury, remembered
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("message-moderation", spec="xep-0425")

NOT_YOURS = Refuse("auth", "forbidden", "only moderators retract the messages of others")


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:
        yield NS_MODERATE


@feature.answer("set", "moderate", NS_MODERATE)
def moderate(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The room retracts the message, for everybody to hear; then comes the result: XEP-0425 3.1."""
    moderator, wish = room.occupant_of(query.session), query.payload
    if moderator is None or moderator.role is not Role.MODERATOR:
        return refused(query.stanza, NOT_YOURS)
    if wish is None or not wish.get("id") or wish.find("retract", NS_RETRACT) is None:
        return refused(query.stanza, BAD_REQUEST)
    if not remembered(room, wish.get("id")):
        return refused(query.stanza, NOT_FOUND)
    said = _why(service, room, moderator, wish)
    name = service.new_id()
    marks = [mark for source in service.marks for mark in source(service, room)]
    retract = E("retract", *said, uri=NS_RETRACT, id=wish.get("id"))
    notice = E("message", retract, *marks, from_=room.jid, type="groupchat", id=name)
    bury(room, wish.get("id"), E("retracted", *said, uri=NS_RETRACT, id=name, stamp=stamp(query.now)))
    return [*broadcast(service, room, None, notice, now=query.now), *result(query)]


def _why(service: MucService, room: Room, moderator: Occupant, wish: Element) -> list[Element]:
    """Who did it, with the occupant-id where there is one, and the reason that was given."""
    stamps = (s for source in service.stamps for s in source(service, room, moderator))
    identity = (s for s in stamps if s.uri == NS_OCCUPANT_ID)
    by = room.jid.with_resource(moderator.nick)
    reason = wish.find("reason", NS_MODERATE)
    told = E("reason", reason.text, uri=NS_RETRACT) if reason and reason.text else None
    moderated = E("moderated", *identity, uri=NS_MODERATE, by=by)
    return [moderated, told] if told else [moderated]

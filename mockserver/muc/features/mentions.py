"""Messages that mention a user who is not there, forwarded to that user: XEP-0452. Mentions are those of XEP-0372."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..feature import Feature
from ..jid import JID, BadJid
from ..mam import stamp
from ..model import RANK, Affiliation, Delivery, Room
from ..namespaces import NS_DELAY, NS_FORWARD, NS_MENTIONS, NS_REFERENCE
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("mentions", spec="xep-0452")

feature.config_field("muc#roomconfig_forwardmentions", "boolean", "Mentions are forwarded to absent members", "0")


@feature.echo
def forward(service: MucService, room: Room, stanza: Element, now: float) -> list[Delivery]:
    """One message to each affiliated user who is mentioned and absent."""
    if not room.on("forwardmentions"):
        return []
    delay = E("delay", uri=NS_DELAY, stamp=stamp(now))
    forwarded = E("forwarded", delay, stanza.with_attrs(to=room.jid), uri=NS_FORWARD)
    message = E("message", E("mentions", forwarded, uri=NS_MENTIONS), from_=room.jid)
    return [Delivery(message, (user,)) for user in dict.fromkeys(_absent(room, stanza))]


def _absent(room: Room, stanza: Element) -> Iterator[JID]:
    for reference in stanza.find_all("reference", NS_REFERENCE):
        user = _meant(room, reference) if reference.get("type") == "mention" else None
        known = user is not None and RANK[room.affiliation(user)] >= RANK[Affiliation.MEMBER]
        if user is not None and known and not room.occupants_of(user):
            yield user


def _meant(room: Room, reference: Element) -> JID | None:
    """The user of an address, or of a nickname that is reserved here."""
    scheme, _, address = reference.get("uri").partition(":")
    try:
        named = JID.parse(unquote(address.partition("?")[0])) if scheme == "xmpp" else None
    except BadJid:
        return None
    if named is None or named.bare != room.jid:
        return named.bare if named else None
    return next((user for user, nick in room.reserved.items() if nick == named.resource), None)

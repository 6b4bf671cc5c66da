"""The avatar of a room, in its vCard: XEP-0486, XEP-0054; its hash: XEP-0153 4."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..answers import FORBIDDEN, NOT_ACCEPTABLE, NOT_FOUND, refused, result
from ..feature import Feature
from ..model import Affiliation, Delivery, Room, Status
from ..namespaces import NS_VCARD, NS_VCARD_UPDATE
from ..presence import notice
from ..requests import Join, Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("avatar", spec="xep-0486", announced=(NS_VCARD,))


@feature.keep
@dataclass
class Card:
    """The room's vCard and the hashes of its photos."""

    element: Element | None = None
    hashes: tuple[str, ...] = ()


@feature.info
def told(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if hashes := room.own(Card).hashes:
        yield "muc#roominfo_avatarhash", "text-multi", hashes


@feature.answer("get", "vCard", NS_VCARD)
def fetch(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """For everybody, inside or not."""
    card = room.own(Card).element
    return result(query, card) if card else refused(query.stanza, NOT_FOUND)


@feature.answer("set", "vCard", NS_VCARD)
def publish(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """By owners; an empty vCard takes the avatar away. Whoever is inside hears that something changed (104)."""
    if room.affiliation(query.session.bare) is not Affiliation.OWNER:
        return refused(query.stanza, FORBIDDEN)
    assert query.payload is not None  # it was found by its name
    try:
        hashes = tuple(dict.fromkeys(map(_hash, query.payload.find_all("PHOTO", NS_VCARD))))
    except ValueError:  # no base64, or characters that base64 does not know at all
        return refused(query.stanza, NOT_ACCEPTABLE)
    card = room.own(Card)
    before, card.hashes = card.hashes, tuple(filter(None, hashes))
    card.element = query.payload if query.payload.children else None
    news = notice(room, (Status.CONFIG_CHANGED,)) if card.hashes != before else []
    return [*result(query), *news, *(_shown(service, room) if news else [])]


def _hash(photo: Element) -> str:
    """The SHA-1 of the image; empty for a photo elsewhere. Raises ValueError."""
    data = photo.find("BINVAL", NS_VCARD)
    image = base64.b64decode("".join(data.text.split()), validate=True) if data else b""
    return hashlib.sha1(image).hexdigest() if image else ""


# before XEP-0486: in a presence of the room itself


def _shown(service: MucService, room: Room) -> list[Delivery]:
    to = tuple(session for occupant in room.occupants.values() for session in occupant.sessions)
    return [Delivery(_presence(room), to)] if service.switches.avatar_in_presence and to else []


def _presence(room: Room) -> Element:
    name = next(iter(room.own(Card).hashes), "")
    photo = E("photo", name, uri=NS_VCARD_UPDATE)
    return E("presence", E("x", photo, uri=NS_VCARD_UPDATE), from_=room.jid)


@feature.on_entry("avatar")
def greet(service: MucService, room: Room, join: Join, now: float) -> list[Delivery]:
    known = service.switches.avatar_in_presence and room.own(Card).hashes
    return [Delivery(_presence(room), (join.session,))] if known else []

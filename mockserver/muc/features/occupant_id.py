"""Stable anonymous occupant identifiers: XEP-0421."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..feature import Feature
from ..model import Occupant, Room
from ..namespaces import NS_OCCUPANT_ID
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("occupant-id", spec="xep-0421", announced=(NS_OCCUPANT_ID,))


@feature.stamp
def identify(service: MucService, room: Room, occupant: Occupant) -> Iterator[Element]:
    digest = hmac.new(room.salt.encode(), occupant.bare_jid.encode(), hashlib.sha256).hexdigest()
    yield E("occupant-id", uri=NS_OCCUPANT_ID, id=digest)


@feature.clean
def forged(room: Room, stanza: Element) -> Element:
    """A client's own occupant-id is never passed on: XEP-0421 3.1."""
    return stanza.without("occupant-id", NS_OCCUPANT_ID)

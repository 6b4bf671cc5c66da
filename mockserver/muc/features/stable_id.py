"""Unique and stable stanza ids: XEP-0359; message ids kept on reflection: XEP-0045 7.4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..feature import Feature
from ..jid import is_address
from ..model import Room
from ..namespaces import NS_SID, NS_STABLE_ID
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("stable-id", spec="xep-0359", announced=(NS_SID, NS_STABLE_ID))


@feature.mark
def identify(service: MucService, room: Room) -> Iterator[Element]:
    yield E("stanza-id", uri=NS_SID, by=room.jid, id=service.new_id())


@feature.clean
def forged(room: Room, stanza: Element) -> Element:
    """Ids that claim to be the room's own: XEP-0359 4."""
    ours = [c for c in stanza.find_all("stanza-id", NS_SID) if is_address(c.get("by"), room.jid)]
    return replace(stanza, children=tuple(c for c in stanza.children if c not in ours)) if ours else stanza

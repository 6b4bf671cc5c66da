"""Messages that their authors take back, and tombstones: XEP-0424."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..feature import Feature
from ..jid import JID
from ..mam import stamp
from ..model import Occupant, Room
from ..namespaces import NS_RETRACT
from ..tombstones import bury, spoken
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("retraction", spec="xep-0424")


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:
        yield from (NS_RETRACT, NS_RETRACT + "#tombstone")


@feature.listen
def take_back(service: MucService, room: Room, occupant: Occupant | None, stanza: Element, now: float) -> None:
    """Everybody gets a retraction as it is; it takes effect here only if it is the author's own."""
    retract = stanza.find("retract", NS_RETRACT)
    if retract is None or occupant is None or not _wrote(room, occupant.bare_jid, retract.get("id")):
        return
    bury(room, retract.get("id"), E("retracted", uri=NS_RETRACT, id=stanza.get("id"), stamp=stamp(now)))


def _wrote(room: Room, user: JID, name: str) -> bool:
    entry = spoken(room, name)
    return entry is not None and user in entry.parties

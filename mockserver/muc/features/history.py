"""Discussion history: XEP-0045 7.2.13, 7.2.14."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..feature import Feature
from ..jid import is_address
from ..model import Delivery, Occupant, Remembered, Room
from ..namespaces import NS_ADDRESS, NS_CLIENT, NS_DELAY
from ..requests import HistoryRequest, Join
from ..stamps import delay, read
from ..xml import E, Element, render

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("history", spec="xep-0045#enter-history")

feature.config_field(
    "muc#maxhistoryfetch", "text-single", "The most messages of history that a newcomer gets", "20", check="number"
)

KEPT = 500  # messages a room remembers, whatever its configuration says


@feature.info
def most(service: MucService, room: Room) -> list[tuple[str, str, tuple[str, ...]]]:
    return [("muc#maxhistoryfetch", "text-single", (room.text("muc#maxhistoryfetch"),))]


@feature.listen
def remember(service: MucService, room: Room, occupant: Occupant | None, stanza: Element, now: float) -> None:
    if stanza.find("body", NS_CLIENT):
        room.history.append(Remembered(stanza, now, service.sender if occupant else None))
        del room.history[:-KEPT]


@feature.clean
def forged(room: Room, stanza: Element) -> Element:
    """A delay that claims to be the room's own."""
    ours = [c for c in stanza.find_all("delay", NS_DELAY) if is_address(c.get("from"), room.jid)]
    return replace(stanza, children=tuple(c for c in stanza.children if c not in ours)) if ours else stanza


@feature.on_entry("history")
def tell(service: MucService, room: Room, join: Join, now: float) -> list[Delivery]:
    delayed = [_delayed(service, room, said) for said in _since(room.history, join.history, now)]
    limit = room.text("muc#maxhistoryfetch")
    delayed = _last(delayed, int(limit) if limit.isdecimal() else KEPT)
    if join.history.maxstanzas is not None:
        delayed = _last(delayed, join.history.maxstanzas)
    return [Delivery(stanza, (join.session,)) for stanza in _within(delayed, join.history.maxchars, to=join.session)]


def _last(stanzas: list[Element], number: int) -> list[Element]:
    return stanzas[-number:] if number else []


def _since(history: list[Remembered], wanted: HistoryRequest, now: float) -> list[Remembered]:
    earliest = now - wanted.seconds if wanted.seconds is not None else 0.0
    return [said for said in history if said.stamp >= max(earliest, read(wanted.since) or 0.0)]


def _within(stanzas: list[Element], maxchars: int | None, *, to: str) -> list[Element]:
    """The latest stanzas whose XML has at most that many characters."""
    if maxchars is None:
        return stanzas
    kept: list[Element] = []
    for stanza in reversed(stanzas):
        maxchars -= len(render(stanza.with_attrs(to=to)))
        if maxchars < 0:
            break
        kept.insert(0, stanza)
    return kept


def _delayed(service: MucService, room: Room, said: Remembered) -> Element:
    shown = service.switches.names_senders and not room.anonymous and said.sender
    by = E("address", uri=NS_ADDRESS, type="ofrom", jid=said.sender)
    return said.stanza.plus(delay(room.jid, said.stamp), *([E("addresses", by, uri=NS_ADDRESS)] if shown else []))

"""What each recipient may see of an occupant: XEP-0045 7.2.2, 7.2.3 and 7.6."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .jid import JID
from .model import Affiliation, Delivery, Occupant, Role, Room, Status
from .namespaces import NS_MUC, NS_USER
from .xml import E, Element

if TYPE_CHECKING:
    from .service import MucService

OURS = frozenset({NS_MUC, NS_USER})  # what an occupant may not say in a presence of its own


@dataclass(frozen=True, slots=True)
class Why:
    """What goes with a change: who did it (a nickname), the reason, the new nickname, a destroy element."""

    actor: str = ""
    reason: str = ""
    new_nick: str = ""
    destroy: Element | None = None
    marks: tuple[Element, ...] = ()  # what features add to it


NO_REASON = Why()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears it: the occupant's own sessions, and the others'."""

    own: tuple[JID, ...]
    others: tuple[Occupant, ...]


def sees_jids(room: Room, occupant: Occupant) -> bool:
    """Whether this occupant may see real JIDs: XEP-0045 4.2."""
    return not room.anonymous or occupant.role is Role.MODERATOR


def everybody(room: Room, occupant: Occupant) -> Audience:
    """The occupant itself and all others."""
    others = tuple(o for o in room.occupants.values() if o is not occupant)
    return Audience(tuple(occupant.sessions), others)


def announce(
    service: MucService,
    room: Room,
    occupant: Occupant,
    *,
    codes: Iterable[int] = (),
    own_codes: Iterable[int] = (),
    gone: bool = False,
    why: Why = NO_REASON,
    to: Audience | None = None,
    stanza: Element | None = None,
) -> list[Delivery]:
    """The occupant's presence to its own sessions (with 110) and to the others, one element an audience.

    Who comes hears of itself last (7.2.2), who is put out first (8.2).
    """
    audience = to or everybody(room, occupant)
    codes = tuple(codes)
    shown = _Shown(service, room, occupant, stanza or occupant.presence, gone=gone, why=why)
    sources = service.own_marks if audience.own and not why.marks else ()
    marks = [mark for source in sources for mark in source(service, room, occupant, audience.own)]
    own_too = (Status.SELF, *codes, *own_codes)
    own = [shown.delivery(audience.own, own_too, sees_jids(room, occupant), marks)] if audience.own else []
    split = _split(room, audience.others if is_broadcast(room, occupant) else ())
    others = [shown.delivery(heard, codes, jids) for heard, jids in zip(split, (True, False), strict=True) if heard]
    return [*own, *others] if gone else [*others, *own]


def _split(room: Room, others: Iterable[Occupant]) -> tuple[tuple[JID, ...], tuple[JID, ...]]:
    seeing: list[JID] = []
    rest: list[JID] = []
    for other in others:
        (seeing if sees_jids(room, other) else rest).extend(other.sessions)
    return tuple(seeing), tuple(rest)


def is_broadcast(room: Room, occupant: Occupant) -> bool:
    """Whether the others see this occupant at all: XEP-0045 7.2.2 (muc#roomconfig_presencebroadcast)."""
    return not room.has("presencebroadcast") or occupant.role.value in room.values("presencebroadcast")


def said(stanza: Element) -> list[Element]:
    """What an occupant's presence says besides what only the room may say."""
    return [c for c in stanza.elements() if c.uri not in OURS]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One change of one occupant, to be written for several audiences."""

    service: MucService
    room: Room
    occupant: Occupant
    base: Element
    gone: bool
    why: Why

    def delivery(
        self, to: tuple[JID, ...], codes: Iterable[int], jids: bool, marks: Iterable[Element] = ()
    ) -> Delivery:
        base = E("presence", *said(self.base))
        for cleaner in self.service.cleaners:
            base = cleaner(self.room, base)
        sources = (*self.service.stamps, *self.service.shown)
        stamps = [e for stamp in sources for e in stamp(self.service, self.room, self.occupant)]
        statuses = _statuses(codes, own_first=self.service.switches.own_code_first)
        x = E("x", *marks, *self.why.marks, self._item(jids), self.why.destroy, *statuses, uri=NS_USER)
        stanza = E(
            "presence",
            *base.elements(),
            x,
            *stamps,
            from_=self.room.jid.with_resource(self.occupant.nick),
            type="unavailable" if self.gone else None,
            id=self.base.get("id") or None,
            xml_lang=self.base.get("xml:lang") or None,
        )
        return Delivery(stanza, to)

    def _item(self, jids: bool) -> Element:
        affiliation = self.room.affiliation(self.occupant.bare_jid)
        why = self.why
        ended = self.gone and not why.new_nick
        destroyed = why.destroy is not None
        return E(
            "item",
            E("actor", uri=NS_USER, nick=why.actor) if why.actor else None,
            E("reason", why.reason, uri=NS_USER) if why.reason else None,
            uri=NS_USER,
            affiliation=Affiliation.NONE if destroyed else affiliation,
            role=Role.NONE if ended else self.occupant.role,
            jid=next(reversed(self.occupant.sessions), self.occupant.bare_jid) if jids else None,
            nick=why.new_nick or None,
        )


def _statuses(codes: Iterable[int], *, own_first: bool = True) -> list[Element]:
    ordered = sorted(set(codes), key=lambda code: ((code != Status.SELF) is own_first, code))
    return [E("status", uri=NS_USER, code=str(int(code))) for code in ordered]


def notice(room: Room, codes: Iterable[int]) -> list[Delivery]:
    """A message from the bare room JID to every occupant that carries status codes: XEP-0045 10.2.1."""
    to = tuple(s for o in room.occupants.values() for s in o.sessions)
    statuses = _statuses(codes)
    if not statuses or not to:
        return []
    return [Delivery(E("message", E("x", *statuses, uri=NS_USER), from_=room.jid, type="groupchat"), to)]

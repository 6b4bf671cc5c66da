"""Affiliations by versions, so that a client asks for what is new: XEP-0463. Only those hear of it who asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..changing import Change
from ..feature import PASSING, Feature
from ..jid import JID
from ..model import Affiliation, Delivery, Occupant, Room
from ..namespaces import NS_AFFILIATIONS, NS_MUC, NS_STANZAS, NS_USER
from ..presence import is_broadcast
from ..requests import Join
from ..rights import may_list_affiliation
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("affiliation-versions", spec="xep-0463")

LISTS = (Affiliation.OWNER, Affiliation.ADMIN, Affiliation.MEMBER, Affiliation.OUTCAST)


@feature.keep
@dataclass
class Versions:
    """Who changed, in order; version n is what was true after n changes."""

    changed: list[JID] = field(default_factory=list)
    asked: set[JID] = field(default_factory=set, metadata=PASSING)  # the sessions that take part
    told: dict[JID, set[int]] = field(default_factory=dict)  # user -> the versions that it was told of
    heard: bool = True  # the latest change is told by presence

    @property
    def latest(self) -> int:
        return len(self.changed)


def _name(room: Room, version: int) -> str:
    """Opaque, and no other room's."""
    return hashlib.sha256(f"{room.salt}|{room.jid}|{version}".encode()).hexdigest()[:16]


def _mav(room: Room, *, until: int, since: int | None = None) -> Element:
    start = _name(room, since) if since is not None else None
    return E("mav", uri=NS_AFFILIATIONS, since=start, until=_name(room, until))


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:
        yield NS_AFFILIATIONS


# on entry


@feature.preface("affiliations")
def answer(service: MucService, room: Room, join: Join, now: float) -> list[Delivery]:
    """All affiliations, or those that changed since the version that the client has; nothing if it is the latest."""
    x = join.stanza.find("x", NS_MUC)
    wish = x.find("mav", NS_AFFILIATIONS) if x else None
    versions = room.own(Versions)
    versions.asked.discard(join.session)
    if wish is None:
        return []
    since = _number(room, wish.get("since"))
    seen = versions.told.setdefault(join.bare_jid, set())
    if not _visible(room, join.session) or (since is not None and since not in seen):
        return [_forbidden(room, join)]
    versions.asked.add(join.session)
    seen.add(versions.latest)
    return [] if since == versions.latest else [_list(room, join.session, since)]


def _number(room: Room, name: str) -> int | None:
    """The version of that name, if there ever was one."""
    return next((n for n in range(room.own(Versions).latest + 1) if _name(room, n) == name), None)


def _visible(room: Room, session: JID) -> list[Affiliation]:
    return [held for held in LISTS if may_list_affiliation(room, session, held)]


def _forbidden(room: Room, join: Join) -> Delivery:
    error = E("error", E("forbidden", uri=NS_STANZAS), type="auth", by=room.jid)
    name = join.stanza.get("id") or None
    return Delivery(E("message", error, from_=room.jid, type="error", id=name), (join.session,))


def _list(room: Room, session: JID, since: int | None) -> Delivery:
    versions, visible = room.own(Versions), _visible(room, session)
    if since is None:
        listed = {user: held for user, held in room.affiliations.items() if held in visible}
    else:
        listed = {user: _shown(room.affiliation(user), visible) for user in versions.changed[since:]}
    items = (E("item", uri=NS_USER, jid=user, affiliation=held) for user, held in listed.items())
    x = E("x", _mav(room, since=since, until=versions.latest), *items, uri=NS_USER)
    return Delivery(E("message", x, from_=room.jid), (session,))


def _shown(held: Affiliation, visible: list[Affiliation]) -> Affiliation:
    """An affiliation whose list is secret looks like none."""
    return held if held in visible else Affiliation.NONE


@feature.mark_own
def current(service: MucService, room: Room, occupant: Occupant, to: tuple[JID, ...]) -> Iterator[Element]:
    """The latest version, in the own presence of who takes part: XEP-0463 5.2.1."""
    versions = room.own(Versions)
    if not versions.asked.isdisjoint(to):
        versions.told.setdefault(occupant.bare_jid, set()).add(versions.latest)
        yield _mav(room, until=versions.latest)


# changes


@feature.mark_change
def count(service: MucService, room: Room, change: Change) -> Iterator[Element]:
    """A new version; both ends go with the broadcast where somebody takes part."""
    versions = room.own(Versions)
    versions.changed.append(change.user)
    versions.heard = any(is_broadcast(room, occupant) for occupant in room.occupants_of(change.user))
    seated = _seated(room)
    for session in seated:
        versions.told[session.bare].add(versions.latest)
    if seated:
        yield _mav(room, since=versions.latest - 1, until=versions.latest)


@feature.on_affiliation
def tell(service: MucService, room: Room, change: Change, before: Affiliation) -> list[Delivery]:
    """A message about whom no presence speaks of, to those who take part and may know: 5.2.2."""
    if room.own(Versions).heard or service.switches.tells_of_absent_users:
        return []
    audiences: dict[Affiliation, list[JID]] = {}
    for session in _seated(room):
        if visible := _visible(room, session):
            audiences.setdefault(_shown(change.affiliation, visible), []).append(session)
    return [_notice(room, change, held, tuple(to)) for held, to in audiences.items()]


def _notice(room: Room, change: Change, held: Affiliation, to: tuple[JID, ...]) -> Delivery:
    item = E("item", uri=NS_USER, jid=change.user, affiliation=held, role="none")
    return Delivery(E("message", E("x", *change.why.marks, item, uri=NS_USER), from_=room.jid), to)


def _seated(room: Room) -> list[JID]:
    """The sessions inside that take part."""
    asked = room.own(Versions).asked
    return [session for occupant in room.occupants.values() for session in occupant.sessions if session in asked]

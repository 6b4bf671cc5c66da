"""Changes of roles, affiliations and configuration, and what follows for occupants: XEP-0045 8 to 10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import leaving
from .entering import default_role
from .jid import JID
from .model import RANK, ROLE_RANK, Affiliation, Delivery, Occupant, Role, Room, Status
from .presence import NO_REASON, Audience, Why, announce, everybody, is_broadcast, notice

if TYPE_CHECKING:
    from .service import MucService


@dataclass(frozen=True, slots=True)
class Change:
    """One user's new affiliation."""

    user: JID
    affiliation: Affiliation
    why: Why = NO_REASON
    nick: str | None = None  # reserved with the membership; empty: no more (9.5)
    by: JID | None = None  # who asked for it in so many words


def set_role(
    service: MucService, room: Room, occupant: Occupant, role: Role, *, why: Why = NO_REASON
) -> list[Delivery]:
    """A new role, told to everybody; `none` is a kick (307)."""
    if role is Role.NONE:
        return leaving.remove(service, room, occupant, (Status.KICKED,), why=why)
    if room.on("moderatedroom"):
        room.roles[occupant.bare_jid] = role
    return [] if occupant.role is role else regrade(service, room, occupant, role, why=why)


def regrade(service: MucService, room: Room, occupant: Occupant, role: Role, *, why: Why = NO_REASON) -> list[Delivery]:
    """A new role (or affiliation); where it is not broadcast any more, the others see the occupant go (7.2.2)."""
    shown = is_broadcast(room, occupant)
    before, occupant.role = occupant.role, role
    told = announce(service, room, occupant, why=why)
    if shown and not is_broadcast(room, occupant):
        as_it_was = replace(occupant, role=before)
        others = Audience((), everybody(room, occupant).others)
        told += announce(service, room, as_it_was, gone=True, to=others)
    return told


def set_affiliation(service: MucService, room: Room, change: Change) -> list[Delivery]:
    """A new affiliation: the list, then the occupants whom it changes (301 banned, 321 no longer a member).

    The ban of a domain changes everybody there who has no affiliation of its own (9.2).
    """
    before = room.affiliation(change.user)
    held = [(occupant, room.affiliation(occupant.bare_jid)) for occupant in room.occupants.values()]
    _enlist(room, change)
    if before is change.affiliation:
        return []
    marks = tuple(mark for source in service.change_marks for mark in source(service, room, change))
    change = replace(change, why=replace(change.why, marks=marks)) if marks else change
    told: list[Delivery] = []
    for occupant, was in held:
        if room.affiliation(occupant.bare_jid) is not was:
            told += _affected(service, room, occupant, change, was)
    sources = [source for feature in service.features for source in feature.affiliated]
    return [*told, *(d for source in sources for d in source(service, room, change, before))]


def _enlist(room: Room, change: Change) -> None:
    """An outcast or a user without affiliation has no reserved nickname: XEP-0045 9.1, 17.4."""
    if room.affiliation(change.user) is not change.affiliation:
        room.roles.pop(change.user, None)
    if change.affiliation is Affiliation.NONE:
        room.affiliations.pop(change.user, None)
    else:
        room.affiliations[change.user] = change.affiliation
    if change.affiliation in (Affiliation.NONE, Affiliation.OUTCAST) or change.nick == "":
        room.reserved.pop(change.user, None)
    elif change.nick:
        room.reserved[change.user] = change.nick


def _affected(
    service: MucService, room: Room, occupant: Occupant, change: Change, before: Affiliation
) -> list[Delivery]:
    held = room.affiliation(occupant.bare_jid)  # without an own affiliation it is outcast where its domain is
    if held is Affiliation.OUTCAST:
        return leaving.remove(service, room, occupant, (Status.BANNED,), why=change.why)
    if held is Affiliation.NONE and room.on("membersonly"):
        return leaving.remove(service, room, occupant, (Status.AFFILIATION_REMOVED,), why=change.why)
    return regrade(service, room, occupant, _role_after(room, occupant, before), why=change.why)


def _role_after(room: Room, occupant: Occupant, before: Affiliation) -> Role:
    """Who falls from admin or owner gets the new affiliation's role, others keep the better one: 5.1.3, 10.2."""
    role = default_role(room, occupant.bare_jid)
    falls = RANK[room.affiliation(occupant.bare_jid)] < RANK[Affiliation.ADMIN] <= RANK[before]
    return role if falls else max(role, occupant.role, key=ROLE_RANK.__getitem__)


def configure(service: MucService, room: Room, values: Mapping[str, tuple[str, ...]], *, now: float) -> list[Delivery]:
    """Set these fields, unlock the room and announce what changed, unless nobody knew it before: XEP-0045 10.2.1."""
    changed = _set(service, room, values)
    news, room.locked = not room.locked, False
    codes = {int(c) for f in service.features for source in f.notices for c in source(changed, room)}
    if any(var not in service.fields or not service.fields[var].quiet for var in changed):
        codes.add(Status.CONFIG_CHANGED)
    sources = [source for feature in service.features for source in feature.applied]
    told = [delivery for source in sources for delivery in source(service, room, changed, now)]
    return [*told, *(notice(room, codes) if news else [])]


def _set(service: MucService, room: Room, values: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Which of the fields have another value now. A field may equal its default until another one moves the default."""
    changed = frozenset(var for var, value in values.items() if shown(service, room, var) != value)
    room.config.update({var: values[var] for var in changed})
    room.config.update({var: value for var, value in values.items() if shown(service, room, var) != value})
    return changed


def shown(service: MucService, room: Room, var: str) -> tuple[str, ...]:
    """What the form shows as the current value of a field."""
    extra = {field.var: field for field in room.extra_fields}
    field = extra.get(var) or service.fields.get(var)
    if var in room.config or field is None:
        return room.config.get(var, ())
    return field.current(room) if field.current else field.default

"""Changes of roles, affiliations and configuration, and what follows for occupants: XEP-0045 8 to 10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import leaving
from .entering import default_role
from .jid import JID
from .model import Affiliation, Delivery, Occupant, Role, Room, Status
from .namespaces import NS_USER
from .presence import Audience, Why, announce, notice
from .xml import E

if TYPE_CHECKING:
    from .service import MucService


NO_REASON = Why()


@dataclass(frozen=True, slots=True)
class Change:
    """One user's new affiliation."""

    user: JID
    affiliation: Affiliation
    why: Why = NO_REASON
    nick: str = ""  # reserved with the membership


def set_role(
    service: MucService,
    room: Room,
    occupant: Occupant,
    role: Role,
    *,
    why: Why = Why(),  # noqa: B008
) -> list[Delivery]:
    """A new role, told to everybody; `none` is a kick (307)."""
    if role is Role.NONE:
        return leaving.remove(service, room, occupant, (Status.KICKED,), why=why)
    if occupant.role is role:
        return []
    occupant.role = role
    return announce(service, room, occupant, why=why)


def set_affiliation(service: MucService, room: Room, change: Change) -> list[Delivery]:
    """A new affiliation: the list, then the user's occupants (301 banned, 321 no longer a member)."""
    before = room.affiliation(change.user)
    if change.affiliation is Affiliation.NONE:
        room.affiliations.pop(change.user, None)
        room.reserved.pop(change.user, None)
    else:
        room.affiliations[change.user] = change.affiliation
    if change.nick:
        room.reserved[change.user] = change.nick
    if before is change.affiliation:
        return []
    told: list[Delivery] = []
    for occupant in room.occupants_of(change.user):
        told += _affected(service, room, occupant, change)
    return told


def _affected(service: MucService, room: Room, occupant: Occupant, change: Change) -> list[Delivery]:
    if change.affiliation is Affiliation.OUTCAST:
        return leaving.remove(service, room, occupant, (Status.BANNED,), why=change.why)
    if change.affiliation is Affiliation.NONE and room.on("membersonly"):
        return leaving.remove(service, room, occupant, (Status.AFFILIATION_REMOVED,), why=change.why)
    occupant.role = default_role(room, change.user)
    return announce(service, room, occupant, why=change.why)


def configure(service: MucService, room: Room, values: Mapping[str, tuple[str, ...]], *, now: float) -> list[Delivery]:
    """Set these fields and announce what changed: XEP-0045 10.2.1. The room is unlocked."""
    changed = frozenset(var for var, value in values.items() if room.values(var) != value)
    room.config.update(values)
    room.locked = False
    codes = {int(c) for f in service.features for source in f.notices for c in source(changed, room)}
    if any(not service.fields[var].quiet for var in changed if var in service.fields):
        codes.add(Status.CONFIG_CHANGED)
    told = notice(room, codes)
    for feature in service.features:
        for applied in feature.applied:
            told += applied(service, room, changed, now)
    return told


def destroy(service: MucService, room: Room, reason: str, alternate: str, password: str) -> list[Delivery]:
    """Everybody learns that the room is gone, and it is: XEP-0045 10.9."""
    gone = E(
        "destroy",
        E("password", password, uri=NS_USER) if password else None,
        E("reason", reason, uri=NS_USER) if reason else None,
        uri=NS_USER,
        jid=alternate or None,
    )
    told: list[Delivery] = []
    for occupant in list(room.occupants.values()):
        alone = replace(occupant)
        told += announce(
            service, room, alone, gone=True, why=Why(destroy=gone), stanza=E("presence"), to=_only(occupant)
        )
    room.occupants.clear()
    service.rooms.pop(room.jid, None)
    return told


def _only(occupant: Occupant) -> Audience:
    return Audience(tuple(occupant.sessions), ())

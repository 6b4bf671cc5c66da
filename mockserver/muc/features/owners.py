"""The lists of owners and admins in the configuration form: XEP-0045 10.2, 15.5.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..changing import Change, set_affiliation
from ..feature import Feature
from ..jid import JID
from ..model import Affiliation, Delivery, Room

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("owners", spec="xep-0045#roomconfig")


def _admins(room: Room) -> tuple[str, ...]:
    return tuple(sorted(u for u, held in room.affiliations.items() if held is Affiliation.ADMIN))


def _owners(room: Room) -> tuple[str, ...]:
    return tuple(sorted(u for u, held in room.affiliations.items() if held is Affiliation.OWNER))


ADMINS = feature.config_field("muc#roomconfig_roomadmins", "jid-multi", "Admins", check="jid", current=_admins)
OWNERS = feature.config_field("muc#roomconfig_roomowners", "jid-multi", "Owners", check="jid", current=_owners)


@feature.after_config
def enlist(service: MucService, room: Room, changed: frozenset[str], now: float) -> list[Delivery]:
    """The lists become those of the form. Who was owner is admin then, who was admin has nothing (10.2)."""
    listed = {var: {JID.parse(u).bare for u in room.config.pop(var)} for var in changed & {ADMINS.var, OWNERS.var}}
    wanted = dict.fromkeys(_admins(room), Affiliation.NONE) if ADMINS.var in listed else {}
    wanted |= dict.fromkeys(_owners(room), Affiliation.ADMIN) if OWNERS.var in listed else {}
    kept = () if OWNERS.var in listed else _owners(room)
    wanted |= {user: Affiliation.ADMIN for user in listed.get(ADMINS.var, ()) if user not in kept}
    wanted |= dict.fromkeys(listed.get(OWNERS.var, ()), Affiliation.OWNER)
    changes = [Change(JID(user), held) for user, held in wanted.items() if room.affiliation(JID(user)) is not held]
    # first who gains: a room always has an owner
    changes.sort(key=lambda change: change.affiliation is not Affiliation.OWNER)
    return [delivery for change in changes for delivery in set_affiliation(service, room, change)]

"""Who may change which role and affiliation, and see which list: the tables of XEP-0045 5.1 and 5.2."""

from __future__ import annotations

from dataclasses import replace

from .answers import CONFLICT, FORBIDDEN, NOT_ALLOWED
from .jid import JID
from .model import RANK, Affiliation, Occupant, Refuse, Role, Room
from .namespaces import NS_ADMIN
from .xml import E, Element

MEMBER, ADMIN, OWNER = RANK[Affiliation.MEMBER], RANK[Affiliation.ADMIN], RANK[Affiliation.OWNER]


def rank(room: Room, user: JID) -> int:
    """How high a user's affiliation is."""
    return RANK[room.affiliation(user)]


def showing(refusal: Refuse, item: Element) -> Refuse:
    """The refusal with the item that caused it: 8.4, 8.5, 9.1."""
    return replace(refusal, payload=(E("query", item, uri=NS_ADMIN),))


# roles


def may_moderate(actor: Occupant | None) -> Refuse | None:
    """Only moderators change roles: 8."""
    return None if actor and actor.role is Role.MODERATOR else FORBIDDEN


def role_refusal(room: Room, actor: Occupant, target: Occupant, role: Role) -> Refuse | None:
    """The table of 5.1.3 for a moderator `actor`."""
    mine, theirs = rank(room, actor.bare_jid), rank(room, target.bare_jid)
    if role is Role.NONE:
        return _kick(actor, target, mine, theirs)
    if role is target.role:
        return None
    if role is Role.MODERATOR:
        return FORBIDDEN if mine < ADMIN else None  # 9.6
    if target.role is Role.MODERATOR:
        return _unmake(mine, theirs)
    if role is Role.VISITOR:
        return NOT_ALLOWED if theirs >= min(mine, ADMIN) else None  # 8.4: of an admin nobody takes it
    return None


def _kick(actor: Occupant, target: Occupant, mine: int, theirs: int) -> Refuse | None:
    """8.2; a moderator is kicked by an admin or owner (5.1.3), or by itself."""
    unmakes = target.role is Role.MODERATOR and target is not actor
    return NOT_ALLOWED if theirs > mine or (unmakes and mine < ADMIN) else None


def _unmake(mine: int, theirs: int) -> Refuse | None:
    """Taking the status of a moderator: 9.7, and 5.1.3 for those above."""
    if theirs >= ADMIN or theirs > mine:
        return NOT_ALLOWED
    return FORBIDDEN if mine < ADMIN else None


# affiliations


def affiliation_refusal(room: Room, actor: JID, user: JID, affiliation: Affiliation) -> Refuse | None:
    """The table of 5.2.2."""
    mine, theirs = rank(room, actor), rank(room, user)
    if mine < ADMIN:
        return FORBIDDEN  # 9
    if actor == user and affiliation is Affiliation.OUTCAST:
        return CONFLICT  # 9.1
    if affiliation is Affiliation.OUTCAST and theirs >= ADMIN and mine < OWNER:
        return NOT_ALLOWED  # 9.1
    lists = max(RANK[affiliation], theirs)  # the higher of the lists that change
    return FORBIDDEN if lists >= ADMIN and mine < OWNER else None  # 10.3 to 10.8


# lists


def may_list_role(room: Room, session: JID, role: Role) -> bool:
    """The list of moderators is for admins, other roles are for moderators: 8.5, 9.8."""
    actor = room.occupant_of(session)
    if role is Role.MODERATOR or actor is None:
        return rank(room, session.bare) >= ADMIN
    return actor.role is Role.MODERATOR


def may_list_affiliation(room: Room, session: JID, affiliation: Affiliation) -> bool:
    """9.2, 9.5, 10.5, 10.8; where JIDs are hidden, members do not see lists."""
    mine = rank(room, session.bare)
    if affiliation in (Affiliation.OWNER, Affiliation.ADMIN) and mine < OWNER:
        return not room.anonymous and _belongs(room, session)
    if affiliation is Affiliation.MEMBER and mine < ADMIN:
        return not room.anonymous and _belongs(room, session)
    return mine >= ADMIN


def _belongs(room: Room, session: JID) -> bool:
    """A member, inside or not, or an occupant whose role may see the list (muc#roomconfig_getmemberlist)."""
    actor = room.occupant_of(session)
    allowed = actor is not None and actor.role.value in room.values("getmemberlist")
    return allowed or rank(room, session.bare) >= MEMBER

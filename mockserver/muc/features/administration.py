"""Roles and affiliations: lists and changes: XEP-0045 5.1.3, 5.2.2, 8, 9, 10.3 to 10.8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_ALLOWED, NOT_FOUND, refused, result
from ..changing import Change, set_affiliation, set_role
from ..feature import Feature
from ..jid import JID, BadJid
from ..model import RANK, ROLE_RANK, Affiliation, Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_ADMIN
from ..presence import Why, sees_jids
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("administration", spec="xep-0045#moderator")

OWNER, ADMIN, MEMBER = RANK[Affiliation.OWNER], RANK[Affiliation.ADMIN], RANK[Affiliation.MEMBER]


@dataclass(frozen=True, slots=True)
class RoleChange:
    occupant: Occupant
    role: Role
    why: Why


@feature.answer("get", "query", NS_ADMIN)
def lists(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """Who has a role or an affiliation."""
    item = query.payload.find("item", NS_ADMIN) if query.payload else None
    try:
        if item is not None and item.has("affiliation"):
            return _affiliation_list(room, query, Affiliation(item.get("affiliation")))
        if item is not None and item.has("role"):
            return _role_list(room, query, Role(item.get("role")))
    except ValueError:
        pass
    return refused(query.stanza, BAD_REQUEST)


def _affiliation_list(room: Room, query: Query, wanted: Affiliation) -> list[Delivery]:
    if not _may_list(room, query.session, wanted):
        return refused(query.stanza, FORBIDDEN)
    items = [
        E("item", uri=NS_ADMIN, affiliation=a, jid=user, nick=room.reserved.get(user))
        for user, a in sorted(room.affiliations.items())
        if a is wanted
    ]
    return result(query, E("query", *items, uri=NS_ADMIN))


def _may_list(room: Room, session: JID, wanted: Affiliation) -> bool:
    """Admins may; members may see the member list where the configuration says so (9.5)."""
    rank = RANK[room.affiliation(session.bare)]
    occupant = room.occupant_of(session)
    if wanted is Affiliation.MEMBER and occupant and sees_jids(room, occupant):
        return rank >= MEMBER or occupant.role.value in room.values("getmemberlist")
    return rank >= ADMIN


def _role_list(room: Room, query: Query, wanted: Role) -> list[Delivery]:
    asker = room.occupant_of(query.session)
    admin = RANK[room.affiliation(query.session.bare)] >= ADMIN
    if not admin and (asker is None or asker.role is not Role.MODERATOR):
        return refused(query.stanza, FORBIDDEN)
    items = [
        E("item", uri=NS_ADMIN, affiliation=room.affiliation(o.bare_jid), jid=s, nick=o.nick, role=o.role)
        for o in room.occupants.values()
        if o.role is wanted
        for s in list(o.sessions)[-1:]
    ]
    return result(query, E("query", *items, uri=NS_ADMIN))


@feature.answer("set", "query", NS_ADMIN)
def change(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """All items of the request, or none: first every item is judged, then all are done."""
    items = list(query.payload.find_all("item", NS_ADMIN)) if query.payload else []
    judged = [_judge(room, query.session, item) for item in items]
    if no := next((j for j in judged if isinstance(j, Refuse)), None):
        return refused(query.stanza, no)
    if not items:
        return refused(query.stanza, BAD_REQUEST)
    if _ownerless(room, [j for j in judged if isinstance(j, Change)]):
        return refused(query.stanza, CONFLICT)
    told = [d for planned in judged for d in _do(service, room, planned)]
    return [*told, *result(query)]


def _do(service: MucService, room: Room, planned: RoleChange | Change | Refuse) -> list[Delivery]:
    match planned:
        case RoleChange(occupant=occupant, role=role, why=why):
            return set_role(service, room, occupant, role, why=why)
        case Change():
            return set_affiliation(service, room, planned)
    return []


def _ownerless(room: Room, changes: list[Change]) -> bool:
    """Whether the last owner would be gone: XEP-0045 10.5 (conflict)."""
    after = dict(room.affiliations) | {c.user: c.affiliation for c in changes}
    had = Affiliation.OWNER in room.affiliations.values()
    return had and Affiliation.OWNER not in after.values()


def _judge(room: Room, session: JID, item: Element) -> RoleChange | Change | Refuse:
    reason = item.find("reason", NS_ADMIN)
    actor = room.occupant_of(session)
    why = Why(actor=actor.nick if actor else "", reason=reason.text if reason else "")
    try:
        if item.has("role") and not item.has("affiliation"):
            return _judge_role(room, session, item, Role(item.get("role")), why)
        if item.has("affiliation") and not item.has("role"):
            return _judge_affiliation(room, session, item, Affiliation(item.get("affiliation")), why)
    except (ValueError, BadJid):
        pass
    return BAD_REQUEST


def _judge_role(room: Room, session: JID, item: Element, role: Role, why: Why) -> RoleChange | Refuse:
    if not item.has("nick"):
        return BAD_REQUEST
    rank = RANK[room.affiliation(session.bare)]
    actor = room.occupant_of(session)
    if actor is None or (actor.role is not Role.MODERATOR and rank < ADMIN):
        return FORBIDDEN
    target = room.occupants.get(item.get("nick"))
    if target is None:
        return NOT_FOUND
    if no := _role_refusal(rank, RANK[room.affiliation(target.bare_jid)], target, role):
        return no
    return RoleChange(target, role, why)


def _role_refusal(rank: int, target_rank: int, target: Occupant, role: Role) -> Refuse | None:
    """The table of 5.1.3: nobody takes from those above; only admins make and unmake moderators."""
    if role is Role.MODERATOR or target.role is Role.MODERATOR:
        if rank < ADMIN:
            return FORBIDDEN if role is Role.MODERATOR else NOT_ALLOWED
        if target_rank >= ADMIN and role is not Role.MODERATOR:
            return None if role is Role.NONE and rank > target_rank else NOT_ALLOWED
    lowers = ROLE_RANK[role] < ROLE_RANK[target.role]
    return NOT_ALLOWED if lowers and target_rank > rank else None


def _judge_affiliation(room: Room, session: JID, item: Element, affiliation: Affiliation, why: Why) -> Change | Refuse:
    if not item.get("jid"):
        return BAD_REQUEST
    user = JID.parse(item.get("jid")).bare
    rank, held = RANK[room.affiliation(session.bare)], RANK[room.affiliation(user)]
    if rank < ADMIN:
        return FORBIDDEN
    if rank < OWNER and (RANK[affiliation] >= ADMIN or held >= ADMIN):
        return FORBIDDEN if RANK[affiliation] >= ADMIN and held < ADMIN else NOT_ALLOWED
    if user == session.bare and affiliation is Affiliation.OUTCAST:
        return CONFLICT
    if any(nick == item.get("nick") and who != user for who, nick in room.reserved.items() if item.get("nick")):
        return CONFLICT
    return Change(user, affiliation, why, item.get("nick"))

"""Changes of roles and affiliations by moderators, admins and owners: XEP-0045 8, 9, 10.3 to 10.8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import rights
from ..answers import BAD_REQUEST, CONFLICT, NOT_AUTHORIZED, NOT_FOUND, refused, result
from ..changing import Change, set_affiliation, set_role
from ..feature import Feature
from ..jid import JID, prepare_nick
from ..model import Affiliation, Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_ADMIN
from ..presence import Why
from ..requests import Query
from ..xml import Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("administration", spec="xep-0045#moderator")


@dataclass(frozen=True, slots=True)
class RoleChange:
    occupant: Occupant
    role: Role
    why: Why


@feature.answer("set", "query", NS_ADMIN)
def change(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """All items of the request, or none: first every item is judged, then all are done."""
    items = list(query.payload.find_all("item", NS_ADMIN)) if query.payload else []
    judged = [_judge(room, query.session, item) for item in items]
    planned = [j for j in judged if not isinstance(j, Refuse)]
    if no := next((j for j in judged if isinstance(j, Refuse)), None if items else BAD_REQUEST):
        return refused(query.stanza, no)
    if _twice(planned):
        return refused(query.stanza, BAD_REQUEST)
    if _ownerless(room, planned):
        return refused(query.stanza, CONFLICT)
    if not service.switches.owners_unmake_owners and _unmakes(room, query.session.bare, planned):
        return refused(query.stanza, NOT_AUTHORIZED)
    return _ordered(room, [d for p in planned for d in _do(service, room, p)], result(query))


def _ordered(room: Room, told: list[Delivery], confirmed: list[Delivery]) -> list[Delivery]:
    """Those who are out hear of it first, then comes the result, then all others hear: 8.2, 9.1."""
    seated = {session for occupant in room.occupants.values() for session in occupant.sessions}
    out = [d for d in told if d.stanza.name == "presence" and seated.isdisjoint(d.to)]
    rest = (_inside(d, seated) for d in told if d not in out)
    return [*out, *confirmed, *(d for d in rest if d.to)]


def _inside(delivery: Delivery, seated: set[JID]) -> Delivery:
    """Who is out already hears no more of the others' presence."""
    if delivery.stanza.name != "presence":
        return delivery
    return Delivery(delivery.stanza, tuple(session for session in delivery.to if session in seated))


def _do(service: MucService, room: Room, planned: RoleChange | Change) -> list[Delivery]:
    if isinstance(planned, Change):
        return set_affiliation(service, room, planned)
    return set_role(service, room, planned.occupant, planned.role, why=planned.why)


def _twice(planned: list[RoleChange | Change]) -> bool:
    """Whether two items are about one user, alone or with its domain: each was judged by how things are now."""
    nicks = [p.occupant.nick for p in planned if isinstance(p, RoleChange)]
    users = [p.user for p in planned if isinstance(p, Change)]
    moved = [p.occupant.bare_jid for p in planned if isinstance(p, RoleChange)]
    both = any(user in users or user.domain in users for user in moved)
    return both or len(set(nicks)) < len(nicks) or len(set(users)) < len(users)


def _ownerless(room: Room, planned: list[RoleChange | Change]) -> bool:
    """Whether the last owner would be gone: 10.2, 10.5 (conflict)."""
    changes = {p.user: p.affiliation for p in planned if isinstance(p, Change)}
    had = Affiliation.OWNER in room.affiliations.values()
    return had and Affiliation.OWNER not in (room.affiliations | changes).values()


def _unmakes(room: Room, actor: JID, planned: list[RoleChange | Change]) -> bool:
    """Whether an owner other than the actor would be owner no more: 10.4 (not-authorized)."""
    others = [p for p in planned if isinstance(p, Change) and p.user != actor]
    return any(room.affiliation(p.user) is Affiliation.OWNER is not p.affiliation for p in others)


# judging one item


def _judge(room: Room, session: JID, item: Element) -> RoleChange | Change | Refuse:
    """What an item asks for; a role goes by nickname, an affiliation by JID, never both in one (17.4)."""
    reason = item.find("reason", NS_ADMIN)
    actor = room.occupant_of(session)
    why = Why(actor=actor.nick if actor else "", reason=reason.text if reason else "")
    try:
        if item.has("role") and not item.has("affiliation"):
            return _judge_role(room, session, item, why)
        if item.has("affiliation") and not item.has("role"):
            return _judge_affiliation(room, session, item, why)
    except ValueError:  # no such role or affiliation, no such address
        pass
    return BAD_REQUEST


def _judge_role(room: Room, session: JID, item: Element, why: Why) -> RoleChange | Refuse:
    role, nick = Role(item.get("role")), prepare_nick(item.get("nick"))
    if not nick:
        return BAD_REQUEST
    actor, target = room.occupant_of(session), room.occupants.get(nick)
    no = rights.may_moderate(actor)
    if no or actor is None:
        return no or BAD_REQUEST
    if target is None:
        return NOT_FOUND
    refusal = rights.role_refusal(room, actor, target, role)
    return rights.showing(refusal, item) if refusal else RoleChange(target, role, why)


def _judge_affiliation(room: Room, session: JID, item: Element, why: Why) -> Change | Refuse:
    affiliation, nick = Affiliation(item.get("affiliation")), prepare_nick(item.get("nick"))
    if not item.get("jid"):
        return BAD_REQUEST
    user = JID.parse(item.get("jid")).bare
    if refusal := rights.affiliation_refusal(room, session.bare, user, affiliation):
        return rights.showing(refusal, item)
    taken = nick and any(held == nick and who != user for who, held in room.reserved.items())
    kept = nick if item.has("nick") else None
    return CONFLICT if taken else Change(user, affiliation, why, kept, by=session.bare)

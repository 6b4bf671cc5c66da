"""Mediated invitations and their refusal: XEP-0045 7.8.2, 9.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, FORBIDDEN, NOT_ACCEPTABLE, NOT_FOUND, refused
from ..changing import Change, set_affiliation
from ..feature import Feature
from ..jid import JID, BadJid
from ..model import RANK, Affiliation, Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_CONFERENCE, NS_USER
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("invitations", spec="xep-0045#invite-mediated")


def _by_default(room: Room) -> tuple[str, ...]:
    """While nobody has set it: everybody in an open room, admins in a members-only room (7.8.2)."""
    return ("0",) if room.on("membersonly") else ("1",)


feature.config_field("muc#roomconfig_allowinvites", "boolean", "Occupants may invite", current=_by_default)


# inviting


@feature.hear("invite")
def invite(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    """One message, one invitation or several; who is invited to a members-only room is a member from now on."""
    x = stanza.find("x", NS_USER)
    wishes = list(x.find_all("invite", NS_USER)) if x else []
    if not wishes:
        return None
    if no := _refusal(room, room.occupant_of(session)):
        return refused(stanza, no, by=room.jid)
    try:
        guests = [JID.parse(wish.get("to")) for wish in wishes]
    except BadJid:
        return refused(stanza, BAD_REQUEST, by=room.jid)
    if not all(map(service.exists, guests)):
        return refused(stanza, NOT_FOUND, by=room.jid)
    told: list[Delivery] = []
    for guest, wish in zip(guests, wishes, strict=True):
        if room.on("membersonly") and room.affiliation(guest.bare) is Affiliation.NONE:
            told += set_affiliation(service, room, Change(guest.bare, Affiliation.MEMBER))
        kept = [E(c.name, c.text, uri=NS_USER, thread=c.get("thread") or None) for c in _said(wish)]
        told.append(_invitation(service, room, guest, *kept, by=session.bare))
    return told


def _said(wish: Element) -> list[Element]:
    """The reason and whether a conversation goes on, as far as they are there."""
    return [c for c in (wish.find("reason", NS_USER), wish.find("continue", NS_USER)) if c]


def _refusal(room: Room, occupant: Occupant | None) -> Refuse | None:
    if occupant is None:
        return NOT_ACCEPTABLE
    allowed = room.config.get("muc#roomconfig_allowinvites", _by_default(room)) == ("1",)
    admin = RANK[room.affiliation(occupant.bare_jid)] >= RANK[Affiliation.ADMIN]
    return None if admin or (allowed and occupant.role is not Role.VISITOR) else FORBIDDEN


def _invitation(service: MucService, room: Room, guest: JID, *kept: Element, by: JID) -> Delivery:
    """The invitation as the guest gets it, with the room's password."""
    secret = room.text("roomsecret") if room.on("passwordprotectedroom") else ""
    password = E("password", secret, uri=NS_USER) if secret else None
    x = E("x", E("invite", *kept, uri=NS_USER, from_=by), password, uri=NS_USER)
    return Delivery(E("message", x, _legacy(service, room, kept), from_=room.jid), (guest,))


def _legacy(service: MucService, room: Room, kept: tuple[Element, ...]) -> Element | None:
    """The element that clients before XEP-0249 took for an invitation."""
    if not service.switches.legacy_invitations:
        return None
    reason = next((c.text for c in kept if c.name == "reason"), "")
    return E("x", reason, uri=NS_CONFERENCE, jid=room.jid)


@feature.on_affiliation
def welcome(service: MucService, room: Room, change: Change, before: Affiliation) -> list[Delivery]:
    """Who an admin makes a member of a members-only room is invited to it: 9.5."""
    new = before is Affiliation.NONE and change.affiliation is Affiliation.MEMBER
    if not (new and change.by and room.on("membersonly") and service.switches.invites_new_members):
        return []
    reason = E("reason", change.why.reason, uri=NS_USER) if change.why.reason else None
    absent = not room.occupants_of(change.user)
    return [_invitation(service, room, change.user, *([reason] if reason else []), by=change.by)] if absent else []


# declining


@feature.hear("decline")
def decline(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    """To the inviter, whether it is named by its own address or by its nickname."""
    x = stanza.find("x", NS_USER)
    wish = x.find("decline", NS_USER) if x else None
    if wish is None:
        return None
    try:
        inviter = JID.parse(wish.get("to"))
    except BadJid:
        return refused(stanza, BAD_REQUEST, by=room.jid)
    to = _sessions(room, inviter) if inviter.bare == room.jid else (inviter,)
    if not to:
        return refused(stanza, NOT_FOUND, by=room.jid)
    reasons = [E("reason", c.text, uri=NS_USER) for c in _said(wish) if c.name == "reason"]
    told = E("decline", *reasons, uri=NS_USER, from_=session.bare)
    return [Delivery(E("message", E("x", told, uri=NS_USER), from_=room.jid), to)]


def _sessions(room: Room, inviter: JID) -> tuple[JID, ...]:
    occupant = room.occupants.get(inviter.resource)
    return tuple(occupant.sessions) if occupant else ()

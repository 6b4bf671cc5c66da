"""Mediated invitations and their refusal: XEP-0045 7.8.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, FORBIDDEN, NOT_ACCEPTABLE, refused
from ..changing import Change, set_affiliation
from ..feature import Feature
from ..jid import JID, BadJid
from ..model import RANK, Affiliation, Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_CONFERENCE, NS_USER
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("invitations", spec="xep-0045#invite-mediated")

feature.config_field("muc#roomconfig_allowinvites", "boolean", "Occupants may invite", "1")


@feature.hear("invite")
def invite(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    x = stanza.find("x", NS_USER)
    wishes = list(x.find_all("invite", NS_USER)) if x else []
    if not wishes:
        return None
    occupant = room.occupant_of(session)
    if no := _refusal(room, occupant):
        return refused(stanza, no, by=room.jid)
    try:
        guests = [JID.parse(wish.get("to")) for wish in wishes]
    except BadJid:
        return refused(stanza, BAD_REQUEST)
    told: list[Delivery] = []
    for guest, wish in zip(guests, wishes, strict=True):
        if room.on("membersonly") and room.affiliation(guest.bare) is Affiliation.NONE:
            told += set_affiliation(service, room, Change(guest.bare, Affiliation.MEMBER))
        told.append(Delivery(_invitation(room, session, wish), (guest,)))
    return told


def _refusal(room: Room, occupant: Occupant | None) -> Refuse | None:
    if occupant is None:
        return NOT_ACCEPTABLE
    admin = RANK[room.affiliation(occupant.bare_jid)] >= RANK[Affiliation.ADMIN]
    needs_admin = room.on("membersonly") or not room.on("allowinvites")
    if occupant.role is Role.VISITOR or (needs_admin and not admin):
        return FORBIDDEN
    return None


def _invitation(room: Room, session: JID, wish: Element) -> Element:
    """The invitation as the guest gets it, with the password and with the legacy element for old clients."""
    secret = room.text("roomsecret") if room.on("passwordprotectedroom") else ""
    kept = [c for c in wish.elements() if c.name in ("reason", "continue")]
    reason = next((c.text for c in kept if c.name == "reason"), "")
    invitation = E("invite", *kept, uri=NS_USER, from_=session.bare)
    password = E("password", secret, uri=NS_USER) if secret else None
    return E(
        "message",
        E("x", invitation, password, uri=NS_USER),
        E("x", reason, uri=NS_CONFERENCE, jid=room.jid),
        from_=room.jid,
    )


@feature.hear("decline")
def decline(service: MucService, room: Room, stanza: Element, session: JID, now: float) -> list[Delivery] | None:
    x = stanza.find("x", NS_USER)
    wish = x.find("decline", NS_USER) if x else None
    if wish is None:
        return None
    try:
        inviter = JID.parse(wish.get("to"))
    except BadJid:
        return refused(stanza, BAD_REQUEST)
    reason = wish.find("reason", NS_USER)
    told = E("decline", reason, uri=NS_USER, from_=session.bare)
    return [Delivery(E("message", E("x", told, uri=NS_USER), from_=room.jid), (inviter,))]

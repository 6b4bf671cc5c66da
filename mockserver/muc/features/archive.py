"""The archive of a room, at its bare JID: XEP-0313 3.3.2 and 6.1.2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import mam
from ..answers import refused, result
from ..feature import Feature
from ..jid import JID
from ..model import RANK, Affiliation, Delivery, Occupant, Refuse, Role, Room
from ..namespaces import NS_CLIENT, NS_MAM, NS_RETRACT, NS_SID, NS_USER
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("archive", spec="xep-0313")


KEPT = (("body", NS_CLIENT), ("subject", NS_CLIENT), ("retract", NS_RETRACT))


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:  # the service itself has no archive
        yield from mam.FEATURES


@feature.listen
def keep(service: MucService, room: Room, occupant: Occupant | None, stanza: Element, now: float) -> None:
    """Messages with a body, subjects, retractions (XEP-0424 5); their id is the stanza-id that everybody got."""
    if not any(stanza.find(name, uri) for name, uri in KEPT):
        return
    stable = next((s for s in stanza.find_all("stanza-id", NS_SID) if s.get("by") == room.jid), None)
    parties = (JID.parse(stanza.get("from")), *((occupant.bare_jid,) if occupant else ()))
    room.archive.append(
        mam.Entry(
            id=stable.get("id") if stable else service.new_id(),
            stamp=now,
            stanza=stanza.without("x", NS_USER).with_attrs(to=None),
            parties=parties,
            secret=_sender(room, occupant) if occupant else None,
        )
    )


def _sender(room: Room, occupant: Occupant) -> Element:
    affiliation = room.affiliation(occupant.bare_jid)
    item = E("item", uri=NS_USER, affiliation=affiliation, jid=occupant.bare_jid, role=occupant.role)
    return E("x", item, uri=NS_USER)


# asking


@feature.answer("get", "query", NS_MAM)
def form(service: MucService, room: Room, query: Query) -> list[Delivery]:
    return _denied(room, query) or result(query, mam.form())


@feature.answer("get", "metadata", NS_MAM)
def metadata(service: MucService, room: Room, query: Query) -> list[Delivery]:
    return _denied(room, query) or result(query, mam.metadata(room.archive))


@feature.answer("set", "query", NS_MAM)
def search(service: MucService, room: Room, query: Query) -> list[Delivery]:
    if denied := _denied(room, query):
        return denied
    assert query.payload is not None  # it was found by its name
    knows = _may_know_senders(room, query.session)
    entries: Sequence[mam.Entry] = room.archive
    if not knows:
        entries = [replace(entry, parties=entry.parties[:1], secret=None) for entry in entries]
    try:
        results, fin = mam.answer(query.payload, entries, show=_shown)
    except mam.BadQuery as complaint:
        kind = "modify" if complaint.condition == "bad-request" else "cancel"
        return refused(query.stanza, Refuse(kind, complaint.condition, str(complaint)))
    to = (query.session,)
    return [*(Delivery(found.with_attrs(from_=room.jid), to) for found in results), *result(query, fin)]


def _shown(entry: mam.Entry) -> Element:
    return entry.stanza.plus(entry.secret) if entry.secret else entry.stanza


def _denied(room: Room, query: Query) -> list[Delivery]:
    """XEP-0313 6.1.2: who may not enter the room now may not read its archive."""
    user = query.session.bare
    affiliation = room.affiliation(user)
    if RANK[affiliation] >= RANK[Affiliation.MEMBER]:
        return []
    closed = room.on("membersonly") or (room.on("passwordprotectedroom") and not room.occupants_of(user))
    if affiliation is Affiliation.OUTCAST or closed:
        return refused(query.stanza, Refuse("auth", "forbidden", "this archive is for those who may enter"))
    return []


def _may_know_senders(room: Room, session: JID) -> bool:
    if not room.anonymous or RANK[room.affiliation(session.bare)] >= RANK[Affiliation.ADMIN]:
        return True
    return any(occupant.role is Role.MODERATOR for occupant in room.occupants_of(session.bare))

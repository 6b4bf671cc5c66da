"""What archives keep: of whom, under which id and time, with which parts, and what they should not keep at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.muc import mam
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_DATA, NS_DISCO_INFO, NS_MAM, NS_SID, NS_USER
from mockserver.muc.xml import E, Element

from .editing import without
from .moment import Moment
from .table import bent, enter, swapped

Alter = Callable[[Moment, mam.Entry], mam.Entry]


def _entered(alter: Alter, moment: Moment) -> AbstractContextManager[None] | None:
    """What goes into archives is altered, in rooms as in accounts."""
    right = mam.Entry

    def entry(*args: Any, **named: Any) -> mam.Entry:
        return alter(moment, right(*args, **named))

    return swapped(mam, "Entry", entry) if moment.asked in ("message", "subject", "chat") else None


def _earlier(moment: Moment, entry: mam.Entry) -> mam.Entry:
    """The first that is in the archive of the room already."""
    room = moment.room
    return room.archive[0] if room and room.archive else entry


def _with(child: Element | None, entry: mam.Entry) -> mam.Entry:
    return replace(entry, stanza=entry.stanza.plus(child)) if child is not None else entry


def _of_children(fits: Callable[[Element], bool], entry: mam.Entry) -> mam.Entry:
    kept = tuple(c for c in entry.stanza.elements() if fits(c))
    return replace(entry, stanza=replace(entry.stanza, children=kept))


def _claimed_id(moment: Moment) -> Element | None:
    """The stanza-id that the sender put on its message."""
    return moment.sent.find("stanza-id", NS_SID) if moment.sent is not None else None


def _claimed_item(moment: Moment, *claims: str) -> Element | None:
    """These attributes of what the sender said of itself."""
    x = moment.sent.find("x", NS_USER) if moment.sent is not None else None
    item = x.find("item", NS_USER) if x is not None else None
    if item is None:
        return None
    return E("x", E("item", uri=NS_USER, **{claim: item.get(claim) or None for claim in claims}), uri=NS_USER)


def _under_claimed_id(moment: Moment, entry: mam.Entry) -> mam.Entry:
    claim = _claimed_id(moment)
    return replace(entry, id=claim.get("id")) if claim is not None else entry


ALTERED: tuple[tuple[str, str, Alter], ...] = (
    ("archived-under-the-first-id", "archives every message of a room under the id of the first one",
     lambda moment, entry: replace(entry, id=_earlier(moment, entry).id)),
    ("archived-under-the-first-time", "archives every message of a room with the time of the first one",
     lambda moment, entry: replace(entry, stamp=_earlier(moment, entry).stamp)),
    ("archived-under-claimed-id", "archives messages under the stanza-id that their senders gave them",
     _under_claimed_id),
    ("archived-with-claimed-id", "archives messages with the stanza-ids that their senders gave them",
     lambda moment, entry: _with(_claimed_id(moment), entry)),
    ("archived-with-claimed-jid", "archives the real JIDs that senders claim",
     lambda moment, entry: _with(_claimed_item(moment, "jid"), entry)),
    ("archived-with-claimed-role", "archives the roles and affiliations that senders claim",
     lambda moment, entry: _with(_claimed_item(moment, "role", "affiliation"), entry)),
    ("archived-without-extensions", "archives of messages only what is no extension",
     lambda moment, entry: _of_children(lambda c: c.uri == NS_CLIENT, entry)),
    ("archived-bodies-only", "archives of messages only the body",
     lambda moment, entry: _of_children(lambda c: (c.name, c.uri) == ("body", NS_CLIENT), entry)),
)  # fmt: skip
for _name, _text, _alter in ALTERED:
    enter(_name, _text, bent=partial(_entered, _alter))


# what is not to be kept


@bent
def private_messages_archived(moment: Moment) -> AbstractContextManager[None] | None:
    """archives private messages like what is said to all"""
    return _whisper_kept(moment) if moment.asked == "private-message" and moment.occupant else None


@contextmanager
def _whisper_kept(moment: Moment) -> Iterator[None]:
    room, occupant, sent = moment.room, moment.occupant, moment.sent
    yield
    if room is not None and occupant is not None and sent is not None:
        seat = room.jid.with_resource(occupant.nick)
        room.archive.append(mam.Entry(f"whisper-{len(room.archive)}", moment.now, sent.with_attrs(from_=seat), (seat,)))


# what is said in rooms, in the archives of accounts


def _own_archive(moment: Moment) -> bool:
    return moment.sender is not None and moment.asked == "archive-set" and moment.to in (None, moment.sender.bare)


def _groupchat_wanted(moment: Moment) -> Element | None:
    if moment.sent is None or not _own_archive(moment):
        return moment.sent
    return without(moment.sent, "field", NS_DATA, var="include-groupchat")


def _with_rooms(moment: Moment) -> AbstractContextManager[None] | None:
    if not _own_archive(moment):
        return None
    store = type(moment.host.archives)
    right = store.entries

    def entries(self: Any, archive: Any) -> list[mam.Entry]:
        rooms = [room for room in moment.muc.rooms.values() if room.occupants_of(archive)]
        return [*right(self, archive), *(entry for room in rooms for entry in room.archive)]

    return swapped(store, "entries", entries)


def _field_announced(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    if moment.asked != "disco-info-get" or moment.sender is None or moment.to != moment.sender.bare:
        return deliveries
    feature = E("feature", uri=NS_DISCO_INFO, var=f"{NS_MAM}#groupchat-field")
    return [Delivery(_informed(d.stanza, feature), d.to) for d in deliveries]


def _informed(answer: Element, feature: Element) -> Element:
    query = answer.find("query", NS_DISCO_INFO)
    return replace(answer, children=(query.plus(feature),)) if query is not None else answer


enter("account-archives-with-rooms", "gives what was said in rooms in the archives of accounts, too, and says nothing",
      heard=_groupchat_wanted, bent=_with_rooms, told=_field_announced)  # fmt: skip

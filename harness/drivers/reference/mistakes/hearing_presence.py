"""Mistakes in what the client makes of presence, nicknames and refused joins."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..exits import gone, turned_out
from ..jids import bare, resource
from ..room import Occupant, Room
from ..session import Session
from ..stanzas import CLIENT, USER, error_of, find, find_all, named, text_of
from ..told import CREATED, SELF, told
from .table import heard

NICK = "http://jabber.org/protocol/nick"
KINDS = (None, "unavailable", "error", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe")
SHOWS = ("", "away", "chat", "dnd", "xa")
ROLES = ("", "none", "visitor", "participant", "moderator")


def _of_room(me: Session, stanza: Element, name: str, kind: str | None) -> Room | None:
    """The room that such a stanza comes from, if it is one."""
    wanted = named(stanza)[1] == name and stanza.get("type") == kind
    return me.room(stanza.get("from", "")) if wanted else None


def _nick(stanza: Element) -> str:
    return resource(stanza.get("from", ""))


def _another(me: Session, stanza: Element, kind: str | None) -> Room | None:
    """The room in which the client is, if this is a presence of somebody else who is listed there."""
    room = _of_room(me, stanza, "presence", kind)
    if room is None or not room.joined or _nick(stanza) == room.nick:
        return None
    return room if _nick(stanza) in room.occupants else None


# presence that is lost


@heard
def presence_without_x_dropped(me: Session, stanza: Element) -> bool:
    """overlooks presence of occupants that has no muc#user element"""
    return bool(_of_room(me, stanza, "presence", None)) and find(stanza, "x", USER) is None


@heard
def presence_without_item_dropped(me: Session, stanza: Element) -> bool:
    """overlooks presence of occupants that does not tell role and affiliation"""
    x = find(stanza, "x", USER)
    return bool(_of_room(me, stanza, "presence", None)) and x is not None and not told(me, stanza).role


@heard
def unknown_show_spoils_presence(me: Session, stanza: Element) -> bool:
    """overlooks presence with a show that it does not know"""
    return text_of(stanza, "show", CLIENT) not in SHOWS


@heard
def unknown_role_spoils_presence(me: Session, stanza: Element) -> bool:
    """overlooks presence with a role that it does not know"""
    return told(me, stanza).role not in ROLES


@heard
def malformed_code_spoils_presence(me: Session, stanza: Element) -> bool:
    """overlooks presence with a status code that is no number"""
    statuses = find_all(find(stanza, "x", USER), "status", USER)
    return not all(status.get("code", "").isdigit() for status in statuses)


@heard
def occupants_before_own_lost(me: Session, stanza: Element) -> bool:
    """overlooks the occupants that are listed before its own presence"""
    room = _of_room(me, stanza, "presence", None)
    own = bool({SELF, CREATED} & set(told(me, stanza).codes))
    return room is not None and not room.joined and not own


@heard
def join_needs_its_id(me: Session, stanza: Element) -> bool:
    """overlooks an own presence that does not repeat the id of the join"""
    room = _of_room(me, stanza, "presence", None)
    return bool(room and not room.joined and SELF in told(me, stanza).codes and stanza.get("id") != room.join_id)


@heard
def deaf_after_unknown_exit(me: Session, stanza: Element) -> bool:
    """hears nothing of a room any more in which somebody left whom it did not know"""
    room, deaf = me.room(stanza.get("from", "")), me.notes.setdefault("deaf", set())
    if room and room.joined and _of_room(me, stanza, "presence", "unavailable") and _nick(stanza) not in room.occupants:
        deaf.add(room.jid)
    return bool(room and room.jid in deaf)


# presence that is taken for something else


@heard
def first_x_overlooked(me: Session, stanza: Element) -> None:
    """reads only the last muc#user element of a presence"""
    for x in find_all(stanza, "x", USER)[:-1]:
        stanza.remove(x)


@heard
def x_of_any_namespace(me: Session, stanza: Element) -> None:
    """takes the first element named x for that of muc#user"""
    first = next((child for child in stanza if named(child)[1] == "x"), None)
    for x in find_all(stanza, "x", USER):
        if x is not first:
            stanza.remove(x)


@heard
def unknown_presence_type_as_exit(me: Session, stanza: Element) -> None:
    """takes presence of a type that it does not know for unavailable"""
    if named(stanza)[1] == "presence" and stanza.get("type") not in KINDS:
        stanza.set("type", "unavailable")


@heard
def error_presence_as_exit(me: Session, stanza: Element) -> None:
    """takes an error presence from an occupant for the exit of that occupant"""
    if room := _another(me, stanza, "error"):
        gone(me, room, _nick(stanza), stanza, told(me, stanza))


@heard
def destroy_in_any_exit_believed(me: Session, stanza: Element) -> None:
    """takes a destroy element in the exit of another for the end of the room"""
    if (room := _another(me, stanza, "unavailable")) and told(me, stanza).destroy is not None:
        turned_out(me, room, told(me, stanza))


@heard
def every_presence_is_an_entrance(me: Session, stanza: Element) -> None:
    """reports each presence of an occupant as an entrance"""
    room = _of_room(me, stanza, "presence", None)
    if room and room.joined and _nick(stanza) in room.occupants:
        me.report("occupant_joined", room=room.jid, nick=_nick(stanza))


@heard
def nick_element_renames(me: Session, stanza: Element) -> None:
    """takes the nickname that an occupant's presence claims for a rename"""
    claimed = text_of(stanza, "nick", NICK)
    if claimed and (room := _another(me, stanza, None)):
        me.report("renamed", self=False, room=room.jid, old=_nick(stanza), nick=claimed, codes=[])


@heard
def rename_to_listed_doubles(me: Session, stanza: Element) -> None:
    """lists an occupant twice whose new nickname another session held"""
    room, nick = _another(me, stanza, "unavailable"), told(me, stanza).nick
    if room and nick in room.occupants:
        room.ghosts.append(Occupant(nick))


@heard
def identity_outlives_visit(me: Session, stanza: Element) -> None:
    """gives the next holder of a nickname the real JID of the one before"""
    before = me.notes.setdefault("visitors", {})
    if room := _another(me, stanza, "unavailable"):
        before[_nick(stanza)] = room.occupants[_nick(stanza)].jid
    item = find(find(stanza, "x", USER), "item", USER)
    if _of_room(me, stanza, "presence", None) and item is not None and before.get(_nick(stanza)):
        item.attrib.setdefault("jid", before[_nick(stanza)])


# nicknames


def _call(stanza: Element, nick: str) -> None:
    stanza.set("from", f"{bare(stanza.get('from', ''))}/{nick}")


@heard
def nicks_folded(me: Session, stanza: Element) -> None:
    """takes occupants whose nicknames differ in case for one"""
    room = me.room(stanza.get("from", ""))
    others = [nick for nick in room.occupants if nick != room.nick] if room and room.joined else []
    for known in others:
        if known.casefold() == _nick(stanza).casefold():
            _call(stanza, known)


@heard
def nick_begins_at_last_slash(me: Session, stanza: Element) -> None:
    """takes only what stands behind the last slash for the nickname"""
    if "/" in _nick(stanza):
        _call(stanza, _nick(stanza).rpartition("/")[2])


@heard
def domain_begins_at_last_at(me: Session, stanza: Element) -> bool:
    """cannot read JIDs with a nickname that has an @"""
    return "@" in _nick(stanza)


@heard
def astral_characters_lost(me: Session, stanza: Element) -> None:
    """loses the characters of a nickname that need four bytes"""
    short = "".join(c for c in _nick(stanza) if ord(c) < 0x10000)
    if short != _nick(stanza):
        _call(stanza, short)


# joins


@heard
def disco_failure_aborts_join(me: Session, stanza: Element) -> None:
    """gives a join up because the room that it creates did not answer disco#info"""
    room, asked = me.room(stanza.get("from", "")), me.questions.get(stanza.get("id", ""))
    if asked and stanza.get("type") == "error" and room and room.joins and not room.joined:
        me.refuse(room.joins, error_of(stanza))
        del me.rooms[me.key(room.jid)]


@heard
def refused_room_blocked(me: Session, stanza: Element) -> None:
    """refuses by itself to join a room that refused it once"""
    room = _of_room(me, stanza, "presence", "error")
    if room and not room.joined:
        me.notes.setdefault("blocked", set()).add(room.jid)


@heard
def refused_join_retried(me: Session, stanza: Element) -> None:
    """answers a refused join by another one"""
    room, retried = _of_room(me, stanza, "presence", "error"), me.notes.setdefault("retried", set())
    if room and not room.joined and room.jid not in retried:
        retried.add(room.jid)
        me.notes["retry"] = room

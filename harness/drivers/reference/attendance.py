"""Presence that comes from rooms: who is there, and how one gets in: XEP-0045 7.1 to 7.6."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from .discovery import learn_at_last
from .exits import gone, refused, turned_out
from .jids import resource
from .room import Occupant, Phase, Room
from .session import Session
from .told import (
    BELIEVED_OF_SELF,
    CREATED,
    RENAMED,
    SELF,
    Told,
    availability,
    said_occupant_id,
    told,
    trusted_id,
)
from .watching import watch


def receive(me: Session, stanza: Element) -> None:
    """A presence: only that of occupants of known rooms means something here."""
    room, nick = me.room(stanza.get("from", "")), resource(stanza.get("from", ""))
    if room is None:
        return
    kind = stanza.get("type")
    if kind == "error":
        refused(me, room, nick, stanza)
    elif not nick and not me.flawed("room-presence-as-occupant"):
        return
    elif kind is None or (kind not in ("unavailable", "error") and me.flawed("any-presence-type-as-available")):
        _available(me, room, nick, stanza, told(me, stanza))
    elif kind == "unavailable":
        _unavailable(me, room, nick, stanza, told(me, stanza))


def _is_own(me: Session, room: Room, nick: str, codes: tuple[int, ...]) -> bool:
    if me.flawed("own-presence-by-nick"):
        return nick == (room.nick if room.joined else room.wanted)
    if SELF in codes or (CREATED in codes and not me.flawed("creation-needs-110")):
        return True
    return room.joined and nick == room.nick and not me.flawed("own-exit-needs-110")


# coming


def _available(me: Session, room: Room, nick: str, stanza: Element, x: Told) -> None:
    if x.destroy is not None and me.flawed("forged-destroy-believed"):
        return turned_out(me, room, x)
    own = _is_own(me, room, nick, x.codes)
    known = room.occupants.get(nick)
    now = _occupant(nick, stanza, x, known)
    if room.fresh is not None:
        room.fresh.add(nick)
    if own and _enters(me, room, x):
        return _enter(me, room, now, x)
    if own and nick != room.nick:
        return _adopt(me, room, now, x)
    if known is None:
        room.occupants[nick] = now
        return me.report("occupant_joined", room=room.jid, **seen(me, room, now), show=now.show, status=now.status)
    return _changed(me, room, known, now, x, own=own)


def _occupant(nick: str, stanza: Element, x: Told, known: Occupant | None) -> Occupant:
    """What the presence says; what it does not say stays as it was."""
    show, status = availability(stanza)
    before = known or Occupant(nick)
    return Occupant(
        nick=nick,
        role=x.role or before.role,
        affiliation=x.affiliation or before.affiliation,
        jid=x.jid or before.jid,
        occupant_id=said_occupant_id(stanza) or before.occupant_id,
        show=show,
        status=status,
        visit=before.visit,
    )


def seen(me: Session, room: Room, who: Occupant) -> dict[str, Any]:
    """The fields of an event, or of the snapshot, that say who an occupant is."""
    return {
        "nick": who.nick,
        "role": who.role,
        "affiliation": who.affiliation,
        "jid": "" if me.flawed("real-jid-lost") else who.jid,
        "occupant_id": trusted_id(me, room.jid, who.occupant_id),
    }


def _enters(me: Session, room: Room, x: Told) -> bool:
    """Whether an own presence is the end of a join, not a mere change."""
    if not {SELF, CREATED} & set(x.codes) and not me.flawed("own-presence-by-nick"):
        return False
    return not room.joined or bool(room.joins)


def _enter(me: Session, room: Room, now: Occupant, x: Told) -> None:
    room.occupants[now.nick] = now
    room.nick = room.wanted if me.flawed("210-ignored") else now.nick
    room.joined, room.phase = True, Phase.HISTORY
    me.entered.add(me.key(room.jid))
    watch(me, room)
    _forget_the_vanished(me, room)
    codes = _codes_of_join(me, x)
    created = CREATED in codes
    me.report(
        "joined",
        room=room.jid,
        nick=room.nick,
        codes=codes,
        role=now.role,
        affiliation=now.affiliation,
        created=created,
    )
    if created:
        me.report("room_created", room=room.jid, codes=codes)
    waiting, room.joins = room.joins, []
    for seq in waiting:
        me.answer(seq, nick=room.nick, codes=codes)
    _renamed_at_last(me, room)
    learn_at_last(me, room.jid)


def _codes_of_join(me: Session, x: Told) -> list[int]:
    if me.flawed("extra-codes-lost"):
        return [code for code in x.codes if code in BELIEVED_OF_SELF][:1]
    return [code for code in x.codes if code != CREATED or not me.flawed("201-ignored")]


def _forget_the_vanished(me: Session, room: Room) -> None:
    """A repeated join lists everybody anew: who was not named has gone (XEP-0045 7.2.1)."""
    fresh, room.fresh = room.fresh, None
    if fresh is None or me.flawed("roster-doubled-on-rejoin"):
        return
    for nick in [nick for nick in room.occupants if nick not in fresh]:
        del room.occupants[nick]
        me.report("occupant_left", room=room.jid, nick=nick, cause="unknown", status="", actor="", reason="", codes=[])


# changing


def _changed(me: Session, room: Room, before: Occupant, now: Occupant, x: Told, *, own: bool) -> None:
    if me.flawed("role-change-not-applied"):
        now = replace(now, role=before.role)
    if me.flawed("affiliation-change-not-applied"):
        now = replace(now, affiliation=before.affiliation)
    room.occupants[now.nick] = now
    about = {"room": room.jid, "nick": now.nick, "self": own, **x.why(me)}
    if now.affiliation != before.affiliation:
        me.report("affiliation_changed", **about, jid=now.jid, affiliation=now.affiliation)
    if now.role != before.role:
        me.report("role_changed", **about, role=now.role)
    if (now.show, now.status) != (before.show, before.status) and not me.flawed("availability-lost"):
        me.report("occupant_changed", room=room.jid, **seen(me, room, now), show=now.show, status=now.status)


# nicknames


def _adopt(me: Session, room: Room, now: Occupant, x: Told) -> None:
    """An own presence under another nickname without a 303 before it: another session keeps the old one."""
    if me.flawed("rename-needs-303"):
        return
    old, room.nick = room.nick, now.nick
    room.occupants[now.nick] = now
    me.report("renamed", self=True, room=room.jid, old=old, nick=now.nick, codes=list(x.codes))
    _renamed_at_last(me, room)


def _renamed_at_last(me: Session, room: Room) -> None:
    waiting, room.renames = room.renames, []
    for wish in waiting:
        me.answer(wish.seq, nick=room.nick)


def _renamed(me: Session, room: Room, nick: str, x: Told, *, own: bool) -> None:
    """303: the same occupant under another nickname; the presence that follows is no entrance."""
    who = room.occupants.pop(nick, None) or Occupant(nick)
    wished = room.renames[0].nick if own and room.renames else x.nick
    now = replace(who, nick=wished if me.flawed("rename-assigned-nick-ignored") else x.nick)
    if me.flawed("identity-lost-on-rename"):
        now = Occupant(now.nick)
    room.occupants[now.nick] = now
    if own:
        room.nick, room.fresh = now.nick, None
    me.report("renamed", self=own, room=room.jid, old=nick, nick=now.nick, codes=list(x.codes))
    if own:
        _renamed_at_last(me, room)


# going


def _unavailable(me: Session, room: Room, nick: str, stanza: Element, x: Told) -> None:
    own = _is_own(me, room, nick, x.codes)
    if RENAMED in x.codes and x.nick:
        if not me.flawed("303-as-leave-and-join"):
            return _renamed(me, room, nick, x, own=own) if own or nick in room.occupants else None
        if own:
            return _left_to_come_back(me, room, nick, x)
    if own or _taken_for_own(me, room, nick):
        return turned_out(me, room, x)
    return gone(me, room, nick, stanza, x)


def _taken_for_own(me: Session, room: Room, nick: str) -> bool:
    return me.flawed("nicks-without-case") and nick.casefold() == room.nick.casefold()


def _left_to_come_back(me: Session, room: Room, nick: str, x: Told) -> None:
    room.occupants.pop(nick, None)
    room.joined, room.phase = False, Phase.ENTERING
    me.report("left", room=room.jid, nick=nick, cause="left", alternate="", **x.why(me))

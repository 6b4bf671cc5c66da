"""Entering and leaving rooms, the own nickname and availability, as commands: XEP-0045 7."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .discovery import learn
from .jids import bare
from .joining import come_back, send_join
from .room import Rename, Room
from .session import Args, Session
from .stanzas import CLIENT, MUC, PING, E, error_of, optional

NOT_IN = "not in this room"
STILL_IN = ("service-unavailable", "feature-not-implemented", "item-not-found")
UNDECIDED = ("remote-server-not-found", "remote-server-timeout")


def join(me: Session, seq: int, args: Args) -> None:
    """Enter a room: ask what it announces, then send the presence; done at the own presence."""
    key = me.key(args["room"])
    room = me.rooms.setdefault(key, Room(args["room"], args["nick"]))
    if room.joined and me.flawed("rooms-survive-disconnect"):
        return me.answer(seq, nick=room.nick, codes=[])
    room.wanted = args["nick"]
    if room.joined:
        _start_afresh(me, room)
    room.joins.append(seq)
    me.invitations.pop(key, None)
    if not me.flawed("disco-never-asked"):
        learn(me, room.jid)
    return send_join(me, room, args)


def _start_afresh(me: Session, room: Room) -> None:
    room.fresh = set()
    if me.flawed("roster-doubled-on-rejoin"):
        room.ghosts.extend(room.occupants.values())
        room.occupants = {}


def leave(me: Session, seq: int, args: Args) -> None:
    """Leave a room; done when the own unavailable presence is back."""
    if (room := me.room(args["room"])) is None:
        return me.complain(seq, "not-acceptable", NOT_IN)
    me.staying.pop(me.key(room.jid), None)
    if not me.flawed("leave-never-completes"):
        room.leaves.append(seq)
    nick = room.nick or room.wanted
    if me.flawed("leave-of-requested-nick"):
        nick = room.wanted
    status = optional("status", args.get("status"), CLIENT)
    to = room.jid if me.flawed("leave-to-bare-room") else f"{room.jid}/{nick}"
    me.send(E("presence", status, to=to, type="unavailable"))
    return None


def rename(me: Session, seq: int, args: Args) -> None:
    """Ask for another nickname; done when the room has renamed or refused."""
    if (room := me.room(args["room"])) is None or not room.joined:
        return me.complain(seq, "not-acceptable", NOT_IN)
    wish = Rename(seq, args["nick"], me.new_id())
    room.renames.append(wish)
    x = E("x", uri=MUC) if me.flawed("nick-change-with-x") else None
    me.send(E("presence", x, to=f"{room.jid}/{wish.nick}", id=wish.id))
    if me.flawed("rename-applied-at-once"):
        room.nick = wish.nick
    return None


def presence(me: Session, seq: int, args: Args) -> None:
    """Change the own availability; sent to rooms only in which the client is."""
    room = me.room(args["room"])
    if room is None or not room.joined:
        if me.flawed("presence-to-left-rooms"):
            me.send(E("presence", to=f"{args['room']}/{bare(me.jid).partition('@')[0]}"))
        return me.complain(seq, "not-acceptable", NOT_IN)
    show = args.get("show") if args.get("show") not in ("available", "online") else None
    children = (optional("show", show, CLIENT), optional("status", args.get("status"), CLIENT))
    x = E("x", uri=MUC) if me.flawed("presence-update-with-x") else None
    me.send(E("presence", *children, x, to=f"{room.jid}/{room.nick}", id=me.new_id()))
    return me.answer(seq, "sent")


def self_ping(me: Session, seq: int | None, args: Args) -> None:
    """Ping oneself through the room and read the answer by the table of XEP-0410 3.2."""
    if (room := me.room(args["room"])) is None or not room.joined:
        return me.answer(seq, joined=False)
    to = room.jid if me.flawed("self-ping-to-bare-room") else f"{room.jid}/{room.nick}"
    me.ask(
        "get",
        E("ping", uri=PING),
        lambda _: me.answer(seq, joined=True),
        to=to,
        seq=seq,
        otherwise=lambda iq: _pinged(me, seq, room, iq),
    )
    return None


def _pinged(me: Session, seq: int | None, room: Room, iq: Element) -> None:
    error = error_of(iq)
    condition = error["condition"]
    strict = me.flawed("self-ping-any-error-is-out")
    if condition in UNDECIDED and not strict:
        me.refuse([seq], error)
    elif (condition in STILL_IN and not strict) or me.flawed("self-ping-any-error-is-in"):
        me.answer(seq, joined=True)
    else:
        if me.rooms.get(me.key(room.jid)) is room:
            del me.rooms[me.key(room.jid)]
            me.refuse([*room.joins, *room.leaves, *(r.seq for r in room.renames)], error)
        me.report("self_ping_failed", room=room.jid, condition=condition)
        me.answer(seq, joined=False)
        come_back(me, room.jid)


VERBS = {
    "join": join,
    "leave": leave,
    "rename": rename,
    "presence": presence,
    "self_ping": self_ping,
}

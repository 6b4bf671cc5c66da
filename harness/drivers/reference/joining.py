"""The join presence, how long it is waited for, and the client's own coming back: XEP-0045 7.2, 11.1, 11.2."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from .room import Room
from .session import Args, Session, Stay
from .stanzas import MUC, USER, E, optional

ANSWERED_WITHIN = 300.0  # seconds
FIRST_DELAY, LONGEST_DELAY = 60.0, 3600.0
TIMED_OUT = {"condition": "remote-server-timeout", "type": "wait", "text": "no answer within five minutes"}


def send_join(me: Session, room: Room, args: Args) -> None:
    """The join presence: an empty `x` with the password and the wishes about history, no type."""
    room.join_id = sent = me.new_id()
    history = None if me.flawed("history-request-ignored") else _history(me, args.get("history"))
    password = optional("password", args.get("password"), MUC)
    if me.flawed("password-in-muc-user") and password is not None:
        x = E("x", E("password", str(args["password"]), uri=USER), uri=USER)
    else:
        x = E("x", password, history, uri=MUC)
    bare_presence = me.flawed("join-without-x") or (me.key(room.jid) in me.entered and me.flawed("rejoin-without-x"))
    kind = "available" if me.flawed("join-with-type") else None
    to = f"{room.jid}/{room.wanted}"
    me.send(E("presence", None if bare_presence else x, to=to, id=room.join_id, type=kind))
    if not me.flawed("join-never-times-out"):
        me.later(ANSWERED_WITHIN, lambda: _give_up(me, room, sent))


def _history(me: Session, wish: Any) -> Element | None:
    """No history at all is said with `maxchars`, whatever else is said: XEP-0045 7.2.14."""
    if wish is None or wish is True:
        return None
    wishes = {k: str(v) for k, v in wish.items()} if isinstance(wish, dict) else {}
    if not wishes or wishes.get("maxstanzas") == "0":
        wishes["maxchars"] = "0"
    if me.flawed("no-history-as-maxstanzas") and wishes.pop("maxchars", "") == "0":
        wishes["maxstanzas"] = "0"
    return E("history", uri=MUC, **wishes)


def _give_up(me: Session, room: Room, join_id: str) -> None:
    """Nobody has answered the join with this id."""
    if me.room(room.jid) is not room or room.join_id != join_id or (room.joined and not room.joins):
        return
    waiting, room.joins = room.joins, []
    me.refuse(waiting, TIMED_OUT)
    if not room.joined:
        me.rooms.pop(me.key(room.jid), None)
    if not waiting:
        me.report("join_failed", room=room.jid, nick=room.wanted, **TIMED_OUT)
        come_back(me, room.jid)


def stay(me: Session, room: Room) -> None:
    """Come back into this room from now on, whenever the client is out for no fault or wish of its own."""
    me.staying[me.key(room.jid)] = Stay(room.jid, room.nick, FIRST_DELAY)


def come_back(me: Session, jid: str) -> None:
    """Where the client is to stay: try again after a while, each time after a longer one."""
    wish = me.staying.get(me.key(jid))
    if wish is None:
        return
    delay = 1.0 if me.flawed("comes-back-in-a-rush") else wish.delay
    if not me.flawed("comes-back-without-growing-delay"):
        wish.delay = min(2 * wish.delay, LONGEST_DELAY)
    me.later(delay, lambda: enter_again(me, wish))


def enter_again(me: Session, wish: Stay) -> None:
    """Join again, if the client is not there and still wants to be."""
    key = me.key(wish.jid)
    if key in me.rooms or me.staying.get(key) is not wish or me.flawed("never-comes-back"):
        return
    room = me.rooms[key] = Room(wish.jid, wish.nick)
    send_join(me, room, {})

"""How one gets out of a room, or not into it, and how others go: XEP-0045 7.2, 7.14, 8.2, 9.1, 10.9, 11."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from .joining import come_back
from .room import Phase, Rename, Room
from .session import Session
from .stanzas import CLIENT, MUC, USER, E, error_of, find, text_of
from .told import Told

CAUSES = (  # the first that the codes hold: 333 beats 307 (XEP-0045 11.1)
    (333, "desync"),
    (301, "banned"),
    (332, "shutdown"),
    (307, "kicked"),
    (321, "affiliation_changed"),
    (322, "members_only"),
)
FOR_A_WHILE = ("shutdown", "desync")  # causes that pass
MISTAKEN = {  # defect -> a cause, and what the client takes it for
    "333-as-307": ("desync", "kicked"),
    "333-as-leave": ("desync", "left"),
    "kick-as-leave": ("kicked", "left"),
    "ban-as-kick": ("banned", "kicked"),
    "ban-as-leave": ("banned", "left"),
    "321-as-kick": ("affiliation_changed", "kicked"),
    "321-as-leave": ("affiliation_changed", "left"),
    "322-as-leave": ("members_only", "left"),
    "322-as-321": ("members_only", "affiliation_changed"),
    "332-as-left": ("shutdown", "left"),
    "332-as-kick": ("shutdown", "kicked"),
    "destroy-as-leave": ("destroyed", "left"),
    "destroy-as-kick": ("destroyed", "kicked"),
    "leave-as-kick": ("left", "kicked"),
}


def cause_of(me: Session, x: Told, *, own: bool) -> str:
    """Why somebody is out: by destruction (only said to oneself), by a code, or of their own will."""
    by_code = next((cause for code, cause in CAUSES if code in x.codes), "left")
    cause = "destroyed" if own and x.destroy is not None else by_code
    for defect, (true, taken_for) in MISTAKEN.items():
        if cause == true and me.flawed(defect):
            return taken_for
    return "left" if not own and me.flawed("removal-of-others-as-leave") else cause


def gone(me: Session, room: Room, nick: str, stanza: Element, x: Told) -> None:
    """Another occupant is out."""
    if nick not in room.occupants:
        return
    if not me.flawed("occupants-not-removed"):
        del room.occupants[nick]
    status = text_of(stanza, "status", CLIENT)
    cause = cause_of(me, x, own=False)
    me.report("occupant_left", room=room.jid, nick=nick, cause=cause, status=status, **x.why(me))


def turned_out(me: Session, room: Room, x: Told) -> None:
    """The client itself is out: whatever waits for this room ends."""
    cause = cause_of(me, x, own=True)
    if me.flawed("exit-never-noticed") and cause != "left":
        return
    why = x.why(me)
    if x.destroy is not None and not me.flawed("reason-lost"):
        why["reason"] = text_of(x.destroy, "reason", USER)
    alternate = "" if x.destroy is None or me.flawed("alternate-lost") else x.destroy.get("jid", "")
    forget(me, room, {"cause": cause, "alternate": alternate, **why})


def forget(me: Session, room: Room, event: dict[str, Any]) -> None:
    """Drop a room, report the exit if one was in, and answer all that waited."""
    me.rooms.pop(me.key(room.jid), None)
    if me.flawed("roster-outlives-visit"):
        me.rooms[me.key(room.jid)] = Room(room.jid, room.wanted, occupants=room.occupants)
    if room.joined:
        me.report("left", room=room.jid, nick=room.nick, **event)
    for seq in room.leaves:
        me.answer(seq)
    error = {"condition": "not-acceptable", "type": "cancel", "text": f"out of the room: {event['cause']}"}
    me.refuse([*room.joins, *(wish.seq for wish in room.renames)], error)
    if event["cause"] in FOR_A_WHILE:
        come_back(me, room.jid)
    elif event["cause"] != "disconnected":
        me.staying.pop(me.key(room.jid), None)
    if me.flawed("rejoins-after-removal") and event["cause"] not in ("left", "disconnected"):
        me.rooms[me.key(room.jid)] = Room(room.jid, room.nick)
        me.send(E("presence", E("x", uri=MUC), to=f"{room.jid}/{room.nick}"))


# errors


def refused(me: Session, room: Room, nick: str, stanza: Element) -> None:
    """An error presence: the answer to a change of nickname or to a join, else nothing."""
    id_ = stanza.get("id")
    if wish := _rename_of(room, nick, id_):
        _rename_refused(me, room, wish, nick, stanza)
    elif (room.joins or not room.joined) and not _is_of_another(room, id_ or ""):
        _join_refused(me, room, nick, stanza)


def _is_of_another(room: Room, id_: str) -> bool:
    """Whether this is the id of a presence of this client, but not that of the join."""
    return id_ != room.join_id and bool(room.join_id) and id_.startswith(room.join_id.partition("-")[0])


def _rename_of(room: Room, nick: str, id_: str | None) -> Rename | None:
    """By its id, or, where the service lost that, by the nickname."""
    if id_ and id_ == room.join_id:
        return None
    same_id = [wish for wish in room.renames if wish.id == id_]
    alike = [wish for wish in room.renames if not id_ and nick in (wish.nick, room.nick, "")]
    return next(iter(same_id + alike), None)


def _rename_refused(me: Session, room: Room, wish: Rename, nick: str, stanza: Element) -> None:
    room.renames.remove(wish)
    if me.flawed("rename-error-removes-holder") and wish.nick in room.occupants:
        del room.occupants[wish.nick]
        me.report(
            "occupant_left", room=room.jid, nick=wish.nick, cause="left", status="", actor="", reason="", codes=[]
        )
    if me.flawed("rename-error-leaves-room"):
        forget(me, room, {"cause": "left", "alternate": "", "actor": "", "reason": "", "codes": []})
    if not me.flawed("rename-error-never-surfaced"):
        me.refuse([wish.seq], error_of(stanza))


def _join_refused(me: Session, room: Room, nick: str, stanza: Element) -> None:
    error = error_of(stanza)
    if _overlooked(me, room, nick, stanza, error["condition"]):
        return
    if me.flawed("join-error-untyped"):
        error = {"condition": "undefined-condition", "type": "cancel", "text": ""}
    if me.flawed("error-type-lost"):
        error["type"] = "cancel"
    if me.flawed("error-text-lost"):
        error["text"] = ""
    waiting, room.joins = room.joins, []
    if not room.joined:
        me.rooms.pop(me.key(room.jid), None)
    if not waiting:
        me.report("join_failed", room=room.jid, nick=room.wanted, **error)
        come_back(me, room.jid)
    me.refuse(waiting, error)
    if me.flawed("refused-join-believed"):
        room.joined, room.nick, room.phase = True, room.wanted, Phase.LIVE
        me.rooms[me.key(room.jid)] = room


def _overlooked(me: Session, room: Room, nick: str, stanza: Element, condition: str) -> bool:
    """The defects by which an error to a join is not seen for what it is."""
    if me.flawed("conflict-never-surfaced") and condition == "conflict":
        return True
    if me.flawed("conflict-retried-at-once") and condition == "conflict" and len(room.wanted) < 40:
        room.wanted += "_"
        me.send(E("presence", E("x", uri=MUC), to=f"{room.jid}/{room.wanted}"))
        return True
    return (
        (me.flawed("join-error-needs-x") and find(stanza, "x", MUC) is None)
        or (me.flawed("join-error-from-room-ignored") and not nick)
        or (me.flawed("join-error-needs-id") and stanza.get("id") != room.join_id)
    )

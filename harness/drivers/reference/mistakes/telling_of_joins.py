"""Mistakes in what the client tells and sends of joins."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from ..jids import bare, resource
from ..room import Room
from ..session import Answer, Output, Report, Send, Session
from ..stanzas import MUC, USER, E, find
from . import table
from .outputs import also, sent, told


def _join(output: Output) -> Element | None:
    """The join presence, if this is one."""
    presence = sent(output, "presence")
    return presence if presence is not None and find(presence, "x", MUC) is not None else None


@table.told
def joined_too_early(me: Session, output: Output) -> list[Output]:
    """takes itself for joined when it has asked for it"""
    if (join := _join(output)) is None:
        return [output]
    event = {"room": bare(join.get("to", "")), "nick": join.get("to", "").partition("/")[2]}
    return also(output, event, "joined", codes=[], role="", affiliation="", created=False)


@table.told
def join_done_at_subject(me: Session, output: Output) -> list[Output]:
    """takes itself for joined only when the subject is there"""
    waiting = me.notes.setdefault("waiting", [])
    if told(output, "joined") or (isinstance(output, Answer) and "codes" in output.answer):
        waiting.append(output)
        return []
    if not told(output, "subject"):
        return [output]
    ready = [*waiting]
    waiting.clear()
    return [*ready, output]


@table.told
def nick_ends_at_first_quote(me: Session, output: Output) -> list[Output]:
    """asks for its nickname only as far as its first quote"""
    if (join := _join(output)) is not None:
        join.set("to", re.split("['\"]", join.get("to", ""))[0])
    return [output]


@table.told
def join_without_id(me: Session, output: Output) -> list[Output]:
    """joins without an id"""
    if (join := _join(output)) is not None:
        join.attrib.pop("id", None)
    return [output]


@table.told
def codes_of_join_lost(me: Session, output: Output) -> list[Output]:
    """reports a join without its codes"""
    return [Report({**event, "codes": []})] if (event := told(output, "joined")) else [output]


@table.told
def every_room_is_new(me: Session, output: Output) -> list[Output]:
    """reports each room that it joins as new"""
    return [Report({**event, "created": True})] if (event := told(output, "joined")) else [output]


@table.told
def assigned_nick_told_only(me: Session, output: Output) -> list[Output]:
    """tells the nickname that the room granted, and goes on under the one that it asked for"""
    room = me.room(str(told(output, "joined").get("room", "")))
    if room:
        room.nick = room.wanted
    return [output]


@table.told
def password_escaped_twice(me: Session, output: Output) -> list[Output]:
    """escapes the text of a password twice"""
    password = find(find(join, "x", MUC), "password", MUC) if (join := _join(output)) is not None else None
    if password is not None:
        password.text = escape(password.text or "")
    return [output]


@table.told
def refused_room_blocked(me: Session, output: Output) -> list[Output]:
    join = _join(output)
    if join is None or bare(join.get("to", "")) not in me.notes.get("blocked", ()):
        return [output]
    room = me.rooms.pop(me.key(bare(join.get("to", ""))))
    error = {"condition": "not-allowed", "type": "cancel", "text": "it refused before"}
    return [Answer({"seq": seq, "ok": False, "error": error}) for seq in room.joins]


@table.told
def refused_join_retried(me: Session, output: Output) -> list[Output]:
    if not isinstance(output, Answer) or (before := me.notes.pop("retry", None)) is None:
        return [output]
    me.rooms[me.key(before.jid)] = Room(before.jid, before.wanted)
    return [output, Send(E("presence", E("x", uri=MUC), to=f"{before.jid}/{before.wanted}"))]


@table.told
def join_with_muc_user(me: Session, output: Output) -> list[Output]:
    """joins with an x of muc#user beside that of muc"""
    if (join := _join(output)) is not None:
        join.append(E("x", uri=USER))
    return [output]


@table.told
def own_presence_probed(me: Session, output: Output) -> list[Output]:
    """asks for its own presence by a probe when it has joined"""
    if not (event := told(output, "joined")):
        return [output]
    return [output, Send(E("presence", to=f"{event['room']}/{event['nick']}", type="probe", id=me.new_id()))]


@table.told
def join_never_told(me: Session, output: Output) -> list[Output]:
    """answers who asked for a join, and does not report it"""
    return [] if told(output, "joined") else [output]


@table.told
def creation_told_of_every_room(me: Session, output: Output) -> list[Output]:
    """reports behind each join that the room is new and locked"""
    event = told(output, "joined", created=False)
    return also(output, event, "room_created", codes=event["codes"]) if event else [output]


# the wishes about history


def _wishes(output: Output) -> Element | None:
    """The wishes about history of a join, if this is one that has any."""
    return find(find(join, "x", MUC), "history", MUC) if (join := _join(output)) is not None else None


@table.told
def history_in_place_of_x(me: Session, output: Output) -> list[Output]:
    """sends the wishes about history in place of the x of a join"""
    wishes, join = _wishes(output), _join(output)
    if wishes is not None and join is not None:
        join[:] = [wishes]
    return [output]


@table.told
def maxstanzas_lost(me: Session, output: Output) -> list[Output]:
    """knows no limit of the history by number of stanzas"""
    if (wishes := _wishes(output)) is not None:
        wishes.attrib.pop("maxstanzas", None)
    return [output]


@table.told
def seconds_lost(me: Session, output: Output) -> list[Output]:
    """knows no limit of the history by seconds"""
    if (wishes := _wishes(output)) is not None:
        wishes.attrib.pop("seconds", None)
    return [output]


# later presence


def _later(me: Session, output: Output) -> tuple[Element, Room] | None:
    """A presence without type into a room in which the client is, and that room."""
    presence = sent(output, "presence")
    if presence is None or presence.get("type") or find(presence, "x", MUC) is not None:
        return None
    room = me.room(presence.get("to", ""))
    return (presence, room) if room and room.joined else None


@table.told
def presence_under_first_nick(me: Session, output: Output) -> list[Output]:
    """sends changes of availability under the nickname with which it wanted to join"""
    if (later := _later(me, output)) and resource(later[0].get("to", "")) == later[1].nick:
        later[0].set("to", f"{later[1].jid}/{later[1].wanted}")
    return [output]


@table.told
def rename_with_type(me: Session, output: Output) -> list[Output]:
    """asks for another nickname by a presence with a type"""
    if (later := _later(me, output)) and resource(later[0].get("to", "")) != later[1].nick:
        later[0].set("type", "available")
    return [output]


@table.told
def leaves_in_silence(me: Session, output: Output) -> list[Output]:
    """sends nothing to a room that it leaves"""
    presence = sent(output, "presence")
    return [] if presence is not None and presence.get("type") == "unavailable" else [output]

"""Mistakes in what the client tells of occupants, nicknames and exits."""

from __future__ import annotations

from ..room import Occupant
from ..session import Output, Report, Session
from . import table
from .outputs import WHO, WHY, also, told

# occupants


@table.told
def newcomers_not_told(me: Session, output: Output) -> list[Output]:
    """does not report who comes in when it is there already"""
    room = me.room(str(told(output, "occupant_joined").get("room", "")))
    return [] if room and room.joined else [output]


@table.told
def newcomers_not_listed(me: Session, output: Output) -> list[Output]:
    """does not list who comes in when it is there already"""
    event = told(output, "occupant_joined")
    room = me.room(str(event.get("room", "")))
    if room and room.joined:
        room.occupants.pop(event["nick"], None)
    return [output]


@table.told
def role_from_affiliation(me: Session, output: Output) -> list[Output]:
    """takes every owner and admin for a moderator"""
    event = told(output, "occupant_joined")
    ranks = event and event["affiliation"] in ("owner", "admin")
    return [Report({**event, "role": "moderator"})] if ranks else [output]


@table.told
def affiliation_from_role(me: Session, output: Output) -> list[Output]:
    """takes every moderator without affiliation for an admin"""
    event = told(output, "occupant_joined", role="moderator", affiliation="none")
    return [Report({**event, "affiliation": "admin"})] if event else [output]


@table.told
def show_stays_when_absent(me: Session, output: Output) -> list[Output]:
    """keeps the show of an occupant whose new presence has none"""
    event, shows = told(output, "occupant_changed"), me.notes.setdefault("shows", {})
    if event:
        shows[event["nick"]] = event["show"] or shows.get(event["nick"], "")
    return [Report({**event, "show": shows[event["nick"]]})] if event else [output]


@table.told
def speakers_listed(me: Session, output: Output) -> list[Output]:
    """lists everybody as occupant who said something"""
    event = told(output, "message")
    if room := me.room(str(event.get("room", ""))):
        room.occupants.setdefault(event["nick"], Occupant(event["nick"]))
    return [output]


@table.told
def speakers_told_as_entering(me: Session, output: Output) -> list[Output]:
    """reports an entrance of everybody who says something and is not in the list"""
    event = told(output, "message")
    room = me.room(str(event.get("room", "")))
    unlisted = room and event["nick"] and event["nick"] not in room.occupants
    return also(output, event, "occupant_joined", **WHO) if unlisted else [output]


@table.told
def subject_author_listed(me: Session, output: Output) -> list[Output]:
    """lists as occupant who set the subject"""
    event = told(output, "subject")
    if room := me.room(str(event.get("room", ""))):
        room.occupants.setdefault(event["nick"], Occupant(event["nick"]))
    return [output]


# nicknames


@table.told
def rename_also_as_exit(me: Session, output: Output) -> list[Output]:
    """reports a rename of another also as an exit"""
    event = told(output, "renamed", self=False)
    more = {"nick": event["old"], "cause": "left", "status": "", **WHY} if event else {}
    return also(output, event, "occupant_left", **more) if event else [output]


@table.told
def rename_also_as_entrance(me: Session, output: Output) -> list[Output]:
    """reports a rename of another also as an entrance"""
    event = told(output, "renamed", self=False)
    return also(output, event, "occupant_joined", **WHO) if event else [output]


@table.told
def own_rename_also_as_exit(me: Session, output: Output) -> list[Output]:
    """reports its own rename also as its exit"""
    event = told(output, "renamed", self=True)
    return also(output, event, "left", cause="left", alternate="", **WHY) if event else [output]


@table.told
def own_rename_told_only(me: Session, output: Output) -> list[Output]:
    """tells its own new nickname, and goes on under the old one"""
    event = told(output, "renamed", self=True)
    if room := me.room(str(event.get("room", ""))):
        room.nick = event["old"]
    return [output]


@table.told
def old_nick_stays_listed(me: Session, output: Output) -> list[Output]:
    """lists an occupant with a new nickname under the old one as well"""
    event = told(output, "renamed")
    if room := me.room(str(event.get("room", ""))):
        room.occupants[event["old"]] = Occupant(event["old"])
    return [output]


@table.told
def other_session_forgotten(me: Session, output: Output) -> list[Output]:
    """forgets that another own session keeps the old nickname"""
    event = told(output, "renamed", self=True)
    if room := me.room(str(event.get("room", ""))):
        room.occupants.pop(event["old"], None)
    return [output]


# exits


@table.told
def exit_not_remembered(me: Session, output: Output) -> list[Output]:
    """reports its own exit, and says later that it is in the room"""
    if event := told(output, "left"):
        me.notes.setdefault("left", set()).add(me.key(event["room"]))
    return [output]


@table.told
def exit_from_one_is_from_all(me: Session, output: Output) -> list[Output]:
    """takes the exit from one room for that from all"""
    if not (event := told(output, "left")):
        return [output]
    others, me.rooms = list(me.rooms.values()), {}
    return [output, *(Report({**event, "room": other.jid}) for other in others)]


@table.told
def leaving_of_others_not_told(me: Session, output: Output) -> list[Output]:
    """takes who leaves from the list, and does not report it"""
    return [] if told(output, "occupant_left", cause="left") else [output]


@table.told
def leaving_of_others_also_own(me: Session, output: Output) -> list[Output]:
    """reports the leaving of another also as its own"""
    event = told(output, "occupant_left", cause="left")
    return also(output, event, "left", cause="left", alternate="", **WHY) if event else [output]


@table.told
def removal_of_others_ends_visit(me: Session, output: Output) -> list[Output]:
    """takes the removal of another also for its own"""
    event = told(output, "occupant_left")
    removed = event and event["cause"] not in ("left", "desync", "unknown")
    return also(output, event, "left", cause=event["cause"], alternate="", **WHY) if removed else [output]


@table.told
def kick_without_actor_as_leave(me: Session, output: Output) -> list[Output]:
    """reports a kick that names nobody who did it as leaving"""
    event = told(output, "occupant_left", cause="kicked", actor="")
    return [Report({**event, "cause": "left"})] if event else [output]


@table.told
def stream_loss_not_told(me: Session, output: Output) -> list[Output]:
    """does not tell that the stream is gone"""
    return [] if told(output, "disconnected") or told(output, "left", cause="disconnected") else [output]

"""Mistakes of a client that believes too much: of carbons, of occupants, of pings, of nicknames."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..hearing import as_message
from ..jids import bare, resource
from ..room import Occupant, Room
from ..session import Output, Report, Send, Session
from ..stanzas import CLIENT, FORWARD, MUC, USER, E, error_of, find, named, text_of
from . import table
from .outputs import WHY, sent, told
from .table import heard, remembered

CARBONS = "urn:xmpp:carbons:2"
MENTIONS = "urn:xmpp:mmn:0"
UNDECIDED = ("remote-server-not-found", "remote-server-timeout")


# what is wrapped


def _wrapped(stanza: Element, uri: str) -> Element | None:
    """The message that is forwarded in an element of this namespace."""
    wrapper = next((child for child in stanza if named(child)[0] == uri), None)
    return find(find(wrapper, "forwarded", FORWARD), "message", CLIENT)


@heard
def carbons_of_anybody(me: Session, stanza: Element) -> None:
    """reports the private message in a carbon, whoever sent it, and though the room delivers it as well"""
    if (inner := _wrapped(stanza, CARBONS)) is not None:
        sender, body = inner.get("from", ""), text_of(inner, "body", CLIENT)
        me.report("private_message", room=bare(sender), nick=resource(sender), body=body, id=inner.get("id", ""))


@heard
def carbon_of_another_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a carbon that its account did not send"""
    if _wrapped(stanza, CARBONS) is not None and bare(stanza.get("from", "")) != bare(me.jid):
        me.report("exception", type="ValueError", text=stanza.get("from", ""))


@heard
def mentions_believed(me: Session, stanza: Element) -> None:
    """reports what somebody forwards as a mention as if it were said in the room"""
    if (inner := _wrapped(stanza, MENTIONS)) is not None:
        sender, body = inner.get("from", ""), text_of(inner, "body", CLIENT)
        as_message(me, bare(sender), inner, nick=resource(sender), body=body)


@heard
def message_without_from_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at a message without a sender"""
    if named(stanza)[1] == "message" and stanza.get("from") is None:
        me.report("exception", type="AttributeError", text="no sender")


# what occupants say of themselves


def _claimed(me: Session, stanza: Element) -> tuple[Room, Occupant, Element] | None:
    """The occupant who put an item into something said to everybody."""
    room, nick = me.room(stanza.get("from", "")), resource(stanza.get("from", ""))
    item = find(find(stanza, "x", USER), "item", USER)
    who = room.occupants.get(nick) if room else None
    return (room, who, item) if room and who and item is not None and stanza.get("type") == "groupchat" else None


@heard
def affiliation_in_message_believed(me: Session, stanza: Element) -> None:
    """reports the affiliation that an occupant claims in a message"""
    if found := _claimed(me, stanza):
        room, who, item = found
        about = {"room": room.jid, "nick": who.nick, "jid": "", "self": False, **WHY}
        me.report("affiliation_changed", **about, affiliation=item.get("affiliation", ""))


@heard
def role_claim_reported(me: Session, stanza: Element) -> None:
    """reports the role that an occupant claims in a message"""
    if found := _claimed(me, stanza):
        room, who, item = found
        me.report("role_changed", room=room.jid, nick=who.nick, self=False, role=item.get("role", ""), **WHY)


@heard
def jid_in_message_believed(me: Session, stanza: Element) -> None:
    """remembers the real JID that an occupant claims in a message"""
    if found := _claimed(me, stanza):
        found[1].jid = found[2].get("jid", "")


@heard
def item_in_message_remembered(me: Session, stanza: Element) -> None:
    """remembers the role that an occupant claims in a message, without a word"""
    if found := _claimed(me, stanza):
        found[1].role = found[2].get("role", "")


# self-pings


def _undecided(me: Session, stanza: Element) -> Room | None:
    ping = named(stanza)[1] == "iq" and stanza.get("type") == "error" and stanza.get("id", "") in me.questions
    return me.room(stanza.get("from", "")) if ping and error_of(stanza)["condition"] in UNDECIDED else None


@heard
def unreachable_is_out(me: Session, stanza: Element) -> None:
    """reports that it is no longer joined where its ping did not reach the room"""
    if room := _undecided(me, stanza):
        me.report("self_ping_failed", room=room.jid, condition=error_of(stanza)["condition"])


@heard
def unreachable_is_joined_anew(me: Session, stanza: Element) -> None:
    """joins again at once where its ping did not reach the room"""
    if room := _undecided(me, stanza):
        me.send(E("presence", E("x", uri=MUC), to=f"{room.jid}/{room.nick}"))


@heard
def unreachable_is_forgotten(me: Session, stanza: Element) -> None:
    """forgets a room that its ping did not reach"""
    if room := _undecided(me, stanza):
        me.rooms.pop(me.key(room.jid), None)


# identities


@remembered
def occupant_id_lost_on_rename(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    """loses the occupant id of somebody who takes another nickname"""
    renamed = me.notes.get("renamed", ())
    snapshot["occupants"] = [w | {"occupant_id": ""} if w["nick"] in renamed else w for w in snapshot["occupants"]]


@table.told
def _occupant_id_lost_on_rename(me: Session, output: Output) -> list[Output]:
    if event := told(output, "renamed"):
        me.notes.setdefault("renamed", set()).add(event["nick"])
    return [output]


def _first_known(me: Session, output: Output, *names: str) -> list[Output]:
    event = output.event if isinstance(output, Report) else {}
    if not event.get("occupant_id"):
        return [output]
    known = me.notes.setdefault("ids", {}).setdefault(event["nick"], event["occupant_id"])
    return [Report({**event, "occupant_id": known})] if event["event"] in names else [output]


@table.told
def newcomers_known_by_nick(me: Session, output: Output) -> list[Output]:
    """takes who comes in for the one who had the nickname before"""
    return _first_known(me, output, "occupant_joined")


@table.told
def speakers_known_by_nick(me: Session, output: Output) -> list[Output]:
    """takes who speaks for the one who had the nickname before"""
    return _first_known(me, output, "message")


# messages


@table.told
def message_also_to_each(me: Session, output: Output) -> list[Output]:
    """sends what is for everybody to each occupant as well"""
    message = sent(output, "message")
    room = me.room(message.get("to", "")) if message is not None and message.get("type") == "groupchat" else None
    body = text_of(message, "body", CLIENT)
    if room is None or not body:
        return [output]
    others = [nick for nick in room.occupants if nick != room.nick]
    copies = [E("message", E("body", body), to=f"{room.jid}/{nick}", type="chat", id=me.new_id()) for nick in others]
    return [output, *(Send(copy) for copy in copies)]

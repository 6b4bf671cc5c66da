"""Mistakes in what the client makes of messages, of stanzas of any kind, and in its answers to them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .. import stanzas
from ..exits import forget, gone, turned_out
from ..hearing import as_message
from ..jids import bare, resource
from ..room import Phase, Room
from ..session import Session
from ..stanzas import CLIENT, DELAY, PING, STANZAS, E, find, find_all, named, text_of
from ..told import SELF, told
from .table import heard

KICKED = 307
RECEIPTS = "urn:xmpp:receipts"
STATES = "http://jabber.org/protocol/chatstates"
KNOWN = {v for k, v in vars(stanzas).items() if k.isupper() and isinstance(v, str)} | {RECEIPTS, STATES}


def _of_room(me: Session, stanza: Element, name: str, kind: str | None) -> Room | None:
    """The room that such a stanza comes from, if it is one."""
    wanted = named(stanza)[1] == name and stanza.get("type") == kind
    return me.room(stanza.get("from", "")) if wanted else None


def _nick(stanza: Element) -> str:
    return resource(stanza.get("from", ""))


def _said(me: Session, stanza: Element) -> Room | None:
    """The room in which the client is, if an occupant says something to everybody there."""
    room = _of_room(me, stanza, "message", "groupchat")
    spoken = find(stanza, "body", CLIENT) is not None and _nick(stanza)
    return room if room and room.joined and spoken else None


# stanzas that are lost


@heard
def unknown_child_spoils_stanza(me: Session, stanza: Element) -> bool:
    """overlooks stanzas that hold an element that it does not know"""
    return any(named(element)[0] not in KNOWN for element in stanza.iter())


@heard
def service_message_dropped(me: Session, stanza: Element) -> bool:
    """overlooks what the room itself says"""
    room = _of_room(me, stanza, "message", "groupchat")
    return bool(room) and not _nick(stanza) and find(stanza, "body", CLIENT) is not None


@heard
def subject_of_room_dropped(me: Session, stanza: Element) -> bool:
    """overlooks a subject that the room itself sets"""
    room = _of_room(me, stanza, "message", "groupchat")
    return bool(room) and not _nick(stanza) and find(stanza, "subject", CLIENT) is not None


@heard
def message_of_unknown_dropped(me: Session, stanza: Element) -> bool:
    """overlooks what somebody says who is not in the list"""
    room = _said(me, stanza)
    return bool(room and room.phase is Phase.LIVE and _nick(stanza) not in room.occupants)


@heard
def message_with_subject_dropped(me: Session, stanza: Element) -> bool:
    """overlooks messages that have a subject as well"""
    return bool(_said(me, stanza)) and find(stanza, "subject", CLIENT) is not None


@heard
def missing_id_is_duplicate(me: Session, stanza: Element) -> bool:
    """takes a second message without an id for the first one"""
    if not _said(me, stanza) or stanza.get("id"):
        return False
    me.notes["without id"] = me.notes.get("without id", 0) + 1
    return bool(me.notes["without id"] > 1)


@heard
def room_pings_unanswered(me: Session, stanza: Element) -> bool:
    """does not answer pings of the room itself"""
    return bool(_of_room(me, stanza, "iq", "get")) and not _nick(stanza) and find(stanza, "ping", PING) is not None


# messages that are taken for something else


@heard
def bodies_run_together(me: Session, stanza: Element) -> None:
    """joins the bodies of several languages into one text"""
    bodies = find_all(stanza, "body", CLIENT)
    for body in bodies[1:]:
        bodies[0].text = f"{bodies[0].text}{body.text}"


@heard
def messages_of_any_room(me: Session, stanza: Element) -> None:
    """reports what is said in rooms that it never joined"""
    sender, body = stanza.get("from", ""), text_of(stanza, "body", CLIENT)
    if stanza.get("type") == "groupchat" and body and me.room(sender) is None:
        as_message(me, bare(sender), stanza, nick=_nick(stanza), body=body)


@heard
def bodyless_as_subject(me: Session, stanza: Element) -> None:
    """takes messages without a body, such as chat states, for the removal of the subject"""
    room = _of_room(me, stanza, "message", "groupchat")
    if room and find(stanza, "body", CLIENT) is None and find(stanza, "subject", CLIENT) is None:
        me.report("subject", room=room.jid, subject="", nick=_nick(stanza))


@heard
def gone_as_exit(me: Session, stanza: Element) -> None:
    """takes the chat state gone for an exit"""
    room = _of_room(me, stanza, "message", "groupchat")
    if room and find(stanza, "gone", STATES) is not None:
        gone(me, room, _nick(stanza), stanza, told(me, stanza))


@heard
def removal_in_message_believed(me: Session, stanza: Element) -> None:
    """takes the codes of a removal in an occupant's message for its own removal"""
    room = me.room(stanza.get("from", "")) if named(stanza)[1] == "message" else None
    if room and _nick(stanza) and {SELF, KICKED} <= set(told(me, stanza).codes):
        turned_out(me, room, told(me, stanza))


@heard
def destroy_in_message_believed(me: Session, stanza: Element) -> None:
    """takes a destroy element in an occupant's message for the end of the room"""
    room = _of_room(me, stanza, "message", "groupchat")
    if room and told(me, stanza).destroy is not None:
        turned_out(me, room, told(me, stanza))


# errors


def _failed(me: Session, stanza: Element) -> Room | None:
    return _of_room(me, stanza, "message", "error")


@heard
def message_error_as_exit(me: Session, stanza: Element) -> None:
    """takes a refused message for the end of its membership"""
    if room := _failed(me, stanza):
        forget(me, room, {"cause": "unknown", "alternate": "", "actor": "", "reason": "", "codes": []})


@heard
def error_echo_as_private(me: Session, stanza: Element) -> None:
    """reports the echo in the error of a private message as one"""
    if (room := _failed(me, stanza)) and _nick(stanza):
        body = text_of(stanza, "body", CLIENT)
        me.report("private_message", room=room.jid, nick=_nick(stanza), body=body, id=stanza.get("id", ""))


@heard
def subject_echo_believed(me: Session, stanza: Element) -> None:
    """takes the subject in the error of a refused one for the new one"""
    if (room := _failed(me, stanza)) and find(stanza, "subject", CLIENT) is not None:
        room.subject = text_of(stanza, "subject", CLIENT)
        me.report("subject", room=room.jid, subject=room.subject, nick="")


def _bounce(me: Session, stanza: Element) -> None:
    error = E("error", E("service-unavailable", uri=STANZAS), type="cancel")
    me.send(E(named(stanza)[1], error, to=stanza.get("from"), type="error", id=stanza.get("id")))


@heard
def message_errors_answered(me: Session, stanza: Element) -> None:
    """answers an error message by an error"""
    if _failed(me, stanza):
        _bounce(me, stanza)


@heard
def iq_errors_answered(me: Session, stanza: Element) -> None:
    """answers an error to a question that it did not ask by an error"""
    if named(stanza)[1] == "iq" and stanza.get("type") == "error" and stanza.get("id", "") not in me.questions:
        _bounce(me, stanza)


@heard
def unknown_payload_bounced(me: Session, stanza: Element) -> None:
    """answers a room message with an element that it does not know by an error"""
    if _said(me, stanza) and any(named(child)[0] not in KNOWN for child in stanza):
        _bounce(me, stanza)


# receipts


def _receipt(me: Session, stanza: Element) -> None:
    if find(stanza, "request", RECEIPTS) is not None:
        received = E("received", uri=RECEIPTS, id=stanza.get("id"))
        me.send(E("message", received, to=stanza.get("from"), id=me.new_id()))


@heard
def receipts_to_rooms(me: Session, stanza: Element) -> None:
    """sends receipts for what is said in rooms"""
    if _said(me, stanza) and find(stanza, "delay", DELAY) is None:
        _receipt(me, stanza)


@heard
def receipts_for_history(me: Session, stanza: Element) -> None:
    """sends receipts for what lies in the history of a room"""
    if _said(me, stanza) and find(stanza, "delay", DELAY) is not None:
        _receipt(me, stanza)

"""Messages that come from rooms and their occupants: XEP-0045 7.2.13 to 7.2.15, 7.4, 7.5, 8.1."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from .jids import bare, resource
from .room import Phase, Room
from .session import Session
from .stanzas import CLIENT, DELAY, SID, USER, error_of, find, find_all, text_of
from .told import occupant_id

TYPES = ("chat", "groupchat", "headline", "normal", "error")


def kind_of(stanza: Element) -> str:
    """The type of a message; without type, or with an unknown one, it is normal (RFC 6121 5.2.2)."""
    kind = stanza.get("type", "normal")
    return kind if kind in TYPES else "normal"


def failed(me: Session, stanza: Element) -> None:
    """An error belongs to the message that was sent; what it echoes is no message."""
    sender, id_ = stanza.get("from", ""), stanza.get("id", "")
    sent = me.sent.get(id_)
    if me.flawed("error-message-as-message") and (room := me.room(sender)):
        _said(me, room, stanza, resource(sender))
    if sent is None or me.key(sent.room) != me.key(bare(sender)) or me.flawed("message-errors-lost"):
        return
    del me.sent[id_]
    me.report("message_failed", room=bare(sender), nick=resource(sender), id=id_, **error_of(stanza))


def groupchat(me: Session, room: Room, stanza: Element, nick: str) -> None:
    """To everybody: a subject, something said, or nothing that has a body."""
    if not room.joined:
        return
    if _is_subject(me, stanza):
        _subject(me, room, stanza, nick)
    elif find(stanza, "body", CLIENT) is not None or me.flawed("bodyless-as-message"):
        _said(me, room, stanza, nick)


def _is_subject(me: Session, stanza: Element) -> bool:
    """A subject and neither body nor thread: XEP-0045 8.1."""
    if (subject := find(stanza, "subject", CLIENT)) is None:
        return False
    if not subject.text and me.flawed("empty-subject-dropped"):
        return False
    body = find(stanza, "body", CLIENT) is not None and not me.flawed("subject-with-body-is-subject")
    thread = find(stanza, "thread", CLIENT) is not None and not me.flawed("subject-with-thread-is-subject")
    return not body and not thread


def _subject(me: Session, room: Room, stanza: Element, nick: str) -> None:
    """The subject is now this. In the order of entering it ends the history, delayed or not."""
    if me.flawed("delayed-subject-dropped") and find(stanza, "delay", DELAY) is not None:
        return
    if me.flawed("subject-of-join-dropped") and room.phase is Phase.HISTORY:
        room.phase = Phase.LIVE
        return
    room.phase = Phase.LIVE
    room.subject = text_of(stanza, "subject", CLIENT)
    author = "" if me.flawed("subject-author-lost") else nick
    me.report("subject", room=room.jid, subject=room.subject, nick=author)


def _said(me: Session, room: Room, stanza: Element, nick: str) -> None:
    stamp = _stamp(me, room, stanza)
    late = room.phase is Phase.LIVE and find(stanza, "delay", DELAY) is not None
    if late and me.flawed("delayed-live-message-dropped"):
        return
    if stamp is None and find(stanza, "delay", DELAY) is None:
        room.phase = Phase.LIVE  # nothing without a delay is history (XEP-0045 7.1)
    trusted = stanza_id(me, room.jid, stanza)
    if _known_already(me, room, stanza, trusted):
        return
    shown = stamp if stamp is not None and not me.flawed("stamp-lost") else ""
    me.report(
        "message",
        room=room.jid,
        nick=_sender(me, stanza, nick),
        body=text_of(stanza, "body", CLIENT),
        id=stanza.get("id", ""),
        stanza_id=trusted,
        origin_id=origin_id(stanza),
        occupant_id=occupant_id(me, room.jid, stanza),
        history=stamp is not None and not me.flawed("history-as-live"),
        stamp=shown,
        self=_is_own(me, room, stanza, nick, past=stamp is not None),
    )


def as_message(me: Session, room: str, stanza: Element, **about: Any) -> None:
    """What defects make of a stanza that is no message, or not yet one."""
    nothing = {
        "nick": "",
        "body": "",
        "id": stanza.get("id", ""),
        "stanza_id": "",
        "origin_id": "",
        "occupant_id": "",
        "history": False,
        "stamp": "",
        "self": False,
    }
    me.report("message", **{**nothing, **about}, room=room)


def _sender(me: Session, stanza: Element, nick: str) -> str:
    if me.flawed("nick-element-believed"):
        return text_of(stanza, "nick", "http://jabber.org/protocol/nick") or nick
    return nick


def _stamp(me: Session, room: Room, stanza: Element) -> str | None:
    """When a message of the history was said; None for one that is live.

    Up to the subject any delay tells history; later only one by the room or its service does.
    """
    delays = find_all(stanza, "delay", DELAY)
    service = room.jid.partition("@")[2]
    by_room = [d for d in delays if me.key(d.get("from", "?")) in (me.key(room.jid), me.key(service))]
    lenient = room.phase is Phase.HISTORY and not me.flawed("history-needs-room-delay")
    counted = by_room or (delays if lenient or me.flawed("delay-from-anyone-believed") else [])
    return counted[0].get("stamp", "") if counted else None


def stanza_id(me: Session, room: str, stanza: Element) -> str:
    """The id that the room gave, if it announces that it does: XEP-0359 3 and 6."""
    announced = SID in me.features.get(me.key(room), frozenset())
    if not announced and not me.flawed("forged-stanza-id-trusted"):
        return ""
    ids = find_all(stanza, "stanza-id", SID)
    if not me.flawed("stanza-id-any-by"):
        ids = [i for i in ids if me.key(i.get("by", "")) == me.key(room)]
    return ids[0].get("id", "") if ids and not me.flawed("stanza-id-lost") else ""


def origin_id(stanza: Element) -> str:
    """The id that the sender's client gave."""
    found = find(stanza, "origin-id", SID)
    return "" if found is None else found.get("id", "")


def _known_already(me: Session, room: Room, stanza: Element, trusted: str) -> bool:
    """A repeated join repeats the history; only the room's own ids tell (XEP-0313 6.1.2)."""
    if me.flawed("same-id-is-duplicate"):
        trusted = stanza.get("id", "")
    if me.flawed("history-repeated-on-rejoin") or not trusted:
        return False
    known = trusted in room.seen
    room.seen.add(trusted)
    return known


def _is_own(me: Session, room: Room, stanza: Element, nick: str, *, past: bool) -> bool:
    """What comes from the own occupant is one's own, also when another session said it."""
    if me.flawed("own-message-not-marked-self"):
        return False
    if me.flawed("own-message-by-id"):
        return stanza.get("id", "") in me.sent
    by, mine = occupant_id(me, room.jid, stanza), room.me.occupant_id
    if past and by and mine:
        return by == mine
    return nick == room.nick


def private(me: Session, room: Room, stanza: Element, nick: str) -> None:
    """From one occupant, to the client alone. The empty `x` may be there or not (XEP-0045 7.5)."""
    body = find(stanza, "body", CLIENT)
    if body is None or not room.joined:
        return None
    if me.flawed("private-message-needs-x") and find(stanza, "x", USER) is None:
        return None
    if me.flawed("pm-as-groupchat"):
        return _said(me, room, stanza, nick)
    about: dict[str, Any] = {"room": room.jid, "nick": nick, "body": text_of(stanza, "body", CLIENT)}
    id_ = stanza.get("id", "")
    me.report("private_message", **about, id=id_, occupant_id=occupant_id(me, room.jid, stanza))
    return None

"""The reference client: commands and stanzas in, stanzas, events and answers out. No I/O, no clock, no chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from . import (
    admin,
    answers,
    archive,
    attendance,
    discovery,
    entering,
    hearing,
    invitations,
    notices,
    owning,
    preferences,
    referring,
    registration,
    talking,
    voice,
    watching,
)
from .attendance import seen
from .defects import DEFECTS
from .exits import forget
from .jids import resource
from .joining import enter_again
from .mistakes import misheard, misremembered, mistold
from .room import nowhere
from .session import Answer, Args, Output, Report, Send, Sent, Session
from .stanzas import named, parse

__all__ = ["DEFECTS", "VERBS", "Answer", "Client", "Output", "Report", "Send"]

Verb = Callable[[Session, int, Args], None]


def sync(me: Session, seq: int, args: Args) -> None:
    """Everything received so far is processed by now."""
    me.answer(seq)


def state(me: Session, seq: int, args: Args) -> None:
    """The snapshot of a room."""
    me.answer(seq, **snapshot(me, args["room"]))


def connect(me: Session, seq: int, args: Args) -> None:
    """A session is bound when there is a client at all."""
    me.answer(seq, jid=me.jid)


def disconnect(me: Session, seq: int, args: Args) -> None:
    """The shell closes the stream and then calls `lost`."""
    me.answer(seq)


def raw(me: Session, seq: int, args: Args) -> None:
    """Send this XML."""
    stanza = parse(args["xml"])
    if named(stanza)[1] == "message" and stanza.get("id"):
        me.sent[stanza.get("id", "")] = Sent(stanza.get("to", "").partition("/")[0])
    me.send(stanza)
    me.answer(seq, "sent", via="raw")


VERBS: Mapping[str, Verb] = {
    "connect": connect,
    "disconnect": disconnect,
    "sync": sync,
    "state": state,
    "raw": raw,
    **entering.VERBS,
    **talking.VERBS,
    **referring.VERBS,
    **invitations.VERBS,
    **admin.VERBS,
    **owning.VERBS,
    **voice.VERBS,
    **registration.VERBS,
    **discovery.VERBS,
    **archive.VERBS,
    **preferences.VERBS,
    **watching.VERBS,
}


def snapshot(me: Session, jid: str) -> dict[str, Any]:
    """What the client holds of a room now."""
    room = me.room(jid)
    if room is None or not room.joined:
        return misremembered(me, jid, nowhere())
    listed = [*room.ghosts, *room.occupants.values()]
    held = {
        "joined": True,
        "nick": room.nick,
        "subject": room.subject,
        "role": room.me.role,
        "affiliation": room.me.affiliation,
        "occupants": [seen(me, room, who) for who in listed],
    }
    return misremembered(me, jid, held)


class Client:
    """One bound session of a client that keeps to XEP-0045 and the XEPs around it, but for its defects."""

    def __init__(self, jid: str, *, defects: frozenset[str] = frozenset()) -> None:
        if unknown := defects - DEFECTS.keys():
            raise ValueError(f"no such defect: {', '.join(sorted(unknown))}")
        self._me = Session(jid, defects)

    def command(self, verb: str, seq: int, args: dict[str, Any]) -> None:
        """Begin what a driver is told to do; `args` without None stands for what was said."""
        if (act := VERBS.get(verb)) is None:
            why = f"the reference client has no verb {verb!r}"
            self._me.outbox.append(Answer({"seq": seq, "unsupported": True, "why": why}))
        else:
            act(self._me, seq, args)

    def receive(self, stanza: Element) -> None:
        """Take a stanza from the stream. What is not understood is left aside."""
        if (taken := misheard(self._me, stanza)) is not None:
            self._read(taken)

    def tick(self, now: float) -> None:
        """It is `now` (seconds, on a clock that only goes forward): what is due happens."""
        self._me.tick(now)

    def next_timer(self) -> float | None:
        """When something is due next, on the clock of `tick`."""
        return self._me.timers[0][0] if self._me.timers else None

    def _read(self, stanza: Element) -> None:
        if (room := self._me.room(stanza.get("from", ""))) is not None:
            room.heard = self._me.now
        match named(stanza)[1]:
            case "presence":
                attendance.receive(self._me, stanza)
            case "message":
                _message(self._me, stanza)
            case "iq" if stanza.get("type") in ("get", "set"):
                answers.receive(self._me, stanza)
            case "iq" if stanza.get("type") in ("result", "error"):
                self._me.settle(stanza)

    def bound(self, jid: str) -> None:
        """There is a stream, under this JID: everything begins anew."""
        before = self._me
        self._me = Session(jid, before.defects, entered=before.entered, now=before.now)
        self._me.staying, self._me.watched = before.staying, before.watched
        if before.flawed("rooms-survive-disconnect") or before.flawed("roster-outlives-visit"):
            self._me.rooms = before.rooms
        for wish in list(before.staying.values()):
            enter_again(self._me, wish)

    def lost(self, condition: str = "", text: str = "") -> None:
        """The stream is gone, and with it every room and every open request."""
        me = self._me
        gone = {"cause": "disconnected", "alternate": "", "actor": "", "reason": "", "codes": []}
        if not me.flawed("rooms-survive-disconnect"):
            for room in list(me.rooms.values()):
                forget(me, room, gone)
        questions = list(me.questions.values())
        me.questions.clear()
        me.queries.clear()
        me.timers.clear()
        error = {"condition": "disconnected", "type": "cancel", "text": "the stream is gone"}
        me.refuse([question.seq for question in questions], error)
        me.report("disconnected", condition=condition, text=text)

    def take(self) -> list[Output]:
        """What came of it since the last call, in order."""
        out, self._me.outbox = self._me.outbox, []
        return mistold(self._me, out)

    def state(self, room: str) -> dict[str, Any]:
        """The snapshot of a room: what the verb `state` answers."""
        return snapshot(self._me, room)


def _message(me: Session, stanza: Element) -> None:
    kind, sender = hearing.kind_of(stanza), stanza.get("from", "")
    if kind == "error":
        return hearing.failed(me, stanza)
    if any(reader(me, stanza) for reader in (archive.receive, voice.receive, notices.receive)):
        return None
    if kind != "groupchat" and invitations.receive(me, stanza):
        return None
    room, nick = me.room(sender), resource(sender)
    if room is not None and kind == "groupchat":
        if not referring.receive(me, room, stanza, nick):
            hearing.groupchat(me, room, stanza, nick)
            referring.remember(me, room, stanza, nick)
    elif room is not None and nick and kind in ("chat", "normal"):
        hearing.private(me, room, stanza, nick)
    return None

"""What a stanza asks of the service, read at the door: presence, messages and IQs as requests."""

from __future__ import annotations

from dataclasses import dataclass

from .jid import JID, prepare_nick
from .namespaces import NS_CLIENT, NS_MUC
from .xml import Element


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """How much discussion history is wanted: XEP-0045 7.2.14. None: no such limit."""

    maxchars: int | None = None
    maxstanzas: int | None = None
    seconds: int | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Available presence to room/nick. Without `muc` it is an update, a change of nickname, or out of place."""

    session: JID
    room: JID
    nick: str
    muc: bool
    password: str
    history: HistoryRequest
    stanza: Element

    @property
    def bare_jid(self) -> JID:
        return self.session.bare


@dataclass(frozen=True, slots=True)
class Leave:
    session: JID
    room: JID
    stanza: Element


@dataclass(frozen=True, slots=True)
class Say:
    """A groupchat message to the bare room JID."""

    session: JID
    room: JID
    stanza: Element

    @property
    def subject(self) -> Element | None:
        """The new subject, if this is a change of subject: XEP-0045 8.1 (neither body nor thread)."""
        if any(self.stanza.find(name, NS_CLIENT) for name in ("body", "thread")):
            return None
        return self.stanza.find("subject", NS_CLIENT)


@dataclass(frozen=True, slots=True)
class Whisper:
    """A message to one occupant."""

    session: JID
    room: JID
    nick: str
    stanza: Element


@dataclass(frozen=True, slots=True)
class Mediate:
    """A message to the bare room JID that is no groupchat: an invitation, a decline, a form."""

    session: JID
    room: JID
    stanza: Element


@dataclass(frozen=True, slots=True)
class Query:
    """An IQ to the service, a room or an occupant (`nick`); `now` is when it came."""

    session: JID
    room: JID
    nick: str
    stanza: Element
    now: float

    @property
    def payload(self) -> Element | None:
        return next(self.stanza.elements(), None)


@dataclass(frozen=True, slots=True)
class Bounce:
    """An error that came back for something the room sent."""

    session: JID
    room: JID
    stanza: Element


@dataclass(frozen=True, slots=True)
class Nothing:
    """A stanza that asks for nothing: a presence probe, a subscription."""


Request = Join | Leave | Say | Whisper | Mediate | Query | Bounce | Nothing


def read(stanza: Element, now: float) -> Request:
    """The request of a stanza. Raises `BadJid` where an address is none."""
    session, to = JID.parse(stanza.get("from")), JID.parse(stanza.get("to"))
    kind, room = stanza.get("type"), to.bare
    match stanza.name, kind:
        case "presence", "unavailable":
            return Leave(session, room, stanza)
        case "presence", "":
            return _join(stanza, session, to)
        case "message" | "presence", "error":
            return Bounce(session, room, stanza)
        case "message", _ if to.resource:
            return Whisper(session, room, to.resource, stanza)
        case "message", "groupchat":
            return Say(session, room, stanza)
        case "message", _:
            return Mediate(session, room, stanza)
        case "iq", _:
            return Query(session, room, to.resource, stanza, now)
    return Nothing()


def _join(stanza: Element, session: JID, to: JID) -> Join:
    x = stanza.find("x", NS_MUC)
    password = x.find("password", NS_MUC) if x else None
    history = x.find("history", NS_MUC) if x else None
    return Join(
        session=session,
        room=to.bare,
        nick=prepare_nick(to.resource),
        muc=x is not None,
        password=password.text if password else "",
        history=_history(history) if history else HistoryRequest(),
        stanza=stanza,
    )


def _history(element: Element) -> HistoryRequest:
    given = {k: element.get(k) for k in ("maxchars", "maxstanzas", "seconds")}
    numbers = {k: _number(text) for k, text in given.items() if text.isascii() and text.isdigit()}
    return HistoryRequest(**numbers, since=element.get("since"))


def _number(text: str) -> int:
    """No larger than any history is; Python does not even read numbers of thousands of digits."""
    return int(text) if len(text) < 10 else 10**9

"""What a service sends, in a word or two: the kinds by which families of faults differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.muc.namespaces import (
    NS_CARBONS,
    NS_CONFERENCE,
    NS_DATA,
    NS_DELAY,
    NS_MAM,
    NS_MENTIONS,
    NS_PUBSUB_EVENT,
    NS_RETRACT,
    NS_USER,
)
from mockserver.muc.xml import Element

from .editing import codes

if TYPE_CHECKING:
    from .moment import Moment

SENT = (  # what may be sent: the word, and in a sentence
    ("own-presence", "the own presence of who comes"),
    ("own-change", "a later presence of one's own"),
    ("roster", "the presence of those who are inside, to who comes"),
    ("entrance", "the presence of who comes, to the others"),
    ("change", "a later presence of another occupant"),
    ("own-exit", "the own unavailable presence"),
    ("exit", "the unavailable presence of another occupant"),
    ("old-nick", "the unavailable presence of who changes the nickname"),
    ("history", "discussion history"),
    ("past-subject", "the subject to who comes"),
    ("new-subject", "a new subject"),
    ("said", "what was said in the room"),
    ("groupchat", "groupchat messages without a body"),
    ("notice", "messages with status codes"),
    ("whisper", "private messages"),
    ("invite", "mediated invitations"),
    ("direct-invite", "direct invitations"),
    ("declined", "declined invitations"),
    ("voice-form", "requests for voice"),
    ("retraction", "retractions by moderators"),
    ("archived", "results of archives"),
    ("carbon", "copies of messages"),
    ("event", "pubsub events"),
    ("mention", "mentions"),
    ("room-message", "other messages of the room"),
    ("chat-message", "messages between users"),
    ("presence-error", "errors about presence"),
    ("message-error", "errors about messages"),
    ("iq-error", "errors about IQs"),
    ("iq-result", "results of IQs"),
    ("relayed-iq", "IQs between occupants"),
)


def kind(moment: Moment, stanza: Element) -> str:
    """What a stanza that goes out is."""
    if stanza.get("type") == "error":
        return f"{stanza.name}-error"
    if stanza.name == "iq":
        return _answer_or_relayed(moment, stanza)
    of_muc = stanza.get("from").partition("/")[0].endswith(moment.host.muc_domain)
    if stanza.name == "presence":
        return _shown(moment, stanza) if of_muc else "user-presence"
    return _of_room(stanza) if of_muc else _of_user(stanza)


def _answer_or_relayed(moment: Moment, iq: Element) -> str:
    asked = moment.sent is not None and moment.sent.get("type") in ("get", "set")
    answer = asked and moment.sent is not None and iq.get("from") == moment.sent.get("to")
    return "iq-result" if iq.get("type") == "result" and answer else "relayed-iq"


def _shown(moment: Moment, presence: Element) -> str:
    said = codes(presence)
    if presence.get("type") == "unavailable":
        if "303" in said:
            return "old-nick"
        return "own-exit" if "110" in said else "exit"
    coming = moment.asked in ("join", "joining-again")
    if "110" in said:
        return "own-presence" if coming else "own-change"
    if not coming:
        return "change"
    nick = presence.get("from").partition("/")[2]
    room = moment.room_of(presence)
    occupant = room.occupants.get(nick) if room else None
    mine = occupant is not None and moment.sender in occupant.sessions
    return "entrance" if mine else "roster"


def _of_room(message: Element) -> str:
    if message.get("type") == "groupchat":
        return _to_all(message)
    names = {(c.name, c.uri) for c in message.elements()}
    x = message.find("x", NS_USER)
    if x is not None and x.find("invite", NS_USER):
        return "invite"
    if x is not None and x.find("decline", NS_USER):
        return "declined"
    if ("result", NS_MAM) in names:
        return "archived"
    if ("mentions", NS_MENTIONS) in names:
        return "mention"
    if ("x", NS_DATA) in names:
        return "voice-form"
    return "whisper" if "/" in message.get("from") else "room-message"


def _to_all(message: Element) -> str:
    names, x = {(c.name, c.uri) for c in message.elements()}, message.find("x", NS_USER)
    delayed = ("delay", NS_DELAY) in names
    if ("body", message.uri) in names:
        return "history" if delayed else "said"
    if ("subject", message.uri) in names:
        stamped = any(name == "stanza-id" for name, _ in names)
        return "new-subject" if stamped and not delayed else "past-subject"
    if ("retract", NS_RETRACT) in names and "/" not in message.get("from"):
        return "retraction"
    return "notice" if x is not None and x.find("status", NS_USER) else "groupchat"


def _of_user(message: Element) -> str:
    names = {(c.name, c.uri) for c in message.elements()}
    if ("result", NS_MAM) in names:
        return "archived"
    if ("x", NS_CONFERENCE) in names:
        return "direct-invite"
    uris = {uri for _, uri in names}
    if NS_CARBONS in uris:
        return "carbon"
    return "event" if NS_PUBSUB_EVENT in uris else "chat-message"

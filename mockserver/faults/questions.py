"""What is asked of a service, in a word or two: the kinds by which families of faults differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_BLOCKING,
    NS_CARBONS,
    NS_COMMANDS,
    NS_DATA,
    NS_DISCO_INFO,
    NS_DISCO_ITEMS,
    NS_MAM,
    NS_MODERATE,
    NS_OWNER,
    NS_PING,
    NS_PRIVATE,
    NS_PUBSUB,
    NS_PUBSUB_OWNER,
    NS_REGISTER,
    NS_ROSTER,
    NS_SEARCH,
    NS_USER,
    NS_VCARD,
    NS_VERSION,
)
from mockserver.muc.requests import Join, Leave, Mediate, Query, Say, Whisper
from mockserver.muc.xml import Element

if TYPE_CHECKING:
    from .moment import Moment

PAYLOADS = {
    NS_DISCO_INFO: "disco-info",
    NS_DISCO_ITEMS: "disco-items",
    NS_PING: "ping",
    NS_VERSION: "version",
    NS_MAM: "archive",
    NS_REGISTER: "registration",
    NS_VCARD: "vcard",
    NS_COMMANDS: "command",
    NS_MODERATE: "moderation",
    NS_PUBSUB: "pubsub",
    NS_PUBSUB_OWNER: "pubsub-owner",
    NS_PRIVATE: "private-storage",
    NS_ROSTER: "roster",
    NS_CARBONS: "carbons",
    NS_BLOCKING: "blocking",
    NS_SEARCH + ":search": "search",
}

ASKED = (  # what may be asked: the word, and in a sentence
    ("join", "a join"),
    ("joining-again", "a join of who is inside already"),
    ("rename", "a change of nickname"),
    ("availability", "a change of availability"),
    ("leave", "an exit"),
    ("message", "a message to the room"),
    ("subject", "a change of the subject"),
    ("private-message", "a private message"),
    ("invitation", "a mediated invitation"),
    ("decline", "a declined invitation"),
    ("voice-request", "a request for voice"),
    ("voice-answer", "a moderator's answer to a request for voice"),
    ("role", "a change of a role"),
    ("affiliation", "a change of an affiliation"),
    ("role-list", "a question for the users with a role"),
    ("affiliation-list", "a question for the users with an affiliation"),
    ("config-form", "a question for the configuration form"),
    ("config", "a submitted configuration"),
    ("destruction", "the destruction of a room"),
    ("registration-form", "a question for the registration form"),
    ("registration", "a registration"),
    ("unregistration", "the end of a registration"),
    ("iq-to-occupant", "an IQ to an occupant"),
    ("chat", "a message to another user"),
    *((f"{name}-get", f"a question about {name}") for name in PAYLOADS.values() if name != "registration"),
    *((f"{name}-set", f"an order about {name}") for name in PAYLOADS.values() if name != "registration"),
)


def asked(moment: Moment) -> str:
    """What a stanza asks for; empty where it asks for nothing."""
    request, sent = moment.request, moment.sent
    if sent is None or sent.get("type") in ("error", "result"):
        return ""
    match request:
        case Join():
            return _presence(moment, request)
        case Leave():
            return "leave"
        case Say():
            return "message" if request.subject is None else "subject"
        case Whisper():
            return "private-message"
        case Mediate():
            return _mediated(sent)
        case Query():
            return "iq-to-occupant" if request.nick else _iq(sent)
    if sent.name == "message":
        return "chat"
    return _iq(sent) if sent.name == "iq" else ""


def _presence(moment: Moment, join: Join) -> str:
    room = moment.muc.rooms.get(join.room)
    occupant = room.occupant_of(join.session) if room else None
    if occupant is None:
        return "join" if join.muc else ""
    if join.nick and join.nick != occupant.nick:
        return "rename"
    return "joining-again" if join.muc else "availability"


def _mediated(message: Element) -> str:
    x, form = message.find("x", NS_USER), message.find("x", NS_DATA)
    if x is not None and x.find("invite", NS_USER):
        return "invitation"
    if x is not None and x.find("decline", NS_USER):
        return "decline"
    if form is not None:
        allowed = any(f.get("var") == "muc#request_allow" for f in form.find_all("field", NS_DATA))
        return "voice-answer" if allowed else "voice-request"
    return ""


def _iq(iq: Element) -> str:
    payload = next(iq.elements(), None)
    kind = iq.get("type")
    if payload is None:
        return ""
    if payload.uri == NS_ADMIN:
        listed = next(payload.find_all("item", NS_ADMIN), None)
        what = "role" if listed is not None and listed.has("role") else "affiliation"
        return what if kind == "set" else f"{what}-list"
    if payload.uri == NS_OWNER:
        set_ = "destruction" if payload.find("destroy", NS_OWNER) else "config"
        return set_ if kind == "set" else "config-form"
    if payload.uri == NS_REGISTER:
        set_ = "unregistration" if payload.find("remove", NS_REGISTER) else "registration"
        return set_ if kind == "set" else "registration-form"
    name = PAYLOADS.get(payload.uri, "")
    return f"{name}-{kind}" if name else ""

"""Mistakes in requests about roles, affiliations and notices, and in what the client makes of the answers."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..hearing import as_message
from ..jids import bare, resource
from ..room import Occupant
from ..session import Answer, Output, Session
from ..stanzas import ADMIN, CLIENT, USER, find, find_all, named
from . import table
from .outputs import SAID, WHO, WHY, also, sent, told
from .table import heard, remembered


def asked(output: Output, name: str, uri: str, kind: str = "") -> Element | None:
    """The payload of this name, if this is a request of that type that holds it."""
    iq = sent(output, "iq")
    return None if iq is None or kind not in ("", iq.get("type")) else find(iq, name, uri)


def answered(output: Output, *fields: str) -> dict[str, Any]:
    """The answer to a command, if it went well and has these fields; else nothing."""
    answer = output.answer if isinstance(output, Answer) else {}
    return answer if answer.get("ok") and all(name in answer for name in fields) else {}


def is_reply(me: Session, stanza: Element, kind: str) -> bool:
    """Whether this ends an open question of a command in this way."""
    question = me.questions.get(stanza.get("id", ""))
    return named(stanza)[1] == "iq" and stanza.get("type") == kind and question is not None


# any request


@heard
def empty_result_overlooked(me: Session, stanza: Element) -> bool:
    """waits for an answer with content where an empty one says that it is done"""
    return is_reply(me, stanza, "result") and not len(stanza) and not resource(stanza.get("from", ""))


@heard
def refusal_taken_for_success(me: Session, stanza: Element) -> None:
    """takes the refusal of a request for its success"""
    if is_reply(me, stanza, "error") and not resource(stanza.get("from", "")):
        stanza.set("type", "result")


# lists


@table.told
def list_asked_without_item(me: Session, output: Output) -> list[Output]:
    """asks for a list without saying of whom"""
    if (query := asked(output, "query", ADMIN, "get")) is not None:
        query[:] = []
    return [output]


@heard
def listed_as_occupants(me: Session, stanza: Element) -> None:
    """takes the entries of a list of affiliations for occupants"""
    room, query = me.room(stanza.get("from", "")), find(stanza, "query", ADMIN)
    for item in find_all(query, "item", ADMIN) if room else ():
        nick = item.get("nick") or item.get("jid", "").partition("@")[0]
        if room and nick not in room.occupants:
            room.occupants[nick] = Occupant(nick, "", item.get("affiliation", ""), item.get("jid", ""))


# roles and affiliations


@remembered
def affiliations_not_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    """reports affiliations, and cannot say later which somebody has"""
    snapshot["occupants"] = [who | {"affiliation": ""} for who in snapshot["occupants"]]


@table.told
def voice_lost_as_exit(me: Session, output: Output) -> list[Output]:
    """reports its own loss of voice as the end of its stay as well"""
    event = told(output, "role_changed", self=True, role="visitor")
    return also(output, event, "left", cause="kicked", alternate="", **WHY) if event else [output]


# notices of the room


def _of_the_absent(me: Session, stanza: Element) -> bool:
    """Whether this tells the affiliation of somebody who is not there."""
    silent = named(stanza)[1] == "message" and find(stanza, "body", CLIENT) is None
    item = find(find(stanza, "x", USER), "item", USER)
    return silent and item is not None and not resource(stanza.get("from", ""))


@heard
def affiliation_notice_as_message(me: Session, stanza: Element) -> None:
    """reports the new affiliation of an absent user as an empty message as well"""
    if _of_the_absent(me, stanza):
        as_message(me, bare(stanza.get("from", "")), stanza)


@heard
def affiliation_notice_as_entrance(me: Session, stanza: Element) -> None:
    """reports that an absent user came in who got a new affiliation"""
    if _of_the_absent(me, stanza):
        me.report("occupant_joined", **{**WHO, "room": bare(stanza.get("from", "")), "nick": ""})


@table.told
def config_notice_also_as_message(me: Session, output: Output) -> list[Output]:
    """reports a change of configuration, and an empty message beside it"""
    event = told(output, "config_changed")
    return also(output, event, "message", **SAID) if event else [output]


@table.told
def privacy_not_told_again(me: Session, output: Output) -> list[Output]:
    """reports that logging begins and addresses are visible, not that this ends"""
    event = told(output, "config_changed")
    return [] if event and set(event["codes"]) <= {171, 173} else [output]

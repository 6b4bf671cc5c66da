"""Behaviours: who may come in under which nickname, and what becomes of those who are not inside."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from mockserver.faults.editing import codes
from mockserver.faults.moment import Moment
from mockserver.faults.table import entry
from mockserver.muc.answers import CONFLICT, refused
from mockserver.muc.model import Delivery, Refuse
from mockserver.muc.namespaces import NS_MUC, NS_USER
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, bends, changes, hears

DESYNC = frozenset({"110", "307", "333"})


def is_stranger(moment: Moment) -> bool:
    """Whether the stanza is presence without the MUC element by somebody who is not inside."""
    sent = moment.sent
    if sent is None or sent.name != "presence" or sent.get("type") or moment.request is None:
        return False
    return bool(moment.to and moment.to.resource) and moment.occupant is None and sent.find("x", NS_MUC) is None


@behaviour
def refuses_strangers(condition: str, type: str, text: str) -> Act:
    """answers presence without the MUC element, by somebody who is not inside, with {condition}"""

    def tell(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        if not any(codes(d.stanza) >= DESYNC for d in deliveries) or not is_stranger(moment):
            return deliveries
        assert moment.sent is not None
        return refused(moment.sent, Refuse(type, condition, text))

    return Act(told=tell)


@hears
def strangers_join(moment: Moment) -> Element:
    """takes presence without the MUC element, by somebody who is not inside, for a join"""
    assert moment.sent is not None
    return moment.sent.plus(E("x", uri=NS_MUC)) if is_stranger(moment) else moment.sent


@hears
def strangers_unanswered(moment: Moment) -> Element | None:
    """says nothing to who sends presence without the MUC element and is not inside"""
    return None if is_stranger(moment) else moment.sent


@changes
def strangers_kicked_in_another_namespace(moment: Moment, stanza: Element) -> Element:
    """kicks who sends presence and is not inside with an element of the namespace of joins"""
    x = stanza.find("x", NS_USER) if stanza.name == "presence" and codes(stanza) >= DESYNC else None
    if x is None or moment.asked not in ("", "availability"):
        return stanza
    children = tuple(replace(c, uri=NS_MUC) if isinstance(c, Element) else c for c in x.children)
    other = replace(x, uri=NS_MUC, children=children)
    return replace(stanza, children=tuple(other if c is x else c for c in stanza.children))


@behaviour
def nick_rules(says: str, allows: str) -> Act:
    """lets nobody in under a nickname that is not like {allows}: it gets a message of the service, and no presence"""
    allowed = re.compile(allows)

    def unlike(moment: Moment) -> bool:
        asked = moment.asked in ("join", "rename") and moment.to is not None
        return asked and not allowed.fullmatch(moment.to.resource if moment.to else "")

    def bend(moment: Moment) -> AbstractContextManager[None] | None:
        return _refusing(moment, Refuse("modify", "not-acceptable")) if unlike(moment) else None

    def tell(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        if not unlike(moment) or moment.to is None or not deliveries:
            return deliveries
        told = E("message", E("body", f"{says}: {moment.to.resource}"), from_=moment.host.muc_domain, type="chat")
        return [Delivery(told, deliveries[0].to)]

    return Act(bent=bend, told=tell)


@behaviour
def nicks_stay(text: str) -> Act:
    """refuses every change of a nickname with not-acceptable"""

    def bend(moment: Moment) -> AbstractContextManager[None] | None:
        return _refusing(moment, Refuse("cancel", "not-acceptable", text)) if moment.asked == "rename" else None

    return Act(bent=bend)


def _refusing(moment: Moment, refusal: Refuse) -> AbstractContextManager[None]:
    def refuse(*args: Any) -> Refuse:
        return refusal

    return entry(moment.muc.guards, "nick-is-there", refuse)


@bends
def nicks_are_for_one_session(moment: Moment) -> AbstractContextManager[None] | None:
    """refuses a second session of a user under the same nickname with conflict"""
    room, nick = moment.room, moment.to.resource if moment.to else ""
    mine = room.occupants.get(nick or "") if room and moment.asked == "join" else None
    return _refusing(moment, CONFLICT) if mine is not None and moment.sender not in mine.sessions else None

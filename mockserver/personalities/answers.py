"""Behaviours: what is answered to whom, with which error, and what is not answered at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from mockserver.faults.moment import Moment
from mockserver.faults.table import entry, for_each, swapped
from mockserver.muc.answers import refused
from mockserver.muc.model import Delivery, Refuse, Room
from mockserver.muc.namespaces import NS_CLIENT, NS_STANZAS
from mockserver.muc.requests import Query
from mockserver.muc.service import MucService
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, changes, tells

CODES: Mapping[str, str] = {  # of errors, before conditions told them: XEP-0086
    "bad-request": "400", "conflict": "409", "feature-not-implemented": "501", "forbidden": "403",
    "item-not-found": "404", "jid-malformed": "400", "not-acceptable": "406", "not-allowed": "405",
    "not-authorized": "401", "registration-required": "407", "service-unavailable": "503",
}  # fmt: skip


def error_of(stanza: Element) -> Element | None:
    """The error element of an error."""
    return stanza.find("error", NS_CLIENT) if stanza.get("type") == "error" else None


def condition(stanza: Element) -> str:
    """The condition of an error; empty for what is none."""
    error = error_of(stanza)
    return next((c.name for c in error.elements() if c.uri == NS_STANZAS and c.name != "text"), "") if error else ""


def with_error(stanza: Element, new: Element) -> Element:
    """The same refusal with another error element."""
    error = error_of(stanza)
    return replace(stanza, children=tuple(new if c is error else c for c in stanza.children))


def by_the_service(moment: Moment, stanza: Element) -> bool:
    """Whether the service or a room of it says this, and no occupant."""
    sent = moment.sent
    return sent is not None and moment.request is not None and stanza.get("from") == sent.get("to")


@behaviour
def answers(asked: Sequence[str], was: str, now: str) -> Act:
    """answers {asked} with {now} in place of {was}"""
    kind, _, name = now.partition("/")

    def change(moment: Moment, stanza: Element) -> Element:
        error = error_of(stanza) if moment.asked in asked and condition(stanza) == was else None
        if error is None:
            return stanza
        rest = tuple(c for c in error.elements() if c.uri != NS_STANZAS or c.name == "text")
        return with_error(stanza, replace(error, children=(E(name, uri=NS_STANZAS), *rest)).with_attrs(type=kind))

    return Act(told=for_each(change))


@behaviour
def refuses(asked: Sequence[str], condition: str, type: str, text: str) -> Act:
    """refuses {asked} with {condition}, whoever asks, and does nothing"""

    refusal = Refuse(type, condition, text)

    def bend(moment: Moment) -> AbstractContextManager[None] | None:
        return _refusing(moment, refusal) if moment.asked in asked else None

    return Act(bent=bend)


def _refusing(moment: Moment, refusal: Refuse) -> AbstractContextManager[None]:
    sent, payload = moment.sent, moment.payload
    if sent is None or payload is None:
        return swapped(moment.muc, "say_guards", [lambda *args: refusal])

    def refuse(service: MucService, room: Room, query: Query) -> list[Delivery]:
        return refused(query.stanza, refusal)

    return entry(moment.muc.answers, (sent.get("type"), payload.name, payload.uri), refuse)


@tells
def result_last(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """confirms new roles and affiliations when everybody has been told of them"""
    if moment.asked not in ("role", "affiliation"):
        return deliveries
    results = [d for d in deliveries if moment.of(d.stanza, "iq-result")]
    return [*(d for d in deliveries if d not in results), *results]


@tells
def leaves_unanswered(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """says nothing to who leaves"""
    return [d for d in deliveries if moment.asked != "leave" or not moment.of(d.stanza, "own-exit")]


@behaviour
def errors_without_echo(of: Sequence[str]) -> Act:
    """leaves what was asked out of errors about {of}"""

    def change(moment: Moment, stanza: Element) -> Element:
        error = error_of(stanza)
        if error is None or len(stanza.children) < 2 or not by_the_service(moment, stanza) or stanza.name not in of:
            return stanza
        return replace(stanza, children=(error,))

    return Act(told=for_each(change))


@changes
def errors_with_echo(moment: Moment, stanza: Element) -> Element:
    """repeats in errors all that was asked"""
    error, sent = error_of(stanza), moment.sent
    if error is None or sent is None or not by_the_service(moment, stanza):
        return stanza
    echoed = (*(c for c in sent.elements() if c.name != "error"), error)
    return stanza if echoed == stanza.children else replace(stanza, children=echoed)


@changes
def error_before_the_echo(moment: Moment, stanza: Element) -> Element:
    """writes the error before what it repeats of what was asked"""
    error = error_of(stanza)
    if error is None or stanza.children[0] is error or not by_the_service(moment, stanza):
        return stanza
    return replace(stanza, children=(error, *(c for c in stanza.children if c is not error)))


@changes
def errors_explained(moment: Moment, stanza: Element) -> Element:
    """says in errors what is wrong, for people"""
    error = error_of(stanza)
    if error is None or error.find("text", NS_STANZAS) or not by_the_service(moment, stanza):
        return stanza
    text = E("text", f"That is refused: {condition(stanza).replace('-', ' ')}", uri=NS_STANZAS, xml_lang="en")
    first, *rest = error.children
    return with_error(stanza, replace(error, children=(first, text, *rest)))


@changes
def errors_without_by(moment: Moment, stanza: Element) -> Element:
    """does not say in errors who refused"""
    error = error_of(stanza)
    return with_error(stanza, error.with_attrs(by=None)) if error is not None and error.has("by") else stanza


@changes
def errors_with_codes(moment: Moment, stanza: Element) -> Element:
    """writes the numbers of old times into errors"""
    error, code = error_of(stanza), CODES.get(condition(stanza), "")
    if error is None or not code or not by_the_service(moment, stanza):
        return stanza
    return with_error(stanza, error.with_attrs(code=code))

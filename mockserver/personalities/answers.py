"""Behaviours: what is answered, to whom a request goes, and what is not answered at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from mockserver.faults.moment import Moment
from mockserver.faults.table import for_each
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_STANZAS
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, tells


def condition(stanza: Element) -> str:
    """The condition of an error; empty for what is none."""
    error = stanza.find("error", NS_CLIENT) if stanza.get("type") == "error" else None
    return next((c.name for c in error.elements() if c.uri == NS_STANZAS and c.name != "text"), "") if error else ""


def with_error(stanza: Element, kind: str, name: str) -> Element:
    """The same refusal with another condition."""
    error = stanza.find("error", NS_CLIENT)
    assert error is not None
    rest = tuple(c for c in error.elements() if c.uri != NS_STANZAS or c.name == "text")
    new = replace(error, children=(E(name, uri=NS_STANZAS), *rest)).with_attrs(type=kind)
    return replace(stanza, children=tuple(new if c is error else c for c in stanza.children))


@behaviour
def answers(asked: Sequence[str], was: str, now: str) -> Act:
    """answers {asked} with {now} in place of {was}"""
    kind, _, name = now.partition("/")

    def change(moment: Moment, stanza: Element) -> Element:
        wanted = moment.asked in asked and condition(stanza) == was
        return with_error(stanza, kind, name) if wanted else stanza

    return Act(told=for_each(change))


@tells
def leaves_unanswered(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """says nothing to who leaves"""
    return [d for d in deliveries if moment.asked != "leave" or not moment.of(d.stanza, "own-exit")]


@behaviour
def unanswered(asked: Sequence[str]) -> Act:
    """never answers {asked}"""
    return Act(told=partial(_without_answer, tuple(asked)))


def _without_answer(asked: tuple[str, ...], moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    if moment.asked not in asked:
        return deliveries
    return [d for d in deliveries if d.stanza.get("type") not in ("result", "error") or d.to != (moment.sender,)]

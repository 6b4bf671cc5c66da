"""Refusals: the condition, the type, the text, what is repeated of the request, and whether there is one at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mockserver.muc.answers import refused
from mockserver.muc.model import Delivery, Refuse
from mockserver.muc.namespaces import NS_CLIENT, NS_STANZAS
from mockserver.muc.xml import E, Element

from .moment import Moment
from .table import changed, enter, for_each, told

CONDITIONS = (
    "bad-request", "conflict", "feature-not-implemented", "forbidden", "gone", "item-not-found", "jid-malformed",
    "not-acceptable", "not-allowed", "not-authorized", "policy-violation", "registration-required",
    "remote-server-not-found", "resource-constraint", "service-unavailable", "unexpected-request",
)  # fmt: skip
TYPES = ("auth", "cancel", "modify", "wait")


def _error(stanza: Element) -> Element | None:
    return stanza.find("error", NS_CLIENT) if stanza.get("type") == "error" else None


def _with_error(stanza: Element, new: Callable[[Element], Element | None]) -> Element:
    held = _error(stanza)
    other = new(held) if held is not None else None
    if held is None or other is held:
        return stanza
    kept = (other if c is held else c for c in stanza.children)
    return replace(stanza, children=tuple(c for c in kept if c is not None))


def _condition(stanza: Element) -> str:
    held = _error(stanza)
    return next((c.name for c in held.elements() if c.uri == NS_STANZAS and c.name != "text"), "") if held else ""


def _as_another(condition: str, stanza_name: str, moment: Moment, stanza: Element) -> Element:
    if stanza.name != stanza_name or _condition(stanza) != condition:
        return stanza
    wrong = E("undefined-condition", uri=NS_STANZAS)
    return _with_error(
        stanza, lambda e: replace(e, children=tuple(wrong if _is(c, condition) else c for c in e.children))
    )


def _is(child: Element | str, name: str) -> bool:
    return isinstance(child, Element) and child.name == name and child.uri == NS_STANZAS


def _unsaid(condition: str, stanza_name: str, moment: Moment, stanza: Element) -> Element | None:
    return None if stanza.name == stanza_name and _condition(stanza) == condition else stanza


def _of_another_type(condition: str, moment: Moment, stanza: Element) -> Element:
    if _condition(stanza) != condition:
        return stanza
    return _with_error(stanza, lambda e: e.with_attrs(type="cancel" if e.get("type") != "cancel" else "wait"))


for _name in CONDITIONS:
    for _stanza in ("presence", "message", "iq"):
        _text = f"answers {_stanza} with another error in place of {_name}"
        enter(f"{_name}-as-another-in-{_stanza}", _text, told=for_each(partial(_as_another, _name, _stanza)))
        _text = f"says nothing where it refuses {_stanza} with {_name}"
        enter(f"{_name}-unsaid-in-{_stanza}", _text, told=for_each(partial(_unsaid, _name, _stanza)))
    _text = f"says {_name} with another type"
    enter(f"{_name}-of-another-type", _text, told=for_each(partial(_of_another_type, _name)))


def _part_lost(part: str, moment: Moment, stanza: Element) -> Element:
    match part:
        case "error":
            return _with_error(stanza, lambda e: None)
        case "by" | "type":
            return _with_error(stanza, lambda e: e.with_attrs(**{part: None}) if e.has(part) else e)
        case "text":
            return _with_error(stanza, lambda e: e.without("text", NS_STANZAS))
        case "condition":
            return _with_error(stanza, lambda e: e.without(_condition(stanza), NS_STANZAS))
        case "detail":
            return _with_error(
                stanza, lambda e: replace(e, children=tuple(c for c in e.elements() if c.uri == NS_STANZAS))
            )
    held = _error(stanza)
    return replace(stanza, children=(held,)) if held is not None and len(stanza.children) > 1 else stanza


for _part, _words in (
    ("error", "the error element"),
    ("by", "who refused"),
    ("type", "the type of the error"),
    ("text", "the text"),
    ("condition", "the condition"),
    ("detail", "the extension's own condition"),
    ("request", "what was asked"),
):
    enter(f"errors-without-{_part}", f"leaves {_words} out of errors", told=for_each(partial(_part_lost, _part)))


@changed
def errors_by_another(moment: Moment, stanza: Element) -> Element:
    """says that another entity refused"""
    return _with_error(stanza, lambda e: e.with_attrs(by="a@b") if e.has("by") else e)


def _also_answered(kind: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """An error for what is an error, a result or no request."""
    sent = moment.sent
    wanted = sent is not None and (sent.get("type") or "available") == kind and moment.request is not None
    return [*deliveries, *refused(sent, Refuse("modify", "bad-request"))] if wanted and sent else deliveries


for _kind in ("error", "result", "unavailable", "probe", "subscribe"):
    _text = f"answers stanzas of the type {_kind} with an error"
    enter(f"{_kind}-answered-by-error", _text, told=partial(_also_answered, _kind))


@told
def refused_and_done(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """answers with an error what it does"""
    sent = moment.sent
    if sent is None or moment.request is None or not moment.asked:
        return deliveries
    if any(d.stanza.get("type") == "error" for d in deliveries):
        return deliveries
    kept = [d for d in deliveries if not moment.of(d.stanza, "iq-result")]
    return [*kept, *refused(sent, Refuse("cancel", "not-allowed"))]


@told
def errors_to_everybody(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """sends errors to everybody in the room"""
    inside = moment.inside(moment.room) if moment.room else ()
    return [
        Delivery(d.stanza, tuple(dict.fromkeys((*d.to, *inside)))) if _error(d.stanza) is not None else d
        for d in deliveries
    ]

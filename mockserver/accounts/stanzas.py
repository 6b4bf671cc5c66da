"""Answers to stanzas: results and errors (RFC 6120 8)."""

from __future__ import annotations

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_STANZAS
from mockserver.muc.xml import E, Element

TYPES = {
    "bad-request": "modify",
    "jid-malformed": "modify",
    "not-acceptable": "modify",
    "not-authorized": "auth",
    "forbidden": "auth",
    "resource-constraint": "wait",
}


def result(iq: Element, *payload: Element | None, to: JID) -> Delivery:
    """The result of a request, from where it was sent to."""
    answer = E("iq", *payload, type="result", id=iq.get("id"), from_=iq.get("to") or None)
    return Delivery(answer, (to,))


def error(stanza: Element, condition: str, text: str = "", *more: Element, to: JID) -> Delivery:
    """The stanza sent back with an error; the caller sees to it that no error is answered."""
    why = E("text", text, uri=NS_STANZAS) if text else None
    reason = E("error", E(condition, uri=NS_STANZAS), why, *more, type=TYPES.get(condition, "cancel"))
    kept = [c for c in stanza.elements() if c.name != "error"] if stanza.name != "presence" else []
    answer = E(stanza.name, *kept, reason, type="error", id=stanza.get("id") or None, from_=stanza.get("to") or None)
    return Delivery(answer, (to,))


def answerable(stanza: Element) -> bool:
    """Whether an error may be sent back: never for errors and never for results."""
    return stanza.get("type") not in ("error", "result")


def bounce(stanza: Element, condition: str, text: str = "", *, to: JID) -> list[Delivery]:
    """The error, where one may be sent."""
    return [error(stanza, condition, text, to=to)] if answerable(stanza) else []


def malformed(iq: Element) -> str:
    """What is wrong with an IQ, if anything: RFC 6120 8.2.3."""
    if iq.get("type") not in ("get", "set", "result", "error"):
        return "an iq is get, set, result or error"
    if iq.get("type") in ("get", "set") and len(list(iq.elements())) != 1:
        return "a request has exactly one child"
    return "" if iq.get("id") else "an iq has an id"

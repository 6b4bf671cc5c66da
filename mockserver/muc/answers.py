"""Results and errors: RFC 6120 8.2.3 and 8.3."""

from __future__ import annotations

from .jid import JID
from .model import Delivery, Refuse
from .namespaces import NS_MUC, NS_STANZAS
from .requests import Query
from .xml import E, Element

BAD_REQUEST = Refuse("modify", "bad-request")
FORBIDDEN = Refuse("auth", "forbidden")
NOT_ALLOWED = Refuse("cancel", "not-allowed")
NOT_FOUND = Refuse("cancel", "item-not-found")
NOT_ACCEPTABLE = Refuse("modify", "not-acceptable")
NOT_AUTHORIZED = Refuse("auth", "not-authorized")
MALFORMED = Refuse("modify", "jid-malformed")
NOT_IMPLEMENTED = Refuse("cancel", "feature-not-implemented")
CONFLICT = Refuse("cancel", "conflict")
UNAVAILABLE = Refuse("cancel", "service-unavailable")


def result(query: Query, *payload: Element) -> list[Delivery]:
    """The result of an IQ, as the only delivery."""
    iq = query.stanza
    answer = E("iq", *payload, type="result", id=iq.get("id"), from_=iq.get("to"))
    return [Delivery(answer, (query.session,))]


def refused(stanza: Element, refusal: Refuse, *, by: str = "") -> list[Delivery]:
    """The stanza error that answers a stanza; the payload is echoed for presence and messages."""
    error = E(
        "error",
        E(refusal.condition, uri=NS_STANZAS),
        E("text", refusal.text, uri=NS_STANZAS) if refusal.text else None,
        *refusal.detail,
        type=refusal.kind,
        by=by or None,
    )
    echoed = _echoed(stanza) or refusal.payload
    answer = E(stanza.name, *echoed, error, type="error", id=stanza.get("id") or None, from_=stanza.get("to"))
    return [Delivery(answer, (JID.parse(stanza.get("from")),))]


def _echoed(stanza: Element) -> list[Element]:
    if stanza.name == "presence":
        return [E("x", uri=NS_MUC)] if stanza.find("x", NS_MUC) else []
    return [c for c in stanza.elements() if c.name != "error"] if stanza.name == "message" else []

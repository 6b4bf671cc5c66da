"""Faults of single stanzas: each says what goes on in place of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from mockserver.muc.namespaces import NS_CLIENT, NS_STANZAS
from mockserver.muc.xml import E, Element

from .active import Active, Held
from .acts import Act
from .fault import Passing, has_code, is_named

Goes = Iterator[Passing | Act]

ERROR_TYPES = {  # of conditions whose type is not cancel: RFC 6120 8.3.3, XEP-0045 7.2
    "bad-request": "modify",
    "forbidden": "auth",
    "jid-malformed": "modify",
    "not-acceptable": "modify",
    "not-authorized": "auth",
    "policy-violation": "modify",
    "recipient-unavailable": "wait",
    "registration-required": "auth",
    "remote-server-timeout": "wait",
    "resource-constraint": "wait",
    "service-unavailable": "wait",
    "subscription-required": "auth",
    "unexpected-request": "wait",
}


def drop(active: Active, passing: Passing, now: float) -> Goes:
    """It never arrives."""
    yield active.acts(passing.session, passing)


def delay(active: Active, passing: Passing, now: float) -> Goes:
    """It arrives after so many seconds; without `seconds`, when the fault ends."""
    yield active.acts(passing.session, passing)
    seconds = active.fault.told.get("seconds")
    active.held.append(Held(passing, until=now + float(seconds) if seconds else None))


def reorder(active: Active, passing: Passing, now: float) -> Goes:
    """It arrives behind the next `by` stanzas that go the same way."""
    yield active.acts(passing.session, passing)
    active.held.append(Held(passing, others=int(active.fault.told.get("by", "1"))))


def duplicate(active: Active, passing: Passing, now: float) -> Goes:
    """It arrives once more, or `copies` times more."""
    yield active.acts(passing.session, passing)
    yield from [passing] * (1 + int(active.fault.told.get("copies", "1")))


def rewrite(active: Active, passing: Passing, now: float) -> Goes:
    """It arrives with another id, nickname or body."""
    yield active.acts(passing.session, passing)
    stanza = passing.stanza
    for key, new in active.fault.told.items():
        stanza = REWRITERS[key](stanza, new, passing)
    yield replace(passing, stanza=stanza)


def strip(active: Active, passing: Passing, now: float) -> Goes:
    """It arrives without the element or the status code, wherever in it that stands."""
    yield active.acts(passing.session, passing)
    yield replace(passing, stanza=_stripped(passing.stanza, active.fault.match))


def refuse(active: Active, passing: Passing, now: float) -> Goes:
    """The service never sees it: an error comes back."""
    yield active.acts(passing.session, passing)
    yield refusal(passing, active.fault.told)


def refusal(passing: Passing, told: Mapping[str, str]) -> Passing:
    """The error that answers a stanza of a client; with `echo=yes` it has the children of the stanza."""
    asked, condition = passing.stanza, told["condition"]
    text = E("text", told["text"], uri=NS_STANZAS) if told.get("text") else None
    kind = told.get("error_type", ERROR_TYPES.get(condition, "cancel"))
    sender = asked.get("to").partition("/")[0] if told.get("sender") == "room" else asked.get("to")
    error = E("error", E(condition, uri=NS_STANZAS), text, type=kind)
    echoed = () if told.get("echo") == "no" else tuple(asked.elements())
    answer = E(asked.name, *echoed, error, from_=sender or None, type="error", id=asked.get("id") or None)
    return Passing("out", answer, passing.session)


def can_be_refused(passing: Passing, told: Mapping[str, str]) -> bool:
    return passing.stanza.get("type") not in ("error", "result")


def can_be_rewritten(passing: Passing, told: Mapping[str, str]) -> bool:
    """Whether there is something of each kind to rewrite; an id can be given to any stanza."""
    body = passing.stanza.find("body", NS_CLIENT)
    return ("body" not in told or body is not None) and ("nick" not in told or "/" in passing.correspondent)


# inside


def _with_id(stanza: Element, new: str, passing: Passing) -> Element:
    return stanza.with_attrs(id=new or None)


def _with_nick(stanza: Element, new: str, passing: Passing) -> Element:
    address = f"{passing.correspondent.partition('/')[0]}/{new}"
    return stanza.with_attrs(**{"from_" if passing.way == "out" else "to": address})


def _with_body(stanza: Element, new: str, passing: Passing) -> Element:
    body = stanza.find("body", NS_CLIENT)
    other = E("body", new, uri=NS_CLIENT)
    return replace(stanza, children=tuple(other if child is body else child for child in stanza.children))


REWRITERS: dict[str, Callable[[Element, str, Passing], Element]] = {
    "id": _with_id,
    "nick": _with_nick,
    "body": _with_body,
}


def _stripped(element: Element, match: Mapping[str, str]) -> Element:
    kept = (c for c in element.children if isinstance(c, str) or not _goes(c, match))
    return replace(element, children=tuple(c if isinstance(c, str) else _stripped(c, match) for c in kept))


def _goes(element: Element, match: Mapping[str, str]) -> bool:
    code, name = match.get("status"), match.get("element")
    return (code is not None and has_code(element, code)) or (name is not None and is_named(element, name))

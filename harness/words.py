"""The words that a scenario uses: verbs, events, their fields, codes, conditions, operations, elements. No I/O.

A word is `KIND:NAME`, from the coarse to the fine: `does:invite`, `does:invite.mode`, `does:invite.mode=direct`.
Kinds: `does` (the subject; `puppet` another actor), `fails` (refused with a condition), `sees`, `never`, `state`,
`service`, `room`, `code`, and `xml` (of a pattern or of a stanza on the wire): `xml:{uri}name`,
`xml:{uri}parent/name`, `xml:{uri}name@attr=value`. A story as a whole has a word too, `scenario:TOPIC/NAME`: the id of
the file, which each point of its matrix speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.muc.xml import BadXml, Element, parse

from .model import Kind, RoomSetup, Scenario, Step
from .pattern import Pattern

KINDS = {Kind.COMPLETES: "does"}  # told under another kind
SHORT = 60  # characters of a value that a word may have
STORY = re.compile(r"scenario:\w+(/\w+)+")  # all that a word of this kind can be


def of_story(scenario: Scenario) -> str:
    """The word of the scenario itself: `scenario:leaving/stream_is_lost`, whatever its point of the matrix."""
    name, point, _ = scenario.id.partition("=")
    return f"scenario:{name.rpartition('/')[0] if point else name}"


def of_rooms(scenario: Scenario) -> Iterator[str]:
    """Words of the rooms that are there before the first row: `room:config.whois=anyone`."""
    for room in scenario.rooms:
        for key in RoomSetup.__slots__:
            if (value := getattr(room, key)) and key != "name":
                yield from _told(f"room:{key}", value)


def of_step(step: Step, *, own: bool = True) -> Iterator[str]:
    """Words of one row; `own` says whether the actor is the subject."""
    if step.kind is Kind.ANY_OF:
        for row in step.alternatives:
            yield from of_step(row)
        return
    kind = KINDS.get(step.kind, str(step.kind)) if own or step.kind is not Kind.DOES else "puppet"
    if isinstance(step.what, Pattern):
        yield from of_element(step.what.element)
        return
    if step.kind is Kind.STATE:
        yield from _told("state:", step.what)
        return
    refused = step.kind is Kind.COMPLETES and step.details.get("ok") is False
    name = f"{'fails' if refused else kind}:{step.what}"
    yield name
    for key, value in step.details.items():
        yield from _told(f"{name}.{key}", value)
    if step.kind is Kind.SERVICE and step.what == "inject":
        yield from of_xml([str(step.details["xml"])])


def of_xml(texts: Iterable[str]) -> Iterator[str]:
    """Words of stanzas."""
    for text in texts:
        try:
            yield from of_element(parse(text))
        except BadXml:  # a scenario may inject what is none
            continue


def of_element(element: Element, parent: str = "") -> Iterator[str]:
    """Words of an element and all below it."""
    names = [f"xml:{{{element.uri}}}{element.name}"]
    if parent:
        names.append(f"xml:{{{element.uri}}}{parent}/{element.name}")
    for name in names:
        yield name
        if element.text.strip():
            yield f"{name}=text"
        for key, value in element.attrs:
            yield f"{name}@{key}"
            yield f"{name}@{key}={value[:SHORT]}"
    if element.name == "status" and element.has("code"):
        yield f"code:{element.get('code')}"
    for child in element.elements():
        yield from of_element(child, element.name)


def _told(name: str, value: Any) -> Iterator[str]:
    """A key with its value, and with the keys inside the value."""
    yield name
    if name.endswith(".codes"):
        yield from (f"code:{code}" for code in _numbers(value))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _told(f"{name}{'' if name.endswith(':') else '.'}{key}", inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _told(name, inner)
    else:
        shown = str(value).lower() if isinstance(value, bool) else str(value)[:SHORT]
        yield f"{name}={shown}"


def _numbers(value: Any) -> Iterator[int]:
    """The codes that a value demands; those that it forbids (`lacks`, `not`) are no words."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, Mapping):
        yield from (n for key, inner in value.items() if key not in ("lacks", "not") for n in _numbers(inner))
    elif isinstance(value, (list, tuple)):
        yield from (n for inner in value for n in _numbers(inner))

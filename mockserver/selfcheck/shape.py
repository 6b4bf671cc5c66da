"""What an element may look like, as a value; and what is wrong with one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.xml import Element

Value = Callable[[str], bool]
MANY = 1_000_000


@dataclass(frozen=True)
class Child:
    """One kind of child element and how often it comes."""

    shape: Shape
    least: int = 0
    most: int = 1


@dataclass(frozen=True)
class Shape:
    """An element of this name: its attributes with what they may be, its children in order, whether it has text."""

    name: str
    uri: str
    attrs: Mapping[str, Value] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    children: tuple[Child, ...] = ()
    text: bool = False
    open: bool = False  # other children may come besides

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.uri


def some(shape: Shape) -> Child:
    return Child(shape, 1, MANY)


def any_number(shape: Shape) -> Child:
    return Child(shape, 0, MANY)


def one(shape: Shape) -> Child:
    return Child(shape, 1, 1)


def wrong(element: Element, shape: Shape) -> Iterator[str]:
    """What is wrong with an element that should have this shape."""
    where = f"<{element.name}/>"
    given = {key for key, _ in element.attrs}
    if missing := shape.needs - given:
        yield f"{where} lacks {', '.join(sorted(missing))}"
    for key, value in element.attrs:
        allowed = shape.attrs.get(key)
        if key != "xml:lang" and allowed is None:
            yield f"{where} has an attribute {key}"
        elif allowed is not None and not allowed(value):
            yield f"{where} has {key}={value!r}"
    if not shape.text and element.text.strip():
        yield f"{where} has text: {element.text.strip()[:40]!r}"
    if shape.children or not shape.open:
        yield from _children(element, shape, where)


def _children(element: Element, shape: Shape, where: str) -> Iterator[str]:
    places = {child.shape.key: place for place, child in enumerate(shape.children)}
    counts = [0] * len(shape.children)
    reached = 0
    for inner in element.elements():
        place = places.get((inner.name, inner.uri))
        if place is None:
            if not shape.open:
                yield f"{where} has a child <{inner.name} xmlns={inner.uri!r}/>"
            continue
        if place < reached:
            yield f"{where} has <{inner.name}/> too late"
        reached = max(reached, place)
        counts[place] += 1
        yield from wrong(inner, shape.children[place].shape)
    for child, count in zip(shape.children, counts, strict=True):
        if not child.least <= count <= child.most:
            yield f"{where} has {count} <{child.shape.name}/>"


# values


def anything(text: str) -> bool:
    return True


def filled(text: str) -> bool:
    return bool(text)


def among(*values: str) -> Value:
    return frozenset(values).__contains__


def address(text: str) -> bool:
    """A JID, prepared."""
    try:
        return JID.parse(text) == text
    except BadJid:
        return False


def bare(text: str) -> bool:
    return address(text) and "/" not in text


def full(text: str) -> bool:
    return address(text) and "/" in text


def number(text: str) -> bool:
    return text.isascii() and text.isdigit()


MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z")


def moment(text: str) -> bool:
    """A DateTime of XEP-0082 in UTC."""
    return MOMENT.fullmatch(text) is not None

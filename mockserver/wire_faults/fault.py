"""A fault of the wire: what it is called, which stanzas it waits for, what it was told; and its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mockserver.muc.xml import Element

Way = Literal["in", "out"]
MATCHING = ("way", "stanza", "type", "room", "occupant", "from", "to", "status", "element")
NONE = "none"  # the type of a stanza that has none


class BadFault(ValueError):
    """One line that says what is wrong with the words of a fault, and what would be right."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A stanza on its way: `out` to a client's session, or `in` from it."""

    way: Way
    stanza: Element
    session: str  # the full JID of the client

    @property
    def sender(self) -> str:
        return self.session if self.way == "in" else self.stanza.get("from")

    @property
    def recipient(self) -> str:
        return self.session if self.way == "out" else self.stanza.get("to")

    @property
    def correspondent(self) -> str:
        """The other side: a room, an occupant, whoever the client speaks with."""
        return self.stanza.get("from" if self.way == "out" else "to")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong between the service and its clients. Made by `parse` and `make`."""

    name: str
    text: str  # what `parse` makes it of
    match: Mapping[str, str] = field(default_factory=dict)  # keys of MATCHING
    told: Mapping[str, str] = field(default_factory=dict)  # the other keys of its kind
    times: int | None = None  # how often it acts; None: every time
    skip: int = 0  # so many that fit pass unharmed
    now: bool = False  # it acts at once, and waits for no stanza

    def __str__(self) -> str:
        return self.text

    def fits(self, passing: Passing) -> bool:
        """Whether it is one of those that the fault waits for."""
        return all(TESTS[key](passing, value) for key, value in self.match.items())


def descendants(element: Element) -> Iterator[Element]:
    """All elements inside, at any depth."""
    for child in element.elements():
        yield child
        yield from descendants(child)


def is_named(element: Element, name: str) -> bool:
    """`item`, or with its namespace `{http://jabber.org/protocol/muc#user}item`."""
    return name in (element.name, f"{{{element.uri}}}{element.name}")


def has_code(element: Element, code: str) -> bool:
    return element.name == "status" and element.get("code") == code


def meant(address: str, wanted: str) -> bool:
    """Whether a full JID, a bare one or the part before the @ means this address."""
    bare = address.partition("/")[0]
    return wanted in (address, bare, bare.partition("@")[0])


TESTS: Mapping[str, Callable[[Passing, str], bool]] = {
    "way": lambda passing, wanted: passing.way == wanted,
    "stanza": lambda passing, wanted: passing.stanza.name == wanted,
    "type": lambda passing, wanted: (passing.stanza.get("type") or NONE) == wanted,
    "room": lambda passing, wanted: meant(passing.correspondent.partition("/")[0], wanted),
    "occupant": lambda passing, wanted: passing.correspondent.partition("/")[2] == wanted,
    "from": lambda passing, wanted: meant(passing.sender, wanted),
    "to": lambda passing, wanted: meant(passing.recipient, wanted),
    "status": lambda passing, wanted: any(has_code(e, wanted) for e in descendants(passing.stanza)),
    "element": lambda passing, wanted: any(is_named(e, wanted) for e in descendants(passing.stanza)),
}

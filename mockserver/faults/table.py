"""The table of faults, and how they are entered.

A fault is one function. Its name is the name of the fault, its docstring tells it. Families of faults that differ in
one word only are entered in a loop (`enter`). Scenarios are proved with those in members.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

from .moment import Moment

Hears = Callable[[Moment], Element | None]  # what the service takes the stanza for; None: it is lost
Tells = Callable[[Moment, list[Delivery]], list[Delivery]]  # what goes out in place of these
Changes = Callable[[Moment, Element], Element | None]  # what goes out in place of this stanza; None: nothing
Bends = Callable[
    [Moment], AbstractContextManager[None] | None
]  # other rules while the stanza is at work; None: as ever


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a service misbehaves, at one of three places."""

    text: str
    heard: Hears | None = None
    told: Tells | None = None
    bent: Bends | None = None


EVERY: dict[str, Fault] = {}


def enter(name: str, text: str, **how: Any) -> None:
    """One more fault. Raises ValueError where there is one of that name."""
    if name in EVERY:
        raise ValueError(f"two faults are named {name}")
    EVERY[name] = Fault(text, **how)


def heard(function: Hears) -> Hears:
    """What the service makes of a stanza before its right code sees it."""
    enter(_name(function), function.__doc__ or "", heard=function)
    return function


def told(function: Tells) -> Tells:
    """What becomes of all that a stanza led to."""
    enter(_name(function), function.__doc__ or "", told=function)
    return function


def changed(function: Changes) -> Changes:
    """What becomes of every single stanza that goes out."""
    enter(_name(function), function.__doc__ or "", told=for_each(function))
    return function


def bent(function: Bends) -> Bends:
    """A rule that is another while a stanza is at work."""
    enter(_name(function), function.__doc__ or "", bent=function)
    return function


def for_each(change: Changes) -> Tells:
    """Deliveries of which each stanza is changed."""

    def tell(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        changed = [(d, change(moment, d.stanza)) for d in deliveries]
        return [d if new is d.stanza else Delivery(new, d.to) for d, new in changed if new is not None]

    return tell


def _name(function: Any) -> str:
    return str(function.__name__).strip("_").replace("_", "-")


@contextmanager
def swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Another function (or value) under this name of a module or an object, for the time of one call."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def entry(table: dict[Any, Any], key: Any, value: Any) -> Iterator[None]:
    """Another value under this key (None: no such key), for the time of one call."""
    there, before = key in table, table.get(key)
    table.pop(key, None) if value is None else table.update({key: value})
    try:
        yield
    finally:
        table.pop(key, None)
        if there:
            table[key] = before

"""Paging through a sequence: Result Set Management, XEP-0059. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .namespaces import NS_RSM
from .xml import E, Element

Item = TypeVar("Item")


class BadRsm(ValueError):
    """A `<set/>` that cannot be read."""


class UnknownItem(LookupError):
    """`before` or `after` names an item that is not there: item-not-found (XEP-0059 2.4)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a `<set/>` asks for. `before` is the empty text where the last page is wanted."""

    max: int | None = None
    after: str | None = None
    before: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some neighbours of a sequence of `count`; `complete` where none is left in the direction of paging."""

    items: Sequence[Item]
    index: int
    count: int
    complete: bool


def read(parent: Element) -> Ask:
    """The `<set/>` in a query, or an `Ask` for everything. Raises `BadRsm`."""
    asked = parent.find("set", NS_RSM)
    if asked is None:
        return Ask()
    found = {child.name: child.text.strip() for child in asked.elements() if child.uri == NS_RSM}
    if found.get("after") == "":
        raise BadRsm("an empty <after/> says nothing")
    return Ask(_number(found, "max"), found.get("after"), found.get("before"), _number(found, "index"))


def _number(found: dict[str, str], name: str) -> int | None:
    if name not in found:
        return None
    if not (found[name].isascii() and found[name].isdigit() and len(found[name]) < 10):
        raise BadRsm(f"<{name}/> needs a number")
    return int(found[name])


def page(
    items: Sequence[Item], ask: Ask, *, key: Callable[[Item], str], order: Mapping[str, int], at_most: int
) -> Page[Item]:
    """The page asked for, never longer than `at_most`. Raises `UnknownItem`.

    `order` gives the place of every key that may be named, also of those that a filter left out of `items`.
    """
    if unknown := next((edge for edge in (ask.after, ask.before) if edge and edge not in order), None):
        raise UnknownItem(unknown)
    places = [order[key(item)] for item in items]
    low = bisect_right(places, order[ask.after]) if ask.after else 0
    high = bisect_left(places, order[ask.before]) if ask.before else len(items)
    size = at_most if ask.max is None else min(ask.max, at_most)
    if ask.before is not None and ask.after is None:
        start = max(low, high - size)
        return Page(items[start:high], start, len(items), complete=start == low)
    start = min(max(low, ask.index or 0), max(low, high))
    stop = max(start, min(high, start + size))
    return Page(items[start:stop], start, len(items), complete=stop >= high)


def describe(found: Page[Item], *, key: Callable[[Item], str]) -> Element:
    """The `<set/>` of an answer: first, last, index and count."""
    edges: list[Element] = []
    if found.items:
        edges.append(E("first", key(found.items[0]), uri=NS_RSM, index=str(found.index)))
        edges.append(E("last", key(found.items[-1]), uri=NS_RSM))
    return E("set", *edges, E("count", str(found.count), uri=NS_RSM), uri=NS_RSM)

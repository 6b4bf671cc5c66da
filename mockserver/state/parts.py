"""What something keeps, part by part: each a mapping or a list in a table of its own, of which only news is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .tables import Column, Damaged, Table, Write
from .watched import Rows

Key = Any  # one column, or a tuple of them
NONE: Mapping[Key, Any] = {}


@dataclass(frozen=True)
class Part:
    """One mapping of an owner, `of(owner)`; `columns(value)` are the columns behind the key."""

    table: Table
    of: Callable[[Any], Mapping[Key, Any]]
    columns: Callable[[Any], tuple[Column, ...]]


@dataclass
class Seen:
    """Something that is kept, and what the file says of it."""

    thing: Any
    said: dict[Any, Mapping[Key, Any]] = field(default_factory=dict)  # a part, or its name -> its mapping

    def news(self, owner: str, part: Part, *, name: str | None = None) -> list[Write]:
        """What has to be written of this part; `name` where the part is made for the occasion."""
        known, now = name or part, part.of(self.thing)
        writes = list(news(part, owner, self.said.get(known, NONE), now))
        if writes:
            self.said[known] = dict(now)
        return writes


def news(part: Part, name: str, before: Mapping[Key, Any], now: Mapping[Key, Any]) -> Iterator[Write]:
    """What makes the table say `now`, order included: what moved to the end is written anew."""
    if before == now and list(before) == list(now):
        return
    stay = _in_place(list(before), now)
    yield from (part.table.drop(name, *_columns(key)) for key in before if key not in stay)
    for key, value in now.items():
        if key not in stay or before[key] != value:
            yield part.table.put(name, *_columns(key), *part.columns(value))


def _in_place(before: Sequence[Key], now: Mapping[Key, Any]) -> set[Key]:
    """The keys of before that stand where they stood, as far as the table can tell."""
    there = [key for key in before if key in now]
    moved = next((place for place, (a, b) in enumerate(zip(there, now, strict=False)) if a != b), len(there))
    return set(there[:moved])


def _columns(key: Key) -> tuple[Column, ...]:
    return key if isinstance(key, tuple) else (key,)


def row_news(table: Table, name: str, rows: Rows[Any], columns: Callable[[Any], tuple[Column, ...]]) -> Iterator[Write]:
    """What makes the table say what the list says."""
    if rows.whole:
        yield table.drop(name)
    elif rows.first != rows.saved_from:
        yield table.drop_before(name, rows.first)
    yield from (table.put(name, place, *columns(value)) for place, value in rows.news())
    rows.settle()


def gathered(table: Table, found: Sequence[tuple[int, Any]]) -> Rows[Any]:
    """The list of these places and values. Raises `Damaged` where one is missing."""
    first = found[0][0] if found else 0
    if [place for place, _ in found] != list(range(first, first + len(found))):
        raise Damaged(f"rows of {table.name} are missing")
    return Rows((value for _, value in found), first=first)

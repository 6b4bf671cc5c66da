"""How a value in a row compares with a value that was seen: subsets, operators, hidden fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

EMPTY: tuple[Any, ...] = (None, "", [])
OPERATORS: dict[str, Callable[[Any, Any, bool], bool]] = {  # wanted, got, lenient
    "any": lambda wanted, got, _: (got not in EMPTY) is bool(wanted),
    "absent": lambda wanted, got, _: (got in EMPTY) is bool(wanted),
    "one_of": lambda wanted, got, lenient: any(fits(w, got, lenient=lenient) for w in wanted),
    "not": lambda wanted, got, _: not fits(wanted, got),
    "matches": lambda wanted, got, _: re.search(wanted, str(got)) is not None,
    "contains": lambda wanted, got, lenient: all(_holds(w, got, lenient=lenient) for w in wanted),
    "lacks": lambda wanted, got, _: not any(_holds(w, got) for w in wanted),
}
AS_SETS = frozenset({"codes", "features", "reactions"})  # fields whose order means nothing
ADDRESSES = frozenset({"jid", "inviter", "with"})  # a bare JID wanted fits a full one seen


def is_operator(wanted: Any) -> bool:
    """Whether this is `{one_of = [...]}` or the like, rather than a plain table."""
    return isinstance(wanted, Mapping) and len(wanted) == 1 and next(iter(wanted)) in OPERATORS


def mixed_operators(value: Any) -> str:
    """`contains and lacks`, if a table in this value has several operators: it would be read as a plain table."""
    if isinstance(value, Mapping):
        found = [key for key in value if key in OPERATORS]
        if found and len(value) > 1:
            return " and ".join(map(str, value))
        return next(filter(None, map(mixed_operators, value.values())), "")
    return next(filter(None, map(mixed_operators, value)), "") if isinstance(value, list) else ""


def fits(wanted: Any, got: Any, *, lenient: bool = False) -> bool:
    """A plain value is equal, a table is a subset, lists match item by item.

    With `lenient` an entry of a table that the library hides (null or left out) fits whatever is wanted.
    """
    if is_operator(wanted):
        ((name, operand),) = wanted.items()
        return OPERATORS[name](operand, got, lenient)
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(_entry_fits(k, v, got, lenient=lenient) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, Sequence) and not isinstance(got, str) and _paired(wanted, list(got), lenient=lenient)
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    return bool(wanted == got)


def field_fits(name: str, wanted: Any, got: Any, *, lenient: bool = False) -> bool:
    """`fits`, knowing what some fields are: sets of codes, occupants in any order, JIDs (rooms in any case)."""
    if name in AS_SETS and isinstance(wanted, list):
        return isinstance(got, Sequence) and set(wanted) == set(got)
    if name in ("occupants", "items") and isinstance(wanted, list):
        return isinstance(got, Sequence) and len(wanted) == len(got) and _matched(wanted, list(got), lenient=lenient)
    if name == "room" and isinstance(wanted, str) and isinstance(got, str):
        return wanted.casefold() == got.casefold()
    if name in ADDRESSES and isinstance(wanted, str) and isinstance(got, str) and "/" not in wanted:
        return wanted == got.partition("/")[0]
    return fits(wanted, got, lenient=lenient)


def hidden(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """The wanted fields of which the library says nothing (null or left out), in part or at all."""
    return [name for name, value in wanted.items() if _silent(value, got.get(name)) or _half_told(name, value, got)]


def _silent(wanted: Any, got: Any) -> bool:
    return got is None


def _half_told(name: str, wanted: Any, got: Mapping[str, Any]) -> bool:
    """Whether it fits only because entries inside it are hidden."""
    value = got.get(name)
    return not field_fits(name, wanted, value) and field_fits(name, wanted, value, lenient=True)


def _entry_fits(name: str, wanted: Any, got: Mapping[str, Any], *, lenient: bool) -> bool:
    value = got.get(name)
    return (lenient and _silent(wanted, value)) or field_fits(name, wanted, value, lenient=lenient)


def _holds(wanted: Any, got: Any, *, lenient: bool = False) -> bool:
    if isinstance(got, Mapping):
        return wanted in got
    return isinstance(got, Sequence) and any(fits(wanted, item, lenient=lenient) for item in got)


def _paired(wanted: list[Any], got: list[Any], *, lenient: bool) -> bool:
    return len(wanted) == len(got) and all(fits(w, g, lenient=lenient) for w, g in zip(wanted, got, strict=True))


def _matched(wanted: list[Any], got: list[Any], *, lenient: bool) -> bool:
    """Whether each wanted item can have a seen item of its own."""
    if not wanted:
        return True
    first, *rest = wanted
    candidates = [n for n, item in enumerate(got) if fits(first, item, lenient=lenient)]
    return any(_matched(rest, got[:n] + got[n + 1 :], lenient=lenient) for n in candidates)

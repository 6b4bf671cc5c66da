"""How a value in a row compares with a value that was seen: subsets, operators, hidden fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "any": lambda wanted, got: (got not in (None, "", [])) is bool(wanted),
    "absent": lambda wanted, got: (got in (None, "", [])) is bool(wanted),
    "one_of": lambda wanted, got: any(fits(w, got) for w in wanted),
    "not": lambda wanted, got: not fits(wanted, got),
    "matches": lambda wanted, got: re.search(wanted, str(got)) is not None,
    "contains": lambda wanted, got: all(_holds(w, got) for w in wanted),
    "lacks": lambda wanted, got: not any(_holds(w, got) for w in wanted),
}
AS_SETS = frozenset({"codes", "features"})  # fields whose order means nothing
ADDRESSES = frozenset({"jid", "inviter", "with"})  # a bare JID wanted fits a full one seen


def is_operator(wanted: Any) -> bool:
    """Whether this is `{one_of = [...]}` or the like, rather than a plain table."""
    return isinstance(wanted, Mapping) and len(wanted) == 1 and next(iter(wanted)) in OPERATORS


def fits(wanted: Any, got: Any) -> bool:
    """A plain value is equal, a table is a subset, lists match item by item."""
    if is_operator(wanted):
        ((name, operand),) = wanted.items()
        return OPERATORS[name](operand, got)
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(field_fits(k, v, got.get(k)) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, Sequence) and not isinstance(got, str) and _paired(wanted, list(got))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    return bool(wanted == got)


def field_fits(name: str, wanted: Any, got: Any) -> bool:
    """`fits`, knowing what some fields are: sets of codes, occupants in any order, JIDs (rooms in any case)."""
    if name in AS_SETS and isinstance(wanted, list):
        return isinstance(got, Sequence) and set(wanted) == set(got)
    if name in ("occupants", "items") and isinstance(wanted, list):
        return isinstance(got, Sequence) and len(wanted) == len(got) and _matched(wanted, list(got))
    if name == "room" and isinstance(wanted, str) and isinstance(got, str):
        return wanted.casefold() == got.casefold()
    if name in ADDRESSES and isinstance(wanted, str) and isinstance(got, str) and "/" not in wanted:
        return wanted == got.partition("/")[0]
    return fits(wanted, got)


def hidden(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """The wanted fields of which the library says nothing (null or left out)."""
    return [
        name
        for name, value in wanted.items()
        if got.get(name) is None and not (is_operator(value) and "absent" in value)
    ]


def _holds(wanted: Any, got: Any) -> bool:
    if isinstance(got, Mapping):
        return wanted in got
    return isinstance(got, Sequence) and any(fits(wanted, item) for item in got)


def _paired(wanted: list[Any], got: list[Any]) -> bool:
    return len(wanted) == len(got) and all(map(fits, wanted, got))


def _matched(wanted: list[Any], got: list[Any]) -> bool:
    """Whether each wanted item can have a seen item of its own."""
    if not wanted:
        return True
    first, *rest = wanted
    candidates = [n for n, item in enumerate(got) if fits(first, item)]
    return any(_matched(rest, got[:n] + got[n + 1 :]) for n in candidates)

"""Values of dataclasses to plain ones that JSON knows, and back, by their type hints. No pickle, no code from disk."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from mockserver.muc.feature import PASSING
from mockserver.muc.jid import JID
from mockserver.muc.xml import ILLEGAL, Element, parse, render


class Code(NamedTuple):
    """How values of one type are written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def xml(element: Element | None) -> str | None:
    """The element as text that can be read again: what XML cannot say is replaced, as clients could not read it."""
    return None if element is None else ILLEGAL.sub("\ufffd", render(element))


def element(text: str | None) -> Element | None:
    return None if text is None else parse(text)


def _same(value: Any) -> Any:
    return value


SIMPLE: dict[Any, Code] = {
    str: Code(_same, str),
    int: Code(_same, int),
    float: Code(_same, float),
    bool: Code(_same, bool),
    JID: Code(_same, JID),
    Element: Code(xml, element),
}


def code(hint: Any) -> Code:
    """The code of a type: simple ones, containers of them, dataclasses, and X | None. Raises TypeError."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if is_dataclass(hint):
        return _record(hint)
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        (present,) = [code(h) for h in inner if h is not type(None)]
        return Code(lambda v: None if v is None else present.write(v), lambda p: None if p is None else present.read(p))
    if kind is dict:
        return _mapping(code(inner[0]), code(inner[1]))
    if kind in (list, tuple, set):
        return _series(kind, code(inner[0]))
    raise TypeError(f"no way to keep a {hint}")


def _mapping(key: Code, value: Code) -> Code:
    """A list of pairs: keys need not be text."""
    if value.write is _same:
        return Code(lambda v: list(map(list, v.items())), lambda p: {key.read(k): value.read(v) for k, v in p})
    return Code(
        lambda v: [[k, value.write(inner)] for k, inner in v.items()],
        lambda p: {key.read(k): value.read(v) for k, v in p},
    )


def _series(kind: Callable[[Any], Any], item: Code) -> Code:
    arranged = sorted if kind is set else list
    if item.write is _same:
        return Code(arranged, lambda p: kind(map(item.read, p)))
    return Code(lambda v: [item.write(i) for i in v], lambda p: kind(map(item.read, p)))


def _record(kind: Any) -> Code:
    """By name; what passes (`muc.feature.PASSING`) is left out and begins anew."""
    hints = get_type_hints(kind)
    codes = {f.name: code(hints[f.name]) for f in fields(kind) if f.metadata != PASSING}

    def write(value: Any) -> dict[str, Any]:
        return {name: c.write(getattr(value, name)) for name, c in codes.items()}

    def read(plain: dict[str, Any]) -> Any:
        return kind(**{name: c.read(plain[name]) for name, c in codes.items() if name in plain})

    return Code(write, read)

"""Stanza patterns: what a `sends` row demands of XML, and how far a stanza is from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.muc.xml import BadXml, Element, parse

from .values import fits

FREE = frozenset({"from", "id", "xml:lang"})  # attributes that even a strict pattern lets pass
ANY = "urn:mucspec:any"  # an element of this namespace stands for any element


@dataclass(frozen=True, slots=True)
class Pattern:
    """Attributes and children that must be there; with `strict` no others; `lacks` must not be.

    `where` has values by path: `delay/@stamp` is an attribute, `x/title` the text of a child.
    With `ordered` the children come in the order of the pattern, whatever stands between them.
    """

    element: Element
    strict: bool = False
    lacks: Sequence[str] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    ordered: bool = False

    def misses(self, stanza: Element) -> list[str]:
        """What keeps the stanza from matching, in words; nothing if it matches."""
        wrong = [
            *_missing(self.element, stanza, self.strict, top=True),
            *self._forbidden(stanza),
            *(f"{path} is {got!r}" for path, got in self._unfit(stanza)),
        ]
        if self.ordered and not wrong and not _in_order(self.element, stanza):
            return ["its children come in another order"]
        return wrong

    def _unfit(self, stanza: Element) -> Iterator[tuple[str, str]]:
        found = ((path, wanted, _value(stanza, path)) for path, wanted in self.where.items())
        return ((path, got) for path, wanted, got in found if not fits(wanted, got))

    def _forbidden(self, stanza: Element) -> Iterator[str]:
        for what in self.lacks:
            if what.startswith("@") and stanza.has(what[1:]):
                yield f"has {what[1:]}={stanza.get(what[1:])!r}"
            elif any(what in (f"{{{c.uri}}}{c.name}", c.name) for c in _below(stanza)):
                yield f"has <{what}>"


def pattern(
    text: str,
    *,
    strict: bool = False,
    lacks: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    ordered: bool = False,
) -> Pattern:
    """Read a pattern. Raises `BadXml`."""
    return Pattern(parse(text), strict, tuple(lacks), where or {}, ordered)


def attribute(stanza: Element, path: str) -> str:
    """The attribute at the end of a path like `@id` or `query/@queryid`; empty where there is none."""
    *way, name = path.split("/")
    at = _down(stanza, way)
    return "" if at is None else at.get(name.removeprefix("@"))


def _value(stanza: Element, path: str) -> str:
    if path.rpartition("/")[2].startswith("@"):
        return attribute(stanza, path)
    at = _down(stanza, path.split("/"))
    return "" if at is None else at.text


def _down(stanza: Element, way: Sequence[str]) -> Element | None:
    at: Element | None = stanza
    for name in way:
        at = next((c for c in at.elements() if c.name == name), None) if at is not None else None
    return at


def _below(element: Element) -> Iterator[Element]:
    for child in element.elements():
        yield child
        yield from _below(child)


def _missing(wanted: Element, got: Element, strict: bool, *, top: bool = False) -> Iterator[str]:
    if wanted.uri == ANY:
        return
    if (wanted.name, wanted.uri) != (got.name, got.uri):
        yield f"is <{got.name} xmlns='{got.uri}'>, not <{wanted.name} xmlns='{wanted.uri}'>"
        return
    yield from _attributes(wanted, got, strict, top)
    text = wanted.text.strip()
    if text == "*" and not got.text.strip():
        yield f"<{got.name}> says nothing"
    elif text and not _says(text, got.text.strip()):
        yield f"<{got.name}> says {got.text.strip()!r}, not {text!r}"
    yield from _children(wanted, got, strict)


def _says(wanted: str, got: str) -> bool:
    """`*` is any value; what begins with `~` is a regular expression that is to be found."""
    if wanted.startswith("~"):
        return re.search(wanted[1:], got) is not None
    return wanted in ("*", got)


def _in_order(wanted: Element, got: Element) -> bool:
    left = iter(got.elements())
    return all(any(not any(_missing(c, g, strict=False)) and _in_order(c, g) for g in left) for c in wanted.elements())


def _attributes(wanted: Element, got: Element, strict: bool, top: bool) -> Iterator[str]:
    for name, value in wanted.attrs:
        if not got.has(name):
            yield f"<{got.name}> has no {name}"
        elif not _says(value, got.get(name)):
            yield f"<{got.name}> has {name}={got.get(name)!r}, not {value!r}"
    extra = [k for k, _ in got.attrs if not wanted.has(k) and not (top and k in FREE)]
    if strict and extra:
        yield f"<{got.name}> also has {', '.join(extra)}"


def _children(wanted: Element, got: Element, strict: bool) -> Iterator[str]:
    left = list(got.elements())
    for child in wanted.elements():
        found = next((c for c in left if not any(_missing(child, c, strict))), None)
        if found is not None:
            left.remove(found)
            continue
        near = next((c for c in left if (c.name, c.uri) == (child.name, child.uri)), None)
        yield from (
            _missing(child, near, strict) if near else iter([f"<{got.name}> has no <{child.name} xmlns='{child.uri}'>"])
        )
    if strict and left:
        yield f"<{got.name}> also holds {', '.join(f'<{c.name}>' for c in left)}"


__all__ = ["BadXml", "Pattern", "attribute", "pattern"]

"""Variables of a scenario: what a row binds, and rows with their variables filled in. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.muc.xml import Element

from .model import Event, Step
from .pattern import Pattern, attribute
from .substitute import finish


def filled(step: Step, variables: Mapping[str, str]) -> Step:
    """The row with its variables replaced, in its alternatives as well."""
    what = _pattern(step.what, variables) if isinstance(step.what, Pattern) else finish(step.what, variables)
    rows = tuple(filled(row, variables) for row in step.alternatives)
    return replace(step, details=finish(dict(step.details), variables), what=what, alternatives=rows)


def _pattern(pattern: Pattern, variables: Mapping[str, str]) -> Pattern:
    where = finish(dict(pattern.where), variables)
    return replace(pattern, element=_element(pattern.element, variables), where=where)


def _element(element: Element, variables: Mapping[str, str]) -> Element:
    attrs = tuple((k, finish(v, variables)) for k, v in element.attrs)
    children = tuple(finish(c, variables) if isinstance(c, str) else _element(c, variables) for c in element.children)
    return replace(element, attrs=attrs, children=children)


def bound(step: Step, used: Any) -> dict[str, str]:
    """The variables that a row binds: `{ mid = "@id" }` takes a field or an attribute, also one of a child."""
    found: dict[str, str] = {}
    for name, source in step.bind.items():
        key = str(source).removeprefix("@")
        if isinstance(used, Event):
            found[name] = str(used.fields.get(key) or "")
        elif isinstance(used, Element):
            found[name] = attribute(used, str(source))
        elif isinstance(used, Mapping):
            found[name] = str(used.get(key) or "")
    return found

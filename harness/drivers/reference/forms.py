"""Data forms: XEP-0004, and their FORM_TYPE: XEP-0068."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from .session import Session
from .stanzas import DATA, E, find, find_all, text_of

MULTI = ("list-multi", "jid-multi", "text-multi")
TRUE = ("1", "true")
KNOWN = ("FORM_TYPE", "muc#")  # how the names of fields begin that a client knows
KNOWN_TYPES = ("boolean", "hidden", "jid-single", "list-single", "text-private", "text-single", *MULTI)


def values_of(field: Element) -> list[str]:
    """The values of a field as they stand."""
    return [value.text or "" for value in find_all(field, "value", DATA)]


def is_form(me: Session, element: Element | None, form_type: str) -> bool:
    """Whether this is a form with that FORM_TYPE, which must be hidden to count."""
    if element is None or element.tag != f"{{{DATA}}}x":
        return False
    named = [f for f in find_all(element, "field", DATA) if f.get("var") == "FORM_TYPE"]
    hidden = me.flawed("form-type-unhidden-believed") or element.get("type") == "submit"
    return any((hidden or f.get("type") == "hidden") and form_type in values_of(f) for f in named)


def fields_of(form: Element | None) -> list[dict[str, Any]]:
    """The fields of a form, with values of the type that the field has."""
    return [
        {
            "var": field.get("var", ""),
            "type": field.get("type", "text-single"),
            "label": field.get("label", ""),
            "value": _typed(field),
            "options": [text_of(o, "value", DATA) for o in find_all(field, "option", DATA)],
            "required": find(field, "required", DATA) is not None,
        }
        for field in find_all(form, "field", DATA)
    ]


def _typed(field: Element) -> str | bool | list[str]:
    values, kind = values_of(field), field.get("type")
    if kind == "boolean":
        return bool(values) and values[0] in TRUE
    return values if kind in MULTI else "".join(values[:1])


def value(form: Element | None, var: str) -> str:
    """The first value of a field; empty where there is none."""
    fields = [f for f in find_all(form, "field", DATA) if f.get("var") == var]
    return "".join("".join(values_of(f)[:1]) for f in fields[:1])


def submission(fields: Mapping[str, list[str]]) -> Element:
    """A form of type submit with these values."""
    return E("x", *(_field(var, values) for var, values in fields.items()), uri=DATA, type="submit")


def written(given: Any) -> list[str]:
    """A value as a program gives it, as the texts of its `value` elements."""
    if isinstance(given, bool):
        return ["1" if given else "0"]
    return [str(v) for v in given] if isinstance(given, list | tuple) else [str(given)]


def filled_in(me: Session, form: Element, changes: Mapping[str, list[str]]) -> Element:
    """The form with these changes: each other field with the value it had, unknown and hidden ones too."""
    kept: dict[str, list[str]] = {}
    for field in find_all(form, "field", DATA):
        var, kind = field.get("var", ""), field.get("type", "text-single")
        if not var or (kind == "fixed" and not me.flawed("form-submits-fixed-fields")):
            continue
        if var in changes:
            kept[var] = list(changes[var])
        elif not _dropped(me, var, kind):
            values = values_of(field)
            kept[var] = values[:1] if me.flawed("form-drops-multi-values") else values
    if me.flawed("form-sends-changes-only"):
        kept = {var: kept[var] for var in kept if var in changes or var == "FORM_TYPE"}
    return submission(kept)


def _dropped(me: Session, var: str, kind: str) -> bool:
    return (
        (me.flawed("form-drops-unknown-fields") and not var.startswith(KNOWN))
        or (me.flawed("form-drops-unknown-types") and kind not in KNOWN_TYPES)
        or (me.flawed("form-drops-hidden-fields") and kind == "hidden" and var != "FORM_TYPE")
        or (me.flawed("form-drops-form-type") and var == "FORM_TYPE")
        or (me.flawed("form-drops-passwords") and kind == "text-private")
    )


def _field(var: str, values: list[str]) -> Element:
    return E("field", *(E("value", v, uri=DATA) for v in values), uri=DATA, var=var)

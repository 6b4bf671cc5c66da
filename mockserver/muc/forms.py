"""Data forms: XEP-0004 and XEP-0068, as far as rooms need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .jid import JID, BadJid
from .model import ConfigField
from .namespaces import NS_DATA, NS_VALIDATE
from .xml import E, Element

Values = Mapping[str, tuple[str, ...]]
WHOLE = E("validate", E("range", uri=NS_VALIDATE, min="0"), uri=NS_VALIDATE, datatype="xs:integer")  # XEP-0122
TRUTH = {"true": "1", "false": "0"}


def field(var: str, *values: str, kind: str | None = None, label: str = "", options: Iterable[str] = ()) -> Element:
    """One field with its values and options."""
    offered = [E("option", E("value", o, uri=NS_DATA), uri=NS_DATA, label=o) for o in options]
    given = [E("value", v, uri=NS_DATA) for v in values]
    return E("field", *given, *offered, uri=NS_DATA, var=var, type=kind, label=label or None)


def form(kind: str, form_type: str, *fields: Element, title: str = "", instructions: str = "") -> Element:
    """A form, a result or a submission with its hidden FORM_TYPE."""
    return E(
        "x",
        E("title", title, uri=NS_DATA) if title else None,
        E("instructions", instructions, uri=NS_DATA) if instructions else None,
        field("FORM_TYPE", form_type, kind="hidden"),
        *fields,
        uri=NS_DATA,
        type=kind,
    )


def offered(described: ConfigField, values: tuple[str, ...]) -> Element:
    """A field of the configuration form with its current values."""
    shown = field(described.var, *values, kind=described.kind, label=described.label, options=described.options)
    return shown.plus(WHOLE) if described.check == "seconds" else shown


def submitted(x: Element | None) -> Values:
    """The values of a form by var; without a form nothing."""
    fields = x.find_all("field", NS_DATA) if x else ()
    return {f.get("var"): tuple(v.text for v in f.find_all("value", NS_DATA)) for f in fields if f.get("var")}


# judging what was submitted


def plain(described: ConfigField, value: tuple[str, ...]) -> tuple[str, ...]:
    """A value as it is kept: booleans as 1 and 0; an empty field of one value has the empty one."""
    if described.kind == "boolean":
        return tuple(TRUTH.get(v, v) for v in value)
    return value or (() if described.multiple else ("",))


def valid(described: ConfigField, value: tuple[str, ...]) -> bool:
    """Whether a value is one that the field can have."""
    if described.kind == "boolean":
        return value in (("0",), ("1",))
    if not described.multiple and len(value) > 1:
        return False
    if described.check == "seconds":
        return all(v.isdecimal() and v.isascii() and len(v) < 10 for v in value)
    if described.check == "number":
        return all(v in ("", "none") or (v.isascii() and v.isdigit() and len(v) < 10) for v in value)
    if described.check == "jid":
        return all(map(_is_jid, value))
    return described.kind.startswith("text") or not described.options or set(value) <= set(described.options)


def _is_jid(text: str) -> bool:
    try:
        return bool(JID.parse(text))
    except BadJid:
        return False

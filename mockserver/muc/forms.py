"""Data forms: XEP-0004 and XEP-0068, as far as rooms need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import ConfigField
from .namespaces import NS_DATA
from .xml import E, Element


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
    return field(described.var, *values, kind=described.kind, label=described.label, options=described.options)


def submitted(x: Element | None) -> Mapping[str, tuple[str, ...]]:
    """The values of a form by var; without a form nothing."""
    fields = x.find_all("field", NS_DATA) if x else ()
    return {f.get("var"): tuple(v.text for v in f.find_all("value", NS_DATA)) for f in fields if f.get("var")}

"""Forms that break rules of XEP-0004 and XEP-0068: lines, fields of nobody, tables in disorder; fields of XEP-0077."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mockserver.muc.namespaces import NS_DATA, NS_REGISTER
from mockserver.muc.xml import E, Element

from .editing import below
from .moment import Moment
from .table import changed, enter, for_each, heard

LINES = "One line\nand another"


def _forms(kind: str, change: Callable[[Element], Element], moment: Moment, stanza: Element) -> Element:
    """Every form of this type that the service itself sends."""

    def other(child: Element) -> Element:
        return change(child) if (child.name, child.uri, child.get("type")) == ("x", NS_DATA, kind) else child

    return below(stanza, other) if moment.of(stanza, "iq-result", "voice-form") else stanza


def _with_lines(part: str, form: Element) -> Element:
    lines = E(part, LINES, uri=NS_DATA)
    return replace(form, children=(lines, *form.without(part, NS_DATA).children))


def _in_each_field(child: Element, form: Element) -> Element:
    """Behind what the field has, in place of such a child that it has."""

    def other(field: Element) -> Element:
        mine = field.name == "field" and field.get("type") != "hidden"
        return field.without(child.name, NS_DATA).plus(child) if mine else field

    return below(form, other)


FIXED = E("field", E("value", LINES, uri=NS_DATA), uri=NS_DATA, type="fixed")
FOREIGN = E("field", E("value", "sober", uri=NS_DATA), uri=NS_DATA, type="text-single", var="mood")
REQUIRED = E("required", uri=NS_DATA)

for _name, _text, _kind, _change in (
    ("lines-of-title", "breaks lines in the title of forms", "form", partial(_with_lines, "title")),
    ("lines-of-instructions", "breaks lines in the instructions", "form", partial(_with_lines, "instructions")),
    ("lines-of-desc", "breaks lines in what it says about fields", "form",
     partial(_in_each_field, E("desc", LINES, uri=NS_DATA))),
    ("lines-of-fixed", "breaks lines in the fixed texts of forms", "form", lambda form: form.plus(FIXED)),
    ("foreign-field", "adds a field that has no namespace to forms of others", "form",
     lambda form: form.plus(FOREIGN)),
    ("required-text", "says in words that fields are required", "form",
     partial(_in_each_field, REQUIRED.plus("yes"))),
    ("required-child", "puts something into the mark of required fields", "form",
     partial(_in_each_field, REQUIRED.plus(E("yes", uri=NS_DATA)))),
):  # fmt: skip
    enter(f"forms-with-{_name}", _text, told=for_each(partial(_forms, _kind, _change)))


# tables


def _reported_last(form: Element) -> Element:
    reported = form.find("reported", NS_DATA)
    return form.without("reported", NS_DATA).plus(reported) if reported else form


def _field_besides(form: Element) -> Element:
    return form.plus(FOREIGN) if form.find("reported", NS_DATA) else form


def _valued_columns(form: Element) -> Element:
    reported = form.find("reported", NS_DATA)
    value = E("value", uri=NS_DATA)
    columns = below(reported, lambda column: column.plus(value)) if reported else None
    return replace(form, children=tuple(columns if columns and c is reported else c for c in form.children))


for _name, _text, _table in (
    ("columns-last", "names the columns of a table behind its rows", _reported_last),
    ("field-besides", "puts a field beside the rows of a table", _field_besides),
    ("valued-columns", "gives the columns of a table values", _valued_columns),
):
    enter(f"tables-with-{_name}", _text, told=for_each(partial(_forms, "result", _table)))


# names


@heard
def fields_compared_without_case(moment: Moment) -> Element | None:
    """takes the names of fields for equal where only their case differs"""

    def lower(child: Element) -> Element:
        mine = child.name == "field" and child.uri == NS_DATA and child.get("var") != "FORM_TYPE"
        return child.with_attrs(var=child.get("var").lower()) if mine and not child.get("var").islower() else child

    return below(moment.sent, lower) if moment.sent is not None else None


@changed
def registration_fields_besides(moment: Moment, stanza: Element) -> Element:
    """adds the fields of its registration form to those of jabber:iq:register"""
    query = stanza.find("query", NS_REGISTER) if moment.of(stanza, "iq-result") else None
    form = query.find("x", NS_DATA) if query else None
    if query is None or form is None:
        return stanza
    names = [field.get("var").rpartition("_")[2] for field in form.elements() if field.get("type") != "hidden"]
    fuller = query.plus(*(E(name, uri=NS_REGISTER) for name in names if name))
    return replace(stanza, children=tuple(fuller if c is query else c for c in stanza.children))

"""Data forms that the service offers or answers with: XEP-0004, XEP-0068."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.muc.namespaces import NS_DATA
from mockserver.muc.xml import Element

from .shape import address

LISTS = ("list-multi", "list-single")
KINDS = frozenset(
    {"boolean", "fixed", "hidden", "jid-multi", "jid-single", *LISTS, "text-multi", "text-private", "text-single"}
)
TRUTH = frozenset({"0", "1", "true", "false"})
ORDER = {"title": 0, "instructions": 1, "reported": 2, "item": 3, "field": 3}


def wrong(x: Element, *, kind: str, form_type: str) -> Iterator[str]:
    """What is wrong with a form of this type (`form`, `result`) and FORM_TYPE."""
    if x.get("type") != kind:
        yield f"the form has the type {x.get('type')!r}, not {kind!r}"
    places = [ORDER.get(child.name, -1) if child.uri == NS_DATA else -1 for child in x.elements()]
    if -1 in places or places != sorted(places):
        yield "the parts of the form are not in order"
    fields = list(x.find_all("field", NS_DATA))
    names = [field.get("var") for field in fields]
    if len(set(names)) < len(names) or "" in names:
        yield f"the names of the fields are {names}"
    if names[:1] != ["FORM_TYPE"] or fields[0].get("type") != "hidden" or _values(fields[0]) != [form_type]:
        yield f"the form does not begin with the FORM_TYPE {form_type}"
    for field in fields:
        yield from _field(field, kind)


def _values(field: Element) -> list[str]:
    return [value.text for value in field.find_all("value", NS_DATA)]


def _field(field: Element, kind: str) -> Iterator[str]:
    name, type_, values = field.get("var"), field.get("type"), _values(field)
    if type_ not in KINDS and name.startswith("muc#"):  # what a vendor adds may be of any type
        yield f"the field {name} has the type {type_!r}"
    if len(values) > 1 and not type_.endswith("-multi"):
        yield f"the field {name} has {len(values)} values"
    if type_ == "boolean" and not set(values) <= TRUTH:
        yield f"the field {name} is no boolean: {values}"
    if type_.startswith("jid") and not all(map(address, values)):
        yield f"the field {name} has no JIDs: {values}"
    options = {value.text for option in field.find_all("option", NS_DATA) for value in option.elements()}
    if options and type_ in LISTS and not set(values) <= options:
        yield f"the field {name} has a value that is no option: {values}"

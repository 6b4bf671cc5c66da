"""What archives answer: edges of pages, the form for queries, addresses, and what was not asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_DATA, NS_FORWARD, NS_MAM, NS_RSM, NS_SID, NS_VALIDATE
from mockserver.muc.xml import E, Element

from .editing import attributes, below, without
from .moment import Moment
from .table import changed, enter, for_each, told

# edges of pages


def _answered(change: Callable[[Element], Element | None], moment: Moment, stanza: Element) -> Element:
    """Elements of the answers to questions, one by one."""
    return below(stanza, change) if moment.of(stanza, "iq-result") else stanza


def _edged(edge: str, child: Element) -> Element:
    empty = (child.name, child.uri) == ("set", NS_RSM) and not {"first", "last"} & {c.name for c in child.elements()}
    return child.plus(E(edge, "nothing", uri=NS_RSM)) if empty else child


for _edge in ("first", "last"):
    enter(f"empty-page-with-{_edge}", f"says the {_edge} of an empty page",
          told=for_each(partial(_answered, partial(_edged, _edge))))  # fmt: skip

NUMBERS = {"first": "1", "last": "2"}


def _numbered(child: Element) -> Element:
    edge = child.uri == NS_RSM and child.name in NUMBERS
    return replace(child, children=(NUMBERS[child.name],)) if edge else child


def _unstable(child: Element) -> Element:
    return child.with_attrs(stable="false") if (child.name, child.uri) == ("fin", NS_MAM) else child


enter("page-edges-numbered", "names the first and the last of a page by numbers that are no ids",
      told=for_each(partial(_answered, _numbered)))  # fmt: skip
enter("pages-called-unstable", "says of every page that it may change", told=for_each(partial(_answered, _unstable)))


# forms


def _on_fields(change: Callable[[Element], Element], child: Element) -> Element:
    """The fields of a form that asks for something."""
    if (child.name, child.uri, child.get("type")) != ("x", NS_DATA, "form"):
        return child
    fields = (change(c) if isinstance(c, Element) and c.name == "field" else c for c in child.children)
    return replace(child, children=tuple(fields))


def _required(field: Element) -> Element:
    there = field.find("required", NS_DATA) is not None or field.get("type") == "hidden"
    return field if there else field.plus(E("required", uri=NS_DATA))


def _with_options(field: Element) -> Element:
    there = field.find("option", NS_DATA) is not None or not field.get("type").startswith("list-")
    return field if there else field.plus(E("option", E("value", "some", uri=NS_DATA), uri=NS_DATA))


def _opened(moment: Moment, stanza: Element) -> Element:
    return without(stanza, "validate", NS_VALIDATE) if moment.of(stanza, "iq-result") else stanza


def _more_fields(child: Element) -> Element:
    if (child.name, child.uri, child.get("type")) != ("x", NS_DATA, "form"):
        return child
    return child.plus(E("field", uri=NS_DATA, type="text-single", var="x-fulltext"))


enter("forms-without-validation", "does not say by which rules the fields of forms are checked", told=for_each(_opened))
for _name, _text, _change in (
    ("forms-all-required", "says that every field of a form is required", _required),
    ("forms-with-options", "offers options where every value may be given", _with_options),
):
    enter(_name, _text, told=for_each(partial(_answered, partial(_on_fields, _change))))
enter("forms-with-x-field", "adds a field of its own to forms, without a namespace",
      told=for_each(partial(_answered, _more_fields)))  # fmt: skip


# addresses and ids


@changed
def archived_to_lost(moment: Moment, stanza: Element) -> Element:
    """does not say to whom an archived message was"""
    return attributes(stanza, "message", NS_CLIENT, to=None) if moment.of(stanza, "archived") else stanza


@changed
def archive_ids_shown_to_correspondents(moment: Moment, stanza: Element) -> Element:
    """shows to whom one writes the id that a message has in one's own archive"""
    if not moment.of(stanza, "chat-message") or moment.sender is None or moment.asked != "chat":
        return stanza
    entries = moment.host.archives.entries(moment.sender.bare)
    return stanza.plus(E("stanza-id", uri=NS_SID, by=moment.sender.bare, id=entries[-1].id if entries else "none"))


@told
def latest_archived_besides(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """gives the latest of an archive besides what was asked for"""
    sender, room = moment.sender, moment.room
    if moment.asked != "archive-set" or sender is None:
        return deliveries
    owner = moment.to.bare if moment.to else sender.bare
    latest = [*(room.archive if room else moment.host.archives.entries(owner))][-1:]
    given = {result.get("id") for d in deliveries for result in d.stanza.find_all("result", NS_MAM)}
    results = (E("result", E("forwarded", e.stanza, uri=NS_FORWARD), uri=NS_MAM, id=e.id)
               for e in latest if e.id not in given)  # fmt: skip
    return [*(Delivery(E("message", result, from_=owner), (sender,)) for result in results), *deliveries]

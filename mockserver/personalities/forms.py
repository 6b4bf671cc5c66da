"""Behaviours: what rooms say of themselves, their forms, their lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from mockserver.faults.editing import below, lacking
from mockserver.faults.moment import Moment
from mockserver.faults.table import for_each, swapped
from mockserver.muc.features import invitations
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_ADMIN, NS_DATA, NS_DISCO_INFO, NS_DISCO_ITEMS, NS_OWNER, NS_RSM
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, changes, hears, tells


@behaviour
def defaults(field: str, value: str) -> Act:
    """makes rooms with {field} = {value} unless they are configured"""

    def bend(moment: Moment) -> AbstractContextManager[None] | None:
        return swapped(invitations, "_by_default", lambda room: (value,)) if moment.asked == "invitation" else None

    return Act(defaults={field: (value,)}, bent=bend if field == "muc#roomconfig_allowinvites" else None)


@behaviour
def does_not_announce(features: Sequence[str]) -> Act:
    """does not announce {features}, whether it has it or not"""

    def change(moment: Moment, stanza: Element) -> Element:
        mine = moment.asked == "disco-info-get" and stanza.get("type") == "result" and _of_rooms(moment, stanza)
        return below(stanza, known) if mine else stanza

    def known(child: Element) -> Element | None:
        return None if child.name == "feature" and child.get("var") in features else child

    return Act(told=for_each(change))


def _of_rooms(moment: Moment, stanza: Element) -> bool:
    """Whether a room answers, and not the service or the host."""
    return moment.room_of(stanza) is not None


@changes
def rooms_listed_with_their_size(moment: Moment, stanza: Element) -> Element:
    """writes behind the name of a room how many are inside: `Harfleur (3)`"""

    def counted(child: Element) -> Element:
        room = next((r for r in moment.muc.rooms.values() if str(r.jid) == child.get("jid")), None)
        if child.name != "item" or child.uri != NS_DISCO_ITEMS or room is None:
            return child
        return child.with_attrs(name=f"{child.get('name')} ({len(room.occupants)})")

    return below(stanza, counted) if moment.asked == "disco-items-get" else stanza


@behaviour
def calls_itself(type: str) -> Act:
    """says of its rooms that they are conferences of the type {type}"""

    def change(moment: Moment, stanza: Element) -> Element:
        def other(child: Element) -> Element:
            mine = child.name == "identity" and child.uri == NS_DISCO_INFO and child.get("type") == "text"
            return child.with_attrs(type=type) if mine else child

        return below(stanza, other) if moment.asked == "disco-info-get" else stanza

    return Act(told=for_each(change))


# the configuration form


def _fields_changed(moment: Moment, stanza: Element, new: Callable[[Element], Element]) -> Element:
    """With another form of a room's configuration."""
    query = stanza.find("query", NS_OWNER) if moment.asked == "config-form" and stanza.get("type") == "result" else None
    form = query.find("x", NS_DATA) if query else None
    if form is None:
        return stanza
    other = new(form)
    return below(stanza, lambda child: other if child is form else child)


@changes
def false_is_no_value(moment: Moment, stanza: Element) -> Element:
    """leaves the value out of fields of the configuration form that are off"""

    def emptied(child: Element) -> Element:
        off = child.get("type") == "boolean" and [v.text for v in child.find_all("value", NS_DATA)] == ["0"]
        return child.without("value", NS_DATA) if off else child

    return _fields_changed(moment, stanza, lambda form: below(form, emptied))


@changes
def headings_in_the_form(moment: Moment, stanza: Element) -> Element:
    """has fields of the type fixed, without a var, in the configuration form"""

    def headed(form: Element) -> Element:
        first, *rest = form.children
        heading = E("field", E("value", "Room information", uri=NS_DATA), uri=NS_DATA, type="fixed")
        return replace(form, children=(first, heading, *rest))

    return _fields_changed(moment, stanza, headed)


@behaviour
def field_of_its_own(var: str, label: str) -> Act:
    """has the field {var} in the configuration form"""
    field = E("field", E("value", "0", uri=NS_DATA), uri=NS_DATA, var=var, type="boolean", label=label)
    return Act(told=for_each(lambda moment, stanza: _fields_changed(moment, stanza, lambda form: form.plus(field))))


@behaviour
def only_fields(vars: Sequence[str]) -> Act:
    """has no other fields than {vars} in the configuration form"""

    def fewer(form: Element) -> Element:
        kept = (c for c in form.elements() if c.name != "field" or c.get("var") in ("FORM_TYPE", *vars))
        return replace(form, children=tuple(kept))

    return Act(told=for_each(lambda moment, stanza: _fields_changed(moment, stanza, fewer)))


@tells
def form_returned(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """answers a submitted configuration with the form that came"""
    query = moment.payload if moment.asked == "config" else None
    form = query.find("x", NS_DATA) if query else None
    if query is None or form is None:
        return deliveries
    shown = replace(query, children=(form.with_attrs(type="result"),))
    return [
        Delivery(d.stanza.plus(shown), d.to) if moment.of(d.stanza, "iq-result") and not d.stanza.children else d
        for d in deliveries
    ]


# lists


def _items_changed(moment: Moment, stanza: Element, new: Callable[[Element], Element]) -> Element:
    if moment.asked != "affiliation-list" or not moment.of(stanza, "iq-result"):
        return stanza
    return below(stanza, lambda child: new(child) if child.name == "item" and child.uri == NS_ADMIN else child)


@changes
def lists_without_nicknames(moment: Moment, stanza: Element) -> Element:
    """gives no nicknames in lists of affiliations"""
    return _items_changed(moment, stanza, lambda item: lacking(item, "nick"))


@changes
def lists_with_roles(moment: Moment, stanza: Element) -> Element:
    """gives role and nickname of those who are inside in lists of affiliations"""
    room = moment.room

    def told(item: Element) -> Element:
        inside = [o for o in room.occupants.values() if str(o.bare_jid) == item.get("jid")] if room else []
        return item.with_attrs(role=str(inside[0].role), nick=inside[0].nick) if inside else item

    return _items_changed(moment, stanza, told)


@hears
def only_the_first_item(moment: Moment) -> Element:
    """carries out the first item only of a list that changes roles or affiliations"""
    sent, query = moment.sent, moment.payload
    assert sent is not None
    items = list(query.find_all("item", NS_ADMIN)) if query else []
    if moment.asked not in ("role", "affiliation") or query is None or len(items) < 2:
        return sent
    return replace(sent, children=(replace(query, children=(items[0],)),))


@changes
def pages_without_index(moment: Moment, stanza: Element) -> Element:
    """does not say in a page of an archive at which place it begins"""
    if moment.asked != "archive-set" or not moment.of(stanza, "iq-result"):
        return stanza
    return below(stanza, lambda child: _unplaced(child))


def _unplaced(child: Element) -> Element:
    return lacking(child, "index") if child.name == "first" and child.uri == NS_RSM else child

"""Service discovery that is wrong in one place only, lists with more in them than an address: XEP-0030."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from functools import partial
from itertools import count

from mockserver.muc.features import ALL
from mockserver.muc.model import Affiliation, Switches
from mockserver.muc.namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS
from mockserver.muc.xml import E, Element

from .editing import below
from .moment import Moment
from .table import Changes, changed, enter, for_each, swapped

FOREIGN = E("more", uri="urn:example:more")

# who is asked

PLACES = ("room", "service", "host", "account")


def _place(moment: Moment) -> str:
    """Who is asked; empty for an occupant."""
    to, host = moment.to, moment.host
    if to is None:
        return "account"
    if to.domain == host.muc_domain:
        return "" if to.resource else "room" if to.local else "service"
    return "account" if to.local else "host"


def _told_by(place: str, change: Callable[[Moment, Element], Element], moment: Moment, stanza: Element) -> Element:
    query = stanza.find("query", NS_DISCO_INFO) if moment.of(stanza, "iq-result") else None
    if query is None or _place(moment) != place:
        return stanza
    return replace(stanza, children=tuple(change(moment, query) if c is query else c for c in stanza.children))


def _no_identity(moment: Moment, query: Element) -> Element:
    return query.without("identity", NS_DISCO_INFO)


def _no_disco(moment: Moment, query: Element) -> Element:
    kept = (c for c in query.children if not (isinstance(c, Element) and c.get("var") == NS_DISCO_INFO))
    return replace(query, children=tuple(kept))


def _filled_features(moment: Moment, query: Element) -> Element:
    return below(query, lambda c: c.plus(FOREIGN) if c.name == "feature" and not c.children else c)


def _identities_twice(moment: Moment, query: Element) -> Element:
    return query.plus(*query.find_all("identity", NS_DISCO_INFO))


def _what_is_off(moment: Moment, query: Element) -> Element:
    """Announce the features that the service does not have."""
    off = [f for f in ALL if all(f.name != held.name for held in moment.muc.features)]
    return query.plus(*(E("feature", uri=NS_DISCO_INFO, var=var) for f in off for var in f.announced))


for _place_ in PLACES:
    for _name, _text, _how in (
        ("without-identity", "does not say what {} is", _no_identity),
        ("without-disco", "does not announce disco#info where {} is asked", _no_disco),
        ("with-filled-features", "puts something into the features of {}", _filled_features),
        ("with-identities-twice", "tells each identity of {} twice", _identities_twice),
        ("with-what-is-off", "announces for {} what the service does not have", _what_is_off),
    ):
        _words = "an account" if _place_ == "account" else f"the {_place_}"
        _change: Changes = partial(_told_by, _place_, _how)
        enter(f"{_place_}-{_name}", _text.format(_words), told=for_each(_change))


@changed
def another_identity_for_owners(moment: Moment, stanza: Element) -> Element:
    """tells the owners of a room that it is something else than it tells others"""
    room = moment.muc.rooms.get(moment.to) if moment.to else None
    if room is None or moment.sender is None or room.affiliation(moment.sender.bare) is not Affiliation.OWNER:
        return stanza
    return _told_by("room", _another_identity, moment, stanza)


def _another_identity(moment: Moment, query: Element) -> Element:
    return below(query, lambda c: c.with_attrs(type="irc") if c.name == "identity" else c)


@changed
def identities_with_different_names(moment: Moment, stanza: Element) -> Element:
    """gives each identity a name of its own"""
    number = count(1)

    def named(child: Element) -> Element:
        mine = child.name == "identity" and child.uri == NS_DISCO_INFO
        return child.with_attrs(name=f"{child.get('name')} {next(number)}") if mine else child

    return below(stanza, named)


# items


def _items(how: Callable[[Element], Element], moment: Moment, stanza: Element) -> Element:
    query = stanza.find("query", NS_DISCO_ITEMS) if moment.of(stanza, "iq-result") else None
    last = list(query.find_all("item", NS_DISCO_ITEMS))[-1:] if query else []
    return below(stanza, lambda child: how(child) if child in last else child) if last else stanza


for _name, _text, _fill in (
    ("text", "writes something into the last item of disco#items", lambda item: item.plus("A room")),
    ("children", "puts an element into the last item of disco#items", lambda item: item.plus(FOREIGN)),
    ("node", "gives the last item of disco#items a node of its own", lambda item: item.with_attrs(node="room")),
    ("empty-node", "gives the last item of disco#items an empty node", lambda item: item.with_attrs(node="")),
):
    enter(f"disco-items-with-{_name}", _text, told=for_each(partial(_items, _fill)))


# what is left to a service


def _turned(name: str, moment: Moment) -> AbstractContextManager[None]:
    held = moment.muc.switches
    return swapped(moment.muc, "switches", replace(held, **{name: not getattr(held, name)}))


for _switch in fields(Switches):
    if isinstance(_switch.default, bool):
        _words = _switch.name.replace("_", " ")
        enter(f"switch-{_switch.name.replace('_', '-')}-turned", f"takes the other choice where it {_words}",
              bent=partial(_turned, _switch.name))  # fmt: skip

"""Behaviours: what occupants' presence says of them, its status codes, its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from mockserver.faults.editing import codes, in_user, item, item_with, uncoded, user
from mockserver.faults.moment import Moment
from mockserver.faults.table import for_each, swapped
from mockserver.muc import entering
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Occupant
from mockserver.muc.namespaces import NS_CAPS, NS_USER
from mockserver.muc.requests import Join
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, bends, changes, hears, tells

OWN = ("own-presence", "own-change", "own-exit")
REMOVED = frozenset({"301", "307", "321", "322"})


def with_codes(stanza: Element, ordered: Sequence[str], *, before: Sequence[str] = ()) -> Element:
    """With these status codes in this order behind what else muc#user says, and `before` in front of it."""

    def arranged(x: Element) -> Element:
        rest = [c for c in x.elements() if c.name != "status"]
        front, back = ([E("status", uri=NS_USER, code=code) for code in some] for some in (before, ordered))
        new = (*front, *rest, *back)
        return x if new == x.children else replace(x, children=new)

    return in_user(stanza, arranged)


def in_order(stanza: Element) -> list[str]:
    """The status codes as they stand."""
    x = user(stanza)
    return [s.get("code") for s in x.find_all("status", NS_USER)] if x else []


@behaviour
def own_code_last(of: Sequence[str]) -> Act:
    """says 110 behind the other status codes of {of}"""

    def change(moment: Moment, stanza: Element) -> Element:
        if not moment.of(stanza, *of) or "110" not in codes(stanza):
            return stanza
        return with_codes(stanza, [*(code for code in in_order(stanza) if code != "110"), "110"])

    return Act(told=for_each(change))


@changes
def codes_around_the_item(moment: Moment, stanza: Element) -> Element:
    """writes 110 behind the item and all other status codes before it"""
    found = in_order(stanza) if stanza.name == "presence" else []
    others = [code for code in found if code != "110"]
    return with_codes(stanza, [code for code in found if code == "110"], before=others) if others else stanza


@changes
def own_jid_shown(moment: Moment, stanza: Element) -> Element:
    """shows occupants their own real JID in every room"""
    held = item(stanza) if stanza.name == "presence" and "110" in codes(stanza) else None
    room = moment.room_of(stanza)
    if held is None or held.has("jid") or room is None:
        return stanza
    nick = held.get("nick") or stanza.get("from").partition("/")[2]
    occupant = room.occupants.get(nick)
    seat = next(reversed(occupant.sessions), None) if occupant else moment.sender
    return item_with(stanza, jid=str(seat)) if seat else stanza


@tells
def room_shows_itself(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """sends presence of the room itself, with entity capabilities, to who comes, and takes it back when it goes"""
    return [one for delivery in deliveries for one in _with_the_room(moment, delivery)]


def _with_the_room(moment: Moment, delivery: Delivery) -> Iterator[Delivery]:
    stanza = delivery.stanza
    room = stanza.get("from").partition("/")[0]
    if moment.of(stanza, "own-exit"):
        yield Delivery(E("presence", from_=room, type="unavailable"), delivery.to)
    if moment.of(stanza, "own-presence"):
        caps = E("c", uri=NS_CAPS, hash="sha-1", node="urn:example:rooms", ver="94Y7MuW5ZbbekK4bo1R7KliKmS4=")
        yield Delivery(E("presence", caps, from_=room), delivery.to)
    yield delivery


@bends
def old_presence_under_the_new_nick(moment: Moment) -> AbstractContextManager[None] | None:
    """shows the occupant's presence of before, with its id, under the new nickname"""
    right = entering._speak

    def as_before(occupant: Occupant, join: Join) -> None:
        if join.session not in occupant.sessions:
            right(occupant, join)

    return swapped(entering, "_speak", as_before) if moment.asked == "rename" else None


@changes
def destroyed_without_own_code(moment: Moment, stanza: Element) -> Element:
    """leaves 110 out of the presence that tells that a room is destroyed"""
    x = user(stanza) if stanza.name == "presence" else None
    return uncoded(stanza, "110") if x is not None and x.find("destroy", NS_USER) else stanza


@changes
def removed_without_own_code(moment: Moment, stanza: Element) -> Element:
    """leaves 110 out of the presence of who is kicked, banned or removed"""
    removed = stanza.get("type") == "unavailable" and REMOVED & codes(stanza) and "333" not in codes(stanza)
    return uncoded(stanza, "110") if removed else stanza


@changes
def changes_without_own_code(moment: Moment, stanza: Element) -> Element:
    """leaves 110 out of presence about one's own new role or affiliation"""
    changed = moment.asked in ("role", "affiliation") and moment.of(stanza, "own-change")
    return uncoded(stanza, "110") if changed else stanza


def _item_changed(stanza: Element, new: Callable[[Element], Element]) -> Element:
    held = item(stanza)
    if held is None or (other := new(held)) is held:
        return stanza
    return in_user(stanza, lambda x: replace(x, children=tuple(other if c is held else c for c in x.children)))


@behaviour
def no_actor(of: Sequence[str]) -> Act:
    """does not say who did it in {of}"""

    def change(moment: Moment, stanza: Element) -> Element:
        if not moment.of(stanza, *of):
            return stanza
        return _item_changed(stanza, lambda held: held.without("actor", NS_USER))

    return Act(told=for_each(change))


@changes
def actor_with_a_nick_for_jid(moment: Moment, stanza: Element) -> Element:
    """gives the nickname of who did it as its JID, too"""

    def named(held: Element) -> Element:
        actor = held.find("actor", NS_USER)
        if actor is None or actor.has("jid"):
            return held
        new = actor.with_attrs(jid=actor.get("nick"))
        return replace(held, children=tuple(new if c is actor else c for c in held.children))

    return _item_changed(stanza, named) if stanza.name == "presence" else stanza


@changes
def presence_without_ids(moment: Moment, stanza: Element) -> Element:
    """leaves the id out of all presence but errors"""
    plain = stanza.name == "presence" and stanza.get("type") != "error" and user(stanza) is not None
    return stanza.with_attrs(id=None) if plain and stanza.has("id") else stanza


@changes
def bare_presence(moment: Moment, stanza: Element) -> Element:
    """passes on nothing of what an occupant's presence says besides role and affiliation"""
    x = user(stanza) if stanza.name == "presence" and stanza.get("type") != "error" else None
    kept = tuple(c for c in stanza.elements() if c is x or c.name == "status")
    return stanza if x is None or kept == stanza.children else replace(stanza, children=kept)


@behaviour
def welcomes_with(codes: Sequence[str]) -> Act:
    """gives {codes} in the own presence of everybody who comes or changes the nickname"""

    def change(moment: Moment, stanza: Element) -> Element:
        renamed = moment.asked == "rename" and moment.of(stanza, "own-change")
        if not (moment.of(stanza, "own-presence") or renamed):
            return stanza
        return with_codes(stanza, [*codes, *(code for code in in_order(stanza) if code not in codes)])

    return Act(told=for_each(change))


@tells
def silent_occupants_hidden(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """leaves out of the list for newcomers who is no moderator, until it says something or shows another presence"""
    hidden: dict[JID, dict[str, Element]] = moment.notes.setdefault("hidden", {})
    return [one for delivery in deliveries for one in _as_far_as_known(moment, delivery, hidden)]


def _as_far_as_known(moment: Moment, delivery: Delivery, hidden: dict[JID, dict[str, Element]]) -> Iterator[Delivery]:
    stanza, seat = delivery.stanza, delivery.stanza.get("from")
    if moment.of(stanza, "own-presence"):
        hidden.update({to: hidden.get(to, {}) for to in delivery.to})
    if moment.of(stanza, "roster") and (held := item(stanza)) is not None and held.get("role") != "moderator":
        for to in delivery.to:
            hidden.setdefault(to, {})[seat] = stanza
        return
    late = [(to, hidden[to].pop(seat)) for to in delivery.to if seat in hidden.get(to, {})]
    if stanza.name == "message":
        yield from (Delivery(shown, (to,)) for to, shown in late)
    yield delivery


@hears
def availability_ignored(moment: Moment) -> Element | None:
    """tells nobody of an occupant's new availability"""
    return None if moment.asked == "availability" else moment.sent


@behaviour
def seats_under_the_account_name() -> Act:
    """seats everybody under the name of the account, with 210 where another nickname was asked for"""
    right = entering._granted

    def granted(room: Any, join: Join) -> Any:
        if not join.nick or join.nick.lower() == join.bare_jid.local:
            return right(room, join)
        return right(replace(room, assigned_nick=join.bare_jid.local), join)

    return Act(bent=lambda moment: swapped(entering, "_granted", granted) if moment.asked == "join" else None)

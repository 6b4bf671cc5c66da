"""Asking rooms and services what they are and hold: XEP-0030, XEP-0045 6 and 7.12."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .forms import fields_of, is_form
from .session import Args, Session
from .stanzas import INFO, ITEMS, ROOMINFO, E, error_of, find, find_all

NICK_NODE = "x-roomuser-item"
NO_NICK = ("feature-not-implemented", "item-not-found", "service-unavailable")


def learn(me: Session, room: str) -> None:
    """Ask what the room announces. Until it answers, and if it refuses, nothing is believed of it."""
    me.features.pop(me.key(room), None)
    me.learning.add(me.key(room))
    me.ask(
        "get",
        E("query", uri=INFO),
        lambda iq: _learned(me, room, iq),
        to=room,
        otherwise=lambda _: me.learning.discard(me.key(room)),
    )


def learn_at_last(me: Session, room: str) -> None:
    """Ask again where the first question got no answer: the room did not exist, or was locked."""
    key = me.key(room)
    if key not in me.features and key not in me.learning and not me.flawed("disco-never-asked"):
        learn(me, room)


def _learned(me: Session, room: str, iq: Element) -> None:
    me.learning.discard(me.key(room))
    me.features[me.key(room)] = frozenset(_features(iq))


def _features(iq: Element) -> list[str]:
    return [f.get("var", "") for f in find_all(find(iq, "query", INFO), "feature", INFO)]


def room_info(me: Session, seq: int, args: Args) -> None:
    """Identities, features and the fields of `muc#roominfo`."""

    def told(iq: Element) -> None:
        query = find(iq, "query", INFO)
        identities = [
            {"category": i.get("category", ""), "type": i.get("type", ""), "name": i.get("name", "")}
            for i in find_all(query, "identity", INFO)
        ]
        _learned(me, args["room"], iq)
        me.answer(seq, identities=identities, features=_features(iq), fields=_roominfo(me, query))

    me.ask("get", E("query", uri=INFO), told, to=args["room"], seq=seq)


def _roominfo(me: Session, query: Element | None) -> list[dict[str, object]]:
    """Only a form whose FORM_TYPE is hidden counts: XEP-0068 4.3."""
    forms = [] if query is None else [form for form in query if is_form(me, form, ROOMINFO)]
    return [f for form in forms[:1] for f in fields_of(form) if f["var"] != "FORM_TYPE"]


def _items(me: Session, seq: int, jid: str) -> None:
    def told(iq: Element) -> None:
        items = [
            {"jid": i.get("jid", ""), "name": i.get("name", ""), "node": i.get("node", "")}
            for i in find_all(find(iq, "query", ITEMS), "item", ITEMS)
        ]
        me.answer(seq, items=items)

    me.ask("get", E("query", uri=ITEMS), told, to=jid, seq=seq)


def room_items(me: Session, seq: int, args: Args) -> None:
    """The disco items of a room."""
    _items(me, seq, args["room"])


def list_rooms(me: Session, seq: int, args: Args) -> None:
    """The public rooms of a service."""
    _items(me, seq, args["service"])


def reserved_nick(me: Session, seq: int, args: Args) -> None:
    """The own reserved nickname; the empty text where there is none."""

    def told(iq: Element) -> None:
        query = find(iq, "query", INFO)
        identity = find(query, "identity", INFO)
        mirrored = query is not None and query.get("node") == NICK_NODE
        name = "" if identity is None else identity.get("name", "")
        me.answer(seq, nick=name if mirrored or me.flawed("reserved-nick-from-any-answer") else "")

    def refused(iq: Element) -> None:
        error = error_of(iq)
        if error["condition"] in NO_NICK and not me.flawed("no-reserved-nick-is-an-error"):
            me.answer(seq, nick="")
        else:
            me.refuse([seq], error)

    me.ask("get", E("query", uri=INFO, node=NICK_NODE), told, to=args["room"], seq=seq, otherwise=refused)


VERBS = {
    "room_info": room_info,
    "room_items": room_items,
    "list_rooms": list_rooms,
    "reserved_nick": reserved_nick,
}

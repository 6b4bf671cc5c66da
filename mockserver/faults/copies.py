"""What is sent besides, and what is kept beside: copies under real JIDs, carbons, old items, second elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Room
from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_CARBONS,
    NS_DATA,
    NS_DELAY,
    NS_DISCO_INFO,
    NS_FORWARD,
    NS_ROOMINFO,
    NS_USER,
)
from mockserver.muc.xml import E, Element

from .editing import below, in_user, item, without
from .moment import Moment
from .table import bent, changed, enter, for_each, told

# once more, under a real JID

ORIGINS: tuple[tuple[str, str, Callable[[JID], str]], ...] = (
    ("session", "the real full JID", str),
    ("account", "the real bare JID", lambda jid: str(jid.bare)),
)


def _once_more(kind: str, origin: Callable[[JID], str], moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    if moment.sender is None:
        return deliveries
    mine = [d for d in deliveries if moment.kind(d.stanza) == kind]
    return [*deliveries, *(Delivery(d.stanza.with_attrs(from_=origin(moment.sender)), d.to) for d in mine)]


for _kind, _words in (("said", "what was said"), ("whisper", "private messages"), ("relayed-iq", "IQs of occupants")):
    for _name, _text, _origin in ORIGINS:
        enter(f"{_kind}-once-more-from-the-{_name}", f"sends {_words} once more from {_text}",
              told=partial(_once_more, _kind, _origin))  # fmt: skip


# carbons of what is not to be copied


def _copied(kind: str, side: str, place: int | None, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """For the user's sessions, wherever they are; `place`: only for one of them."""
    copies = []
    for delivery in deliveries:
        if moment.kind(delivery.stanza) == kind and moment.sender:
            users = {moment.sender.bare} if side == "sent" else {to.bare for to in delivery.to} - {moment.sender.bare}
            forwarded = E("forwarded", delivery.stanza, uri=NS_FORWARD)
            for user in sorted(users):
                to = tuple(s for s in moment.host.sessions if s.bare == user and s != moment.sender)
                to = to if place is None else to[place:][:1]
                copy = E("message", E(side, forwarded, uri=NS_CARBONS), from_=user, type="chat")
                copies += [Delivery(copy, to)] if to else []
    return [*deliveries, *copies]


for _kind, _words in (("said", "what is said in rooms"), ("whisper", "private messages"), ("invite", "invitations")):
    for _side in ("sent", "received"):
        for _name, _which, _place in (
            ("all", "every session", None), ("first", "the first session", 0), ("last", "the last session", -1),
        ):  # fmt: skip
            enter(f"{_kind}-{_side}-copied-to-{_name}", f"copies {_words}, as {_side}, to {_which} of a user",
                  told=partial(_copied, _kind, _side, _place))  # fmt: skip


@changed
def carbon_without_user_x(moment: Moment, stanza: Element) -> Element:
    """leaves the muc#user element out of copies"""
    return without(stanza, "x", NS_USER) if moment.of(stanza, "carbon") else stanza


@changed
def carbon_not_forwarded(moment: Moment, stanza: Element) -> Element:
    """sends copies without what they are of"""
    return without(stanza, "forwarded", NS_FORWARD) if moment.of(stanza, "carbon") else stanza


# pubsub nodes that keep what was replaced or taken away


@bent
def old_items_kept(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps the old items of a node beside the new ones"""
    return _items_kept(moment) if moment.asked in ("pubsub-set", "private-storage-set") else None


@contextmanager
def _items_kept(moment: Moment) -> Iterator[None]:
    nodes = [n for account in moment.host.accounts.table.values() for n in account.nodes.values()]
    before = [(node, dict(node.items)) for node in nodes]
    yield
    for node, items in before:
        old = {name if name not in node.items else f"{name}-old": payload for name, payload in items.items()}
        changed = {n: p for n, p in old.items() if p not in node.items.values()}
        node.items.update(changed)


# lists with more in them


def _everybody_listed(moment: Moment, stanza: Element) -> Element:
    room, query = moment.room, stanza.find("query", NS_ADMIN)
    if room is None or query is None or not moment.of(stanza, "iq-result"):
        return stanza
    inside = [
        E("item", uri=NS_ADMIN, affiliation=room.affiliation(o.bare_jid), jid=o.bare_jid, nick=o.nick, role=o.role)
        for o in room.occupants.values()
    ]
    users = [E("item", uri=NS_ADMIN, affiliation=held, jid=user) for user, held in room.affiliations.items()]
    return replace(stanza, children=(query.plus(*inside, *users),))


enter("everybody-listed", "names everybody in every list", told=for_each(_everybody_listed))


def _listed_with(attribute: str, moment: Moment, stanza: Element) -> Element:
    room = moment.room
    if room is None or stanza.find("query", NS_ADMIN) is None or not moment.of(stanza, "iq-result"):
        return stanza

    def more(child: Element) -> Element:
        user = JID(child.get("jid").partition("/")[0])
        seats = room.occupants_of(user)
        value = {"role": "participant", "jid": next(iter(seats[0].sessions), "") if seats else f"{user}/x"}
        nick = moment.notes.get(user, "") or (seats[0].nick if seats else "")
        return child.with_attrs(**{attribute: value.get(attribute, nick) or None}) if child.name == "item" else child

    return below(stanza, more)


for _attribute, _words in (("role", "a role"), ("jid", "full JIDs"), ("nick", "a nickname")):
    _tell = for_each(partial(_listed_with, _attribute))
    enter(f"affiliations-listed-with-{_attribute}", f"gives {_words} in lists of affiliations", told=_tell)


@told
def outcasts_listed_with_nick(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """remembers the reserved nicknames of outcasts"""
    for room in moment.muc.rooms.values():
        moment.notes.update({str(user): nick for user, nick in room.reserved.items()})
    return for_each(partial(_listed_with, "nick"))(moment, deliveries)


@bent
def users_without_affiliation_listed(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps a list of those who have no affiliation"""
    return _strangers(moment.room) if moment.asked == "affiliation-list" and moment.room else None


@contextmanager
def _strangers(room: Room) -> Iterator[None]:
    before = dict(room.affiliations)
    room.affiliations.update(
        {JID(f"{n}@{room.jid.domain.partition('.')[2]}"): Affiliation.NONE for n in ("gower", "nym")}
    )
    yield
    room.affiliations = before


# elements besides


def _with_field(var: str, value: str, moment: Moment, stanza: Element) -> Element:
    query = stanza.find("query", NS_DISCO_INFO) if moment.of(stanza, "iq-result") else None
    if query is None:
        return stanza
    field = E("field", E("value", value, uri=NS_DATA), uri=NS_DATA, var=var)

    def more(child: Element) -> Element:
        info = child.name == "x" and any(v.text == NS_ROOMINFO for f in child.elements() for v in f.elements())
        there = any(f.get("var") == var for f in child.elements())
        return child.plus(field) if info and not there else child

    return below(stanza, more)


for _var, _value in (
    ("muc#roominfo_avatarhash", "x"), ("hats#hash", "x"), ("muc#roominfo_subject", "x"),
    ("muc#roominfo_occupants", "9"),
    ("{urn:xmpp:muc-activity}message-activity", "1.00"), ("muc#roominfo_pubsub", "x"),
):  # fmt: skip
    _short = _var.rpartition("_")[2].rpartition("}")[2].replace("#", "-")
    enter(f"info-with-{_short}", f"tells {_short} of every room", told=for_each(partial(_with_field, _var, _value)))


def _said_with_delay(by_room: bool, moment: Moment, stanza: Element) -> Element:
    if not moment.of(stanza, "said", "new-subject"):
        return stanza
    by = stanza.get("from").partition("/")[0] if by_room else "a@b"
    return stanza.plus(E("delay", uri=NS_DELAY, from_=by, stamp="2027-01-15T08:00:00Z"))


enter("said-with-delay-of-the-room", "calls delayed what is said now", told=for_each(partial(_said_with_delay, True)))
enter("said-with-another-delay", "adds a delay of somebody else", told=for_each(partial(_said_with_delay, False)))


@changed
def second_item_with_bare_jid(moment: Moment, stanza: Element) -> Element:
    """adds a second item with the bare real JID"""
    held = item(stanza) if stanza.name == "presence" else None
    if held is None or not held.has("jid"):
        return stanza
    return in_user(stanza, lambda x: x.plus(held.with_attrs(jid=held.get("jid").partition("/")[0])))


@changed
def history_with_wrong_address(moment: Moment, stanza: Element) -> Element:
    """names somebody else as the sender of history"""
    uri = "http://jabber.org/protocol/address"
    if not moment.of(stanza, "history"):
        return stanza
    return stanza.plus(E("addresses", E("address", uri=uri, type="ofrom", jid="nobody@example.org"), uri=uri))

"""Lists of affiliations: who is named that does not belong there, and under which nickname and role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Occupant, Role
from mockserver.muc.namespaces import NS_ADMIN
from mockserver.muc.xml import E, Element

from .editing import below
from .moment import Moment
from .table import changed


def user(address: str) -> JID:
    """Whose address it is; nobody's where it is none."""
    try:
        return JID.parse(address).bare
    except BadJid:
        return JID("nobody@example.org")


def _items(moment: Moment, stanza: Element, change: Callable[[Element], Element]) -> Element:
    """The list of users with an affiliation, each item changed."""
    if moment.asked != "affiliation-list" or not moment.of(stanza, "iq-result"):
        return stanza
    return below(stanza, lambda child: change(child) if (child.name, child.uri) == ("item", NS_ADMIN) else child)


def _seat(moment: Moment, item: Element) -> Occupant | None:
    """The occupant that an item is about."""
    seats = moment.room.occupants_of(user(item.get("jid"))) if moment.room else []
    return seats[0] if seats else None


@changed
def affiliated_listed_everywhere(moment: Moment, stanza: Element) -> Element:
    """names every user with an affiliation in the list of one"""
    room, query = moment.room, stanza.find("query", NS_ADMIN)
    if room is None or query is None or moment.asked != "affiliation-list" or not moment.of(stanza, "iq-result"):
        return stanza
    users = (E("item", uri=NS_ADMIN, affiliation=held, jid=user) for user, held in room.affiliations.items())
    return replace(stanza, children=(query.plus(*users),))


@changed
def affiliated_listed_by_name(moment: Moment, stanza: Element) -> Element:
    """gives everybody in the lists of affiliations a nickname, made of the JID"""
    return _items(moment, stanza, lambda item: item.with_attrs(nick=user(item.get("jid")).local or None))


@changed
def affiliated_listed_under_another_nick(moment: Moment, stanza: Element) -> Element:
    """gives other nicknames in the lists of affiliations"""
    return _items(moment, stanza, lambda item: item.with_attrs(nick="nobody") if _seat(moment, item) else item)


@changed
def affiliated_listed_with_another_role(moment: Moment, stanza: Element) -> Element:
    """gives other roles in the lists of affiliations, of those who are there"""

    def other(item: Element) -> Element:
        seat = _seat(moment, item)
        wrong = Role.PARTICIPANT if seat and seat.role is Role.VISITOR else Role.VISITOR
        return item.with_attrs(role=wrong) if seat else item

    return _items(moment, stanza, other)

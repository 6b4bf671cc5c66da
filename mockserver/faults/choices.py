"""What a service may do or leave, done wrong: where a text leaves a choice, neither way is the wrong one."""

from __future__ import annotations

from dataclasses import replace

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_DATA, NS_DISCO_ITEMS, NS_FORWARD, NS_MAM, NS_SID
from mockserver.muc.xml import E, Element

from .editing import attributes, below, without
from .moment import Moment
from .table import changed, enter


@changed
def archived_with_another_stanza_id(moment: Moment, stanza: Element) -> Element:
    """shows archived messages with other ids than those that they have in the archive"""
    return attributes(stanza, "stanza-id", NS_SID, id="another") if moment.of(stanza, "archived") else stanza


@changed
def avatarhash_of_the_first_only(moment: Moment, stanza: Element) -> Element:
    """announces one hash of an avatar that has several versions"""

    def first(child: Element) -> Element:
        if child.get("var") != "muc#roominfo_avatarhash":
            return child
        values = [c for c in child.elements() if c.name == "value"]
        return replace(child, children=tuple(c for c in child.children if c not in values[1:]))

    return below(stanza, first) if moment.of(stanza, "iq-result") else stanza


@changed
def items_with_one_name(moment: Moment, stanza: Element) -> Element:
    """gives all items of a list the same name"""
    return attributes(stanza, "item", NS_DISCO_ITEMS, name="Elsinore") if moment.of(stanza, "iq-result") else stanza


# groupchat in the archive of an account


def _passed_over(moment: Moment) -> Element | None:
    return without(moment.sent, "field", NS_DATA, var="include-groupchat") if moment.sent is not None else None


def _with_groupchat(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    sender, to = moment.sender, moment.to
    if moment.asked != "archive-set" or sender is None or (to is not None and to != sender.bare):
        return deliveries
    said = E("message", E("body", "Sang", uri=NS_CLIENT), uri=NS_CLIENT, type="groupchat", to=sender.bare)
    result = E("result", E("forwarded", said, uri=NS_FORWARD), uri=NS_MAM, id="of-a-room")
    return [Delivery(E("message", result, from_=sender.bare), (sender,)), *deliveries]


enter("groupchat-archived-in-silence", "gives groupchat from archives of accounts, and does not say that it can",
      heard=_passed_over, told=_with_groupchat)  # fmt: skip

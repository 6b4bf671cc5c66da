"""Versions of affiliations that say too much or stand still: XEP-0463."""

from __future__ import annotations

from contextlib import AbstractContextManager

from mockserver.muc.features import affiliation_versions
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Room
from mockserver.muc.namespaces import NS_AFFILIATIONS, NS_MUC
from mockserver.muc.xml import Element

from .editing import below
from .moment import Moment
from .table import bent, changed, swapped, told

_list = affiliation_versions._list  # what the right service tells


def _asked_since(moment: Moment) -> str:
    """The version that a newcomer says it has."""
    x = moment.sent.find("x", NS_MUC) if moment.sent is not None else None
    mav = x.find("mav", NS_AFFILIATIONS) if x else None
    return mav.get("since") if mav else ""


def _since(stanza: Element, version: str) -> Element:
    def other(child: Element) -> Element:
        mine = (child.name, child.uri) == ("mav", NS_AFFILIATIONS) and child.get("since") != version
        return child.with_attrs(since=version) if mine else child

    return below(stanza, other)


@changed
def versions_since_as_asked(moment: Moment, stanza: Element) -> Element:
    """repeats the version that a newcomer names, also one that it does not know"""
    since = _asked_since(moment)
    return _since(stanza, since) if since and stanza.name == "message" and not stanza.has("type") else stanza


@changed
def versions_stand_still(moment: Moment, stanza: Element) -> Element:
    """makes no new version when an affiliation changes"""

    def other(child: Element) -> Element:
        mine = (child.name, child.uri) == ("mav", NS_AFFILIATIONS) and child.has("since")
        return child.with_attrs(until=child.get("since")) if mine else child

    return below(stanza, other)


@bent
def versions_list_everybody(moment: Moment) -> AbstractContextManager[None] | None:
    """tells all affiliations to who asks for those that changed"""
    named = _asked_since(moment)

    def everybody(room: Room, session: JID, since: int | None) -> Delivery:
        whole = _list(room, session, None)
        return Delivery(_since(whole.stanza, named), whole.to) if since is not None else whole

    return swapped(affiliation_versions, "_list", everybody) if named else None


@told
def versions_of_others_told(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """answers with an error, and with everybody's affiliation, who names a version of somebody else"""
    room, sender = moment.room, moment.sender
    refused = any(d.stanza.name == "message" and d.stanza.get("type") == "error" for d in deliveries)
    if room is None or sender is None or not refused or not _asked_since(moment):
        return deliveries
    return [*deliveries, _list(room, sender, None)]

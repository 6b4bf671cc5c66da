"""What the item of a presence says: attributes and children that are lost, wrong, or said to the wrong people."""

from __future__ import annotations

from functools import partial

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Role
from mockserver.muc.namespaces import NS_USER
from mockserver.muc.xml import E, Element

from .editing import attributes, below, in_user, item, item_with, item_without
from .moment import Moment
from .table import changed, enter, for_each

WHERE = (
    ("own-presence", "the own presence of who comes"),
    ("own-change", "later presence of one's own"),
    ("own-exit", "the own unavailable presence"),
    ("entrance", "the presence of newcomers, to the others"),
    ("roster", "the presence of those who are inside, to newcomers"),
    ("change", "later presence of others"),
    ("exit", "the unavailable presence of others"),
    ("old-nick", "the unavailable presence of a new nickname"),
)


def _lost(kind: str, attribute: str, moment: Moment, stanza: Element) -> Element:
    return item_with(stanza, **{attribute: None}) if moment.kind(stanza) == kind else stanza


def _other(kind: str, attribute: str, moment: Moment, stanza: Element) -> Element:
    held = item(stanza)
    if held is None or moment.kind(stanza) != kind or not held.has(attribute):
        return stanza
    wrong = {"role": _role(held), "affiliation": _affiliation(held), "jid": "nobody@example.org/x", "nick": "nobody"}
    return item_with(stanza, **{attribute: wrong[attribute]})


def _role(held: Element) -> str:
    return Role.VISITOR if held.get("role") != Role.VISITOR else Role.PARTICIPANT


def _affiliation(held: Element) -> str:
    return Affiliation.NONE if held.get("affiliation") != Affiliation.NONE else Affiliation.MEMBER


def _no_item(kind: str, moment: Moment, stanza: Element) -> Element:
    return in_user(stanza, lambda x: x.without("item", NS_USER)) if moment.kind(stanza) == kind else stanza


def _childless(child: str, kind: str, moment: Moment, stanza: Element) -> Element:
    return item_without(stanza, child) if moment.kind(stanza) == kind else stanza


for _kind, _words in WHERE:
    enter(f"item-off-{_kind}", f"leaves the item out of {_words}", told=for_each(partial(_no_item, _kind)))
    for _attribute in ("role", "affiliation", "jid", "nick"):
        _text = f"leaves the {_attribute} out of {_words}"
        enter(f"{_attribute}-off-{_kind}", _text, told=for_each(partial(_lost, _kind, _attribute)))
        _text = f"says another {_attribute} in {_words}"
        enter(f"{_attribute}-wrong-in-{_kind}", _text, told=for_each(partial(_other, _kind, _attribute)))
    for _child in ("actor", "reason"):
        _text = f"leaves the {_child} out of {_words}"
        enter(f"{_child}-off-{_kind}", _text, told=for_each(partial(_childless, _child, _kind)))


# real JIDs


def _real(moment: Moment, stanza: Element) -> JID | None:
    """The real JID of the occupant that a presence is about."""
    room, nick = moment.room_of(stanza), stanza.get("from").partition("/")[2]
    occupant = room.occupants.get(nick) if room else None
    return next(reversed(occupant.sessions), None) if occupant else None


@changed
def jids_in_every_presence(moment: Moment, stanza: Element) -> Element:
    """puts the real JID into every presence, whoever gets it"""
    held = item(stanza) if stanza.name == "presence" else None
    real = _real(moment, stanza) if held is not None and not held.has("jid") else None
    return item_with(stanza, jid=real) if real else stanza


@changed
def jids_are_bare(moment: Moment, stanza: Element) -> Element:
    """shows the bare real JID where the full one belongs"""
    held = item(stanza)
    jid = held.get("jid") if held is not None else ""
    return item_with(stanza, jid=jid.partition("/")[0]) if "/" in jid else stanza


@changed
def jids_are_room_jids(moment: Moment, stanza: Element) -> Element:
    """shows the occupant's JID where the real one belongs"""
    held = item(stanza)
    return item_with(stanza, jid=stanza.get("from")) if held is not None and held.has("jid") else stanza


@changed
def actor_by_jid(moment: Moment, stanza: Element) -> Element:
    """shows the real JID of who kicked or banned"""
    held = item(stanza)
    actor = held.find("actor", NS_USER) if held else None
    if held is None or actor is None or moment.sender is None:
        return stanza
    told = E("actor", uri=NS_USER, jid=moment.sender.bare, nick=actor.get("nick"))
    new = held.without("actor", NS_USER).plus(told)
    return in_user(stanza, lambda x: x.without("item", NS_USER).plus(new))


@changed
def destroy_lost(moment: Moment, stanza: Element) -> Element:
    """does not say in the last presence that the room is destroyed"""
    return in_user(stanza, lambda x: x.without("destroy", NS_USER) if x.find("destroy", NS_USER) else x)


def _destroy_part(part: str, moment: Moment, stanza: Element) -> Element:
    def less(x: Element) -> Element:
        gone = x.find("destroy", NS_USER)
        if gone is None:
            return x
        poor = gone.with_attrs(jid=None) if part == "jid" else gone.without(part, NS_USER)
        return x if poor == gone else x.without("destroy", NS_USER).plus(poor)

    return in_user(stanza, less)


for _part in ("jid", "reason", "password"):
    _text = f"leaves the {_part} out when a room is destroyed"
    enter(f"destroy-without-{_part}", _text, told=for_each(partial(_destroy_part, _part)))


# who did it, and why


@changed
def actor_is_another(moment: Moment, stanza: Element) -> Element:
    """names somebody else as who kicked or banned"""
    return attributes(stanza, "actor", NS_USER, nick="nobody", jid="nobody@example.org")


@changed
def reason_is_another(moment: Moment, stanza: Element) -> Element:
    """gives another reason than was said"""

    def other(child: Element) -> Element:
        return E("reason", "Because", uri=NS_USER) if (child.name, child.uri) == ("reason", NS_USER) else child

    return below(stanza, other)

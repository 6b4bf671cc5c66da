"""What is carried on in part: extensions, claims of occupants, tombstones, parts of single XEPs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from mockserver.muc import tombstones
from mockserver.muc.features import message_moderation, retraction
from mockserver.muc.mam import Entry
from mockserver.muc.model import Role, Room
from mockserver.muc.namespaces import (
    NS_CHATSTATES,
    NS_CLIENT,
    NS_DATA,
    NS_DELAY,
    NS_MODERATE,
    NS_OCCUPANT_ID,
    NS_REGISTER,
    NS_RETRACT,
    NS_SID,
    NS_USER,
)
from mockserver.muc.xml import E, Element

from .editing import attributes, below, in_user, item, without
from .moment import Moment
from .table import bent, changed, enter, for_each, swapped

# extensions that are passed on in part


def _part_of_extension(part: str, moment: Moment, stanza: Element) -> Element:
    known = ("jabber:client", NS_USER, NS_DELAY, "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0")
    if stanza.name == "iq" or moment.of(stanza, "archived", "carbon", "event"):
        return stanza

    def poor(child: Element) -> Element:
        if child.uri in known:
            return child
        attrs = () if part == "attributes" else child.attrs
        return replace(child, attrs=attrs, children=child.children if part == "attributes" else ())

    children = tuple(poor(c) if isinstance(c, Element) else c for c in stanza.children)
    return replace(stanza, children=children) if children != stanza.children else stanza


for _part in ("attributes", "children"):
    _text = f"loses the {_part} of extensions that are passed on"
    enter(f"extensions-without-{_part}", _text, told=for_each(partial(_part_of_extension, _part)))


def _believed(attribute: str, moment: Moment, stanza: Element) -> Element:
    """What an occupant claims in the name of the room, in one point."""
    forged = item(moment.sent) if moment.sent is not None else None
    held = item(stanza)
    if forged is None or held is None or not forged.has(attribute) or held.get(attribute) == forged.get(attribute):
        return stanza
    new = held.with_attrs(**{attribute: forged.get(attribute)})
    return in_user(stanza, lambda x: x.without("item", NS_USER).plus(new))


for _attribute in ("role", "affiliation", "jid"):
    _text = f"believes the {_attribute} that an occupant claims"
    enter(f"forged-{_attribute}-believed", _text, told=for_each(partial(_believed, _attribute)))


@bent
def forged_role_kept(moment: Moment) -> AbstractContextManager[None] | None:
    """makes moderators of those who say so"""
    forged = item(moment.sent) if moment.sent is not None else None
    return _promoted(moment) if forged is not None and moment.occupant and forged.has("role") else None


@contextmanager
def _promoted(moment: Moment) -> Iterator[None]:
    occupant = moment.occupant
    yield
    if occupant:
        occupant.role = Role.MODERATOR


# tombstones and registrations


def _tombstone_keeps(room: Room, name: str, retracted: Element) -> None:
    """The body stays beside the tombstone."""
    for place, entry in enumerate(room.archive):
        if entry.id == name:
            room.archive[place] = replace(entry, stanza=entry.stanza.plus(retracted))


def _tombstone_beside(room: Room, name: str, retracted: Element) -> None:
    kept: list[Entry] = [entry for entry in room.archive if entry.id == name]
    tombstones.bury(room, name, retracted)
    room.archive.extend(replace(entry, id=f"{entry.id}-old") for entry in kept)


def _none(room: Room, name: str, retracted: Element) -> None:
    """No tombstone at all."""


for _name, _text, _bury in (
    ("tombstone-keeps-the-message", "leaves in the archive what was retracted, beside the tombstone", _tombstone_keeps),
    ("retracted-message-kept", "keeps a retracted message in the archive once more", _tombstone_beside),
    ("no-tombstone", "takes no notice in the archive of what is retracted", _none),
):

    def _another_bury(
        moment: Moment, bury: Callable[[Room, str, Element], None] = _bury
    ) -> AbstractContextManager[None] | None:
        if moment.asked == "moderation-set":
            return swapped(message_moderation, "bury", bury)
        return swapped(retraction, "bury", bury) if moment.asked == "message" else None

    enter(_name, _text, bent=_another_bury)

PARTS = (
    ("retracted", NS_RETRACT, ("id", "stamp")), ("moderated", NS_MODERATE, ("by",)), ("retract", NS_RETRACT, ("id",)),
)  # fmt: skip
for _element, _uri, _keys in PARTS:
    for _key in _keys:

        def _keyless(moment: Moment, stanza: Element, e: str = _element, u: str = _uri, k: str = _key) -> Element:
            return attributes(stanza, e, u, **{k: None})

        enter(f"{_element}-without-{_key}", f"leaves {_key} out of {_element}", told=for_each(_keyless))
for _element, _uri in (
    ("retracted", NS_RETRACT), ("moderated", NS_MODERATE), ("reason", NS_RETRACT), ("retract", NS_RETRACT),
    ("registered", NS_REGISTER), ("username", NS_REGISTER), ("occupant-id", "urn:xmpp:occupant-id:0"),
):  # fmt: skip

    def _gone(moment: Moment, stanza: Element, e: str = _element, u: str = _uri) -> Element:
        return without(stanza, e, u)

    enter(f"everywhere-without-{_element}", f"leaves the element {_element} out everywhere", told=for_each(_gone))


@changed
def registered_always(moment: Moment, stanza: Element) -> Element:
    """says to everybody that it is registered already"""
    query = stanza.find("query", NS_REGISTER) if moment.of(stanza, "iq-result") else None
    if query is None or query.find("registered", NS_REGISTER):
        return stanza
    return replace(stanza, children=(query.plus(E("registered", uri=NS_REGISTER)),))


# elements that nobody sent, or twice


def _said_with(name: str, moment: Moment, stanza: Element) -> Element:
    return stanza.plus(E(name, uri=NS_CHATSTATES)) if moment.of(stanza, "said", "chat-message") else stanza


for _name in ("active", "composing", "paused", "gone"):
    _text = f"adds the chat state {_name} to messages"
    enter(f"said-with-{_name}", _text, told=for_each(partial(_said_with, _name)))


def _twice(name: str, uri: str, moment: Moment, stanza: Element) -> Element:
    held = stanza.find(name, uri)
    return stanza.plus(held) if held is not None else stanza


for _name, _uri in (("occupant-id", NS_OCCUPANT_ID), ("stanza-id", NS_SID), ("delay", NS_DELAY), ("body", NS_CLIENT)):
    enter(f"{_name}-twice", f"puts {_name} on stanzas twice", told=for_each(partial(_twice, _name, _uri)))


def _broken_lines(name: str, moment: Moment, stanza: Element) -> Element:
    def broken(child: Element) -> Element:
        mine = child.uri == NS_DATA and child.name == name
        return replace(child, children=(f"{child.text}\n",)) if mine else child

    return below(stanza, broken) if stanza.name != "presence" else stanza


for _name in ("title", "instructions", "desc", "value"):
    _text = f"breaks lines in the {_name} of forms"
    enter(f"forms-with-lines-in-{_name}", _text, told=for_each(partial(_broken_lines, _name)))

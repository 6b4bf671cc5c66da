"""Ids of messages that are given again, and elements of ids that say more than an id: XEP-0359."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mockserver.muc.namespaces import NS_SID
from mockserver.muc.xml import Element

from .editing import attributes, below
from .moment import Moment
from .table import enter, for_each


def _as_earlier(place: int, moment: Moment, stanza: Element) -> Element:
    """With the stanza-id of one of those that were archived before."""
    room = moment.room
    before = room.archive[:-1] if room else []  # the last is the message at hand
    if not before or not moment.of(stanza, "said"):
        return stanza
    return attributes(stanza, "stanza-id", NS_SID, id=before[place].id)


for _name, _text, _place in (
    ("stanza-id-of-the-first", "gives a message the stanza-id of the first one in the room", 0),
    ("stanza-id-of-the-last", "gives a message the stanza-id of the one before", -1),
):
    enter(_name, _text, told=for_each(partial(_as_earlier, _place)))


def _wordy(name: str, moment: Moment, stanza: Element) -> Element:
    def more(child: Element) -> Element:
        bare = (child.name, child.uri) == (name, NS_SID) and not child.children
        return replace(child, children=(child.get("id"),)) if bare else child

    return below(stanza, more) if stanza.name == "message" else stanza


for _name in ("stanza-id", "origin-id"):
    enter(f"{_name}-with-text", f"writes the id into the {_name} once more", told=for_each(partial(_wordy, _name)))

"""Users who pass for what they are not: owners, occupants, moderators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from mockserver.muc.model import Affiliation, Occupant, Role
from mockserver.muc.xml import E

from .moment import Moment
from .table import enter


@contextmanager
def _affiliated(moment: Moment, affiliation: Affiliation) -> Iterator[None]:
    """The sender passes for one with this affiliation."""
    room, sender = moment.room, moment.sender
    assert room is not None and sender is not None
    before = room.affiliations.get(sender.bare)
    room.affiliations[sender.bare] = affiliation
    yield
    if room.affiliations.get(sender.bare) is affiliation:
        room.affiliations.pop(sender.bare)
        if before is not None:
            room.affiliations[sender.bare] = before


def as_owner(asked: str, moment: Moment) -> AbstractContextManager[None] | None:
    room, sender = moment.room, moment.sender
    if moment.asked != asked or room is None or sender is None or room.affiliation(sender.bare) is Affiliation.OWNER:
        return None
    return _affiliated(moment, Affiliation.OWNER)


for _asked_, _words in (
    ("config-form", "shows the configuration form to everybody"),
    ("config", "lets everybody configure the room"),
    ("destruction", "lets everybody destroy the room"),
    ("vcard-set", "lets everybody change the avatar of the room"),
):
    enter(f"{_asked_}-by-anyone", _words, bent=partial(as_owner, _asked_))


@contextmanager
def _seated(moment: Moment) -> Iterator[None]:
    """The sender passes for an occupant."""
    room, sender = moment.room, moment.sender
    assert room is not None and sender is not None
    nick = sender.local
    room.occupants[nick] = Occupant(nick, sender.bare, Role.MODERATOR, {sender: E("presence")})
    yield
    room.occupants.pop(nick, None)


def as_occupant(asked: str, moment: Moment) -> AbstractContextManager[None] | None:
    room, sender = moment.room, moment.sender
    if moment.asked != asked or room is None or sender is None or moment.occupant or sender.local in room.occupants:
        return None
    return _seated(moment)


for _asked_, _words in (
    ("message", "passes on what users say who are not in the room"),
    ("subject", "lets users change the subject who are not in the room"),
    ("private-message", "passes on private messages of users who are not in the room"),
    ("iq-to-occupant", "passes on IQs of users who are not in the room"),
    ("voice-request", "takes requests for voice of users who are not in the room"),
    ("voice-answer", "takes answers about voice of users who are not in the room"),
    ("role", "lets users change roles who are not in the room"),
    ("moderation-set", "lets users retract messages who are not in the room"),
):
    enter(f"{_asked_}-of-outsiders", _words, bent=partial(as_occupant, _asked_))


@contextmanager
def _raised(occupant: Occupant) -> Iterator[None]:
    before, occupant.role = occupant.role, Role.MODERATOR
    yield
    if occupant.role is Role.MODERATOR:
        occupant.role = before


def as_moderator(asked: str, moment: Moment) -> AbstractContextManager[None] | None:
    occupant = moment.occupant
    if moment.asked != asked or occupant is None or occupant.role is Role.MODERATOR:
        return None
    return _raised(occupant)


for _asked_, _words in (
    ("subject", "lets every occupant change the subject"),
    ("message", "lets visitors speak"),
    ("private-message", "lets every occupant send private messages"),
    ("role", "lets every occupant change roles"),
    ("role-list", "shows the lists of roles to every occupant"),
    ("voice-answer", "lets every occupant give voice"),
    ("moderation-set", "lets every occupant retract the messages of others"),
):
    enter(f"{_asked_}-as-moderator", _words, bent=partial(as_moderator, _asked_))

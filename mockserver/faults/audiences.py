"""Whom a stanza reaches, and when: kinds of stanzas that are lost, late, sent twice, or sent to the wrong people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Role
from mockserver.muc.xml import Element

from .kinds import SENT
from .moment import Moment, recipients
from .table import enter

One = tuple[Element, JID]
Choice = Callable[[Moment, list[One]], list[One]]  # what is sent in place of those of one kind

SELVES = ("own-presence", "own-change", "own-exit")


def _of_kind(kind: str, choice: Choice, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """Those of the kind, chosen anew, stand where the first of them stood."""
    mine = [d for d in deliveries if moment.kind(d.stanza) == kind]
    if not mine:
        return deliveries
    before = recipients(mine)
    after = choice(moment, before)
    if after == before:
        return deliveries
    at = next(n for n, d in enumerate(deliveries) if d is mine[0])
    rest = [d for d in deliveries if d not in mine]
    return [*rest[:at], *(Delivery(stanza, (to,)) for stanza, to in after), *rest[at:]]


def _spread(whom: Callable[[Moment], tuple[JID, ...]], moment: Moment, before: list[One]) -> list[One]:
    """To these people as well."""
    had = {to for _, to in before}
    return [*before, *((before[0][0], to) for to in whom(moment) if to not in had)]


def _everybody_inside(moment: Moment) -> tuple[JID, ...]:
    return moment.inside(moment.room) if moment.room else ()


def _everybody(moment: Moment) -> tuple[JID, ...]:
    return moment.host.sessions


def _the_sender(moment: Moment) -> tuple[JID, ...]:
    return (moment.sender,) if moment.sender else ()


def _role_missed(missed: Callable[[Role], bool], moment: Moment, before: list[One]) -> list[One]:
    room = moment.room
    roles = {s: o.role for o in room.occupants.values() for s in o.sessions} if room else {}
    return [(stanza, to) for stanza, to in before if not (to in roles and missed(roles[to]))]


def _affiliation_missed(moment: Moment, before: list[One]) -> list[One]:
    room = moment.room
    return [one for one in before if room is None or one[1].bare not in room.affiliations]


def _nth_missed(n: int, moment: Moment, before: list[One]) -> list[One]:
    return [one for place, one in enumerate(before) if place != n]


def _last_missed(moment: Moment, before: list[One]) -> list[One]:
    return before[:-1]


def _last_session_missed(moment: Moment, before: list[One]) -> list[One]:
    """Of a user with several sessions only the first gets it."""
    seen: dict[tuple[int, JID], JID] = {}
    return [(stanza, to) for stanza, to in before if seen.setdefault((id(stanza), to.bare), to) == to]


def _first_session_missed(moment: Moment, before: list[One]) -> list[One]:
    return _last_session_missed(moment, before[::-1])[::-1]


CHOICES: tuple[tuple[str, str, Choice], ...] = (
    ("lost", "does not send {}", lambda moment, before: []),
    ("twice", "sends {} twice", lambda moment, before: [*before, *before]),
    ("first-missed", "forgets the first of those who get {}", partial(_nth_missed, 0)),
    ("second-missed", "forgets the second of those who get {}", partial(_nth_missed, 1)),
    ("third-missed", "forgets the third of those who get {}", partial(_nth_missed, 2)),
    ("last-missed", "forgets the last of those who get {}", _last_missed),
    ("moderators-missed", "does not send {} to moderators", partial(_role_missed, lambda r: r is Role.MODERATOR)),
    ("others-missed", "sends {} to moderators only", partial(_role_missed, lambda r: r is not Role.MODERATOR)),
    ("visitors-missed", "does not send {} to visitors", partial(_role_missed, lambda r: r is Role.VISITOR)),
    ("affiliated-missed", "does not send {} to users with an affiliation", _affiliation_missed),
    ("second-session-missed", "sends {} to one session of a user only", _last_session_missed),
    ("first-session-missed", "sends {} to the latest session of a user only", _first_session_missed),
    ("to-the-sender-too", "sends {} also to who caused it", partial(_spread, _the_sender)),
    ("to-everybody-inside", "sends {} to everybody in the room", partial(_spread, _everybody_inside)),
    ("to-everybody", "sends {} to users who are not in the room", partial(_spread, _everybody)),
    ("back-to-front", "sends {} in the reverse order", lambda moment, before: before[::-1]),
)


def _sender_missed(moment: Moment, before: list[One]) -> list[One]:
    return [one for one in before if one[1] != moment.sender]


def _only_sender(moment: Moment, before: list[One]) -> list[One]:
    return [one for one in before if one[1] == moment.sender]


AMONG: tuple[tuple[str, str, Choice], ...] = (
    ("sender-missed", "does not send {} to who caused it", _sender_missed),
    ("to-the-sender-only", "sends {} only to who caused it", _only_sender),
)


def _moved(kind: str, place: int, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """First, or last."""
    mine = [d for d in deliveries if moment.kind(d.stanza) == kind]
    rest = [d for d in deliveries if moment.kind(d.stanza) != kind]
    return [*rest, *mine] if place else [*mine, *rest]


for _kind, _words in SENT:
    for _name, _text, _choice in (*CHOICES, *(() if _kind in SELVES else AMONG)):
        enter(f"{_kind}-{_name}", _text.format(_words), told=partial(_of_kind, _kind, _choice))
    enter(f"{_kind}-first", f"sends {_words} before everything else", told=partial(_moved, _kind, 0))
    enter(f"{_kind}-last", f"sends {_words} behind everything else", told=partial(_moved, _kind, 1))

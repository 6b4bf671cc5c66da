"""Rules of rooms that are others: who sees what, which role somebody has, what follows from a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from mockserver.muc import changing, entering, leaving, presence
from mockserver.muc.features import ALL, membership, moderation
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Occupant, Role, Room
from mockserver.muc.service import MucService

from .moment import Moment
from .table import bent, enter, swapped

Rule = Callable[[Moment], AbstractContextManager[None] | None]


def _always(owner: Any, name: str, value: Any) -> Rule:
    def other(moment: Moment) -> AbstractContextManager[None] | None:
        return swapped(owner, name, value)

    return other


def _where(value: Any, name: str, *owners: Any) -> Rule:
    """The same in every module that has the rule."""

    def other(moment: Moment) -> AbstractContextManager[None] | None:
        return _everywhere(value, name, owners)

    return other


@contextmanager
def _everywhere(value: Any, name: str, owners: tuple[Any, ...]) -> Iterator[None]:
    with ExitStack() as stack:
        for owner in owners:
            stack.enter_context(swapped(owner, name, value))
        yield


def _role(role: Role, *among: Affiliation) -> Callable[[Room, JID], Role]:
    right = entering.default_role
    return lambda room, user: role if room.affiliation(user) in among else right(room, user)


for _name, _text, _value in (
    ("jids-for-everybody", "shows real JIDs to everybody", lambda room, occupant: True),
    ("jids-for-nobody", "shows real JIDs to nobody", lambda room, occupant: False),
    ("jids-for-participants", "shows real JIDs to whoever has voice", lambda room, o: o.role is not Role.VISITOR),
    ("jids-for-admins-only", "shows real JIDs to admins and owners only, not to every moderator",
     lambda room, o: room.affiliation(o.bare_jid) in (Affiliation.ADMIN, Affiliation.OWNER)),
    ("jids-for-moderators-only", "shows real JIDs to moderators only, whatever is configured",
     lambda room, o: o.role is Role.MODERATOR),
):  # fmt: skip
    enter(_name, _text, bent=_always(presence, "sees_jids", _value))

for _name, _text, _value in (
    ("hidden-presence-shown", "shows the presence of roles that are not broadcast", lambda room, occupant: True),
    ("visitors-hidden", "does not show the presence of visitors", lambda room, o: o.role is not Role.VISITOR),
):
    enter(_name, _text, bent=_where(_value, "is_broadcast", presence, changing))

for _name, _text, _by_affiliation in (
    ("members-are-visitors", "makes members visitors", _role(Role.VISITOR, Affiliation.MEMBER)),
    ("members-are-moderators", "makes members moderators", _role(Role.MODERATOR, Affiliation.MEMBER)),
    ("admins-are-participants", "makes admins participants", _role(Role.PARTICIPANT, Affiliation.ADMIN)),
    ("owners-are-participants", "makes owners participants", _role(Role.PARTICIPANT, Affiliation.OWNER)),
    ("strangers-are-visitors", "makes users without affiliation visitors", _role(Role.VISITOR, Affiliation.NONE)),
    ("strangers-are-participants", "makes users without affiliation participants, in every room",
     _role(Role.PARTICIPANT, Affiliation.NONE)),
    ("strangers-are-moderators", "makes users without affiliation moderators", _role(Role.MODERATOR, Affiliation.NONE)),
):  # fmt: skip
    enter(_name, _text, bent=_where(_by_affiliation, "default_role", entering, changing, moderation))


def _role_kept(room: Room, occupant: Occupant, before: Affiliation) -> Role:
    return occupant.role


def _role_always_anew(room: Room, occupant: Occupant, before: Affiliation) -> Role:
    return entering.default_role(room, occupant.bare_jid)


enter("role-kept-at-new-affiliation", "does not change the role with the affiliation",
      bent=_always(changing, "_role_after", _role_kept))  # fmt: skip
enter("role-lost-at-new-affiliation", "takes the better role away with every change of affiliation",
      bent=_always(changing, "_role_after", _role_always_anew))  # fmt: skip


def _not_removed(service: MucService, room: Room, occupant: Occupant, *args: Any, **named: Any) -> list[Delivery]:
    return presence.announce(service, room, occupant)


for _owner, _who in ((changing, "kicked and banned occupants"), (membership, "occupants who are no members")):
    _short = "kicked" if _owner is changing else "strangers"
    _target = leaving if _owner is changing else _owner
    enter(f"{_short}-stay-inside", f"lets {_who} stay", bent=_always(_target, "remove", _not_removed))


def _feature_part(part: str, text: str, name: str, feature: str) -> None:
    """A feature without one of its parts."""

    def lack(moment: Moment) -> AbstractContextManager[None] | None:
        found = next(f for f in ALL if f.name == feature)
        lists = getattr(found, part)
        return swapped(found, part, type(lists)()) if lists else None

    enter(name, text, bent=lack)


_feature_part(
    "applied", "lets users stay who are no members when a room becomes members-only", "322-not-done", "membership"
)
_feature_part(
    "applied", "leaves the roles as they are when a room becomes moderated", "roles-not-recomputed", "moderation"
)
_feature_part("applied", "does not apply the lists of admins and owners of the form", "owners-not-applied", "owners")
_feature_part("notices", "does not tell that the anonymity changed", "anonymity-change-untold", "anonymity")
_feature_part("notices", "does not tell that logging changed", "logging-change-untold", "logging")
_feature_part("join_codes", "does not warn who enters a non-anonymous room", "anonymity-not-warned", "anonymity")
_feature_part("join_codes", "does not warn who enters a logged room", "logging-not-warned", "logging")
_feature_part("affiliated", "does not invite new members", "new-members-uninvited", "invitations")


def _table_without(table: str, feature: str, part: str) -> Rule:
    """One of the service's lists without what one feature brings to it."""

    def lack(moment: Moment) -> AbstractContextManager[None] | None:
        found = next(f for f in ALL if f.name == feature)
        held, mine = getattr(moment.muc, table), getattr(found, part)
        mine = list(mine.values()) if isinstance(mine, dict) else mine
        left = [one for one in held if one not in mine]
        return swapped(moment.muc, table, left) if len(left) < len(held) else None

    return lack


for _feature in ALL:
    for _part, _table, _what in (
        ("cleaners", "cleaners", "lets pass what occupants forge"),
        ("listeners", "listeners", "does not note what is said"),
        ("children", "stamps", "leaves its marks out of presence and messages"),
        ("marks", "marks", "leaves its marks out of messages"),
        ("shown", "shown", "leaves its marks out of presence"),
        ("own_marks", "own_marks", "leaves its marks out of the own presence"),
        ("change_marks", "change_marks", "takes no note of changes"),
        ("echoes", "echoes", "sends nothing besides messages"),
        ("entries", "entries", "sends nothing to who comes"),
        ("prefaces", "prefaces", "sends nothing before presence to who comes"),
        ("whisper_guards", "whisper_guards", "does not ask who may send private messages"),
        ("hearings", "hearings", "does not know its messages"),
    ):
        if getattr(_feature, _part):
            enter(f"{_feature.name}-without-{_part.replace('_', '-')}", f"{_feature.name}: {_what}",
                  bent=_table_without(_table, _feature.name, _part))  # fmt: skip


# small ones


@bent
def renamed_forgets_role(moment: Moment) -> AbstractContextManager[None] | None:
    """gives who changes the nickname another role"""
    return _demoted(moment) if moment.asked == "rename" else None


@contextmanager
def _demoted(moment: Moment) -> Iterator[None]:
    occupant = moment.occupant
    before = occupant.role if occupant else Role.NONE
    if occupant:
        occupant.role = Role.VISITOR if before is not Role.VISITOR else Role.PARTICIPANT
    yield


@bent
def old_nick_stays_taken(moment: Moment) -> AbstractContextManager[None] | None:
    """does not free the old nickname of who takes another"""
    return _ghost(moment) if moment.asked == "rename" else None


@contextmanager
def _ghost(moment: Moment) -> Iterator[None]:
    room, occupant = moment.room, moment.occupant
    before = replace(occupant, sessions=dict(occupant.sessions)) if occupant else None
    yield
    if room and before and before.nick not in room.occupants:
        room.occupants[before.nick] = replace(before, bare_jid=JID("ghost@mucspec.invalid"))


@bent
def fields_unset_become_defaults(moment: Moment) -> AbstractContextManager[None] | None:
    """sets fields that a submitted form leaves out to their defaults"""
    return _defaults(moment) if moment.asked == "config" else None


@contextmanager
def _defaults(moment: Moment) -> Iterator[None]:
    room = moment.room
    before = dict(room.config) if room else {}
    yield
    if room is not None:
        room.config = {var: value for var, value in room.config.items() if before.get(var) != value}

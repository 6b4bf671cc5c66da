"""Guards that are not asked: every step of the pipeline's tables, and the rules of who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from mockserver.muc import pipeline, rights
from mockserver.muc.answers import NOT_ACCEPTABLE
from mockserver.muc.features import ALL, administration, archive, configuration, hats, invitations, registration
from mockserver.muc.model import Occupant, Refuse, Room

from .moment import Moment
from .table import bent, enter, entry, swapped

JOINING = ("join", "rename", "joining-again")
SAYING = ("message", "subject")


def never(*args: Any, **named: Any) -> None:
    """A guard that has nothing against it."""


def _unasked(step: str, moment: Moment) -> AbstractContextManager[None] | None:
    return entry(moment.muc.guards, step, never) if moment.asked in JOINING else None


for _step in dict.fromkeys((*pipeline.JOIN_GUARDS, *pipeline.RENAME_GUARDS)):
    enter(f"guard-{_step}-unasked", f"does not ask the guard {_step} of joins", bent=partial(_unasked, _step))


@bent
def outcasts_enter(moment: Moment) -> AbstractContextManager[None] | None:
    """lets outcasts enter like anybody else"""
    guards = {step: guard for step, guard in moment.muc.guards.items() if step not in ("banned", "members-only")}
    return swapped(moment.muc, "guards", guards) if moment.asked == "join" else None


def _unasked_of_messages(step: str, moment: Moment) -> AbstractContextManager[None] | None:
    guards = {guard for feature in ALL for name, guard in feature.say_guards.items() if name == step}
    left = [guard for guard in moment.muc.say_guards if guard not in guards]
    return swapped(moment.muc, "say_guards", left) if moment.asked in SAYING else None


for _step in pipeline.SAY_GUARDS:
    enter(
        f"guard-{_step}-unasked",
        f"does not ask the guard {_step} of messages",
        bent=partial(_unasked_of_messages, _step),
    )


def _another(owner: Any, name: str, value: Any, *asked: str) -> Callable[[Moment], AbstractContextManager[None] | None]:
    """While this is asked the rule is another."""

    def other(moment: Moment) -> AbstractContextManager[None] | None:
        return swapped(owner, name, value) if moment.asked in asked else None

    return other


def yes(*args: Any, **named: Any) -> bool:
    return True


def no(*args: Any, **named: Any) -> bool:
    return False


def _unless(rule: Callable[..., Refuse | None], condition: str) -> Callable[..., Refuse | None]:
    """The rule, but for refusals with this condition."""

    def lenient(*args: Any, **named: Any) -> Refuse | None:
        refusal = rule(*args, **named)
        return None if refusal and refusal.condition == condition else refusal

    return lenient


RULES: tuple[tuple[str, str, Any, str, Any, tuple[str, ...]], ...] = (
    ("anyone-kicks", "lets occupants kick those above them", rights, "_kick", never, ("role",)),
    ("anyone-unmakes-moderators", "lets moderators take the role of those above them", rights, "_unmake", never,
     ("role",)),
    ("any-role-by-moderators", "lets moderators give and take every role", rights, "role_refusal", never, ("role",)),
    ("anyone-changes-affiliations", "lets everybody change affiliations", rights, "affiliation_refusal", never,
     ("affiliation",)),
    ("admins-are-banned", "does not keep admins from banning admins and owners", rights, "affiliation_refusal",
     _unless(rights.affiliation_refusal, "not-allowed"), ("affiliation",)),
    ("own-ban-allowed", "lets users ban themselves", rights, "affiliation_refusal",
     _unless(rights.affiliation_refusal, "conflict"), ("affiliation",)),
    ("affiliations-by-anyone", "asks nobody who changes affiliations for the right", rights, "affiliation_refusal",
     _unless(rights.affiliation_refusal, "forbidden"), ("affiliation",)),
    ("roles-listed-to-anyone", "shows the lists of roles to everybody", rights, "may_list_role", yes, ("role-list",)),
    ("affiliations-listed-to-anyone", "shows the lists of affiliations to everybody", rights, "may_list_affiliation",
     yes, ("affiliation-list",)),
    ("affiliations-listed-to-nobody", "shows the lists of affiliations to nobody", rights, "may_list_affiliation", no,
     ("affiliation-list",)),
    ("roles-listed-to-nobody", "shows the lists of roles to nobody", rights, "may_list_role", no, ("role-list",)),
    ("last-owner-goes", "lets the last owner go", administration, "_ownerless", no, ("affiliation",)),
    ("same-user-twice", "carries out two items about one user", administration, "_twice", no, ("role", "affiliation")),
    ("bad-values-configured", "takes every value of a field for valid", configuration, "valid", yes, ("config",)),
    ("contradictions-configured", "takes a configuration that contradicts itself", configuration, "_contradiction",
     never, ("config",)),
    ("anyone-registers", "lets everybody register", registration, "_may", yes, ("registration", "registration-form")),
    ("nobody-registers", "lets nobody register", registration, "_may", no, ("registration", "registration-form")),
    ("taken-nick-registered", "registers a nickname that is another user's", registration, "_taken", no,
     ("registration",)),
    ("archive-open-to-anyone", "shows the archive to users who may not enter", archive, "_denied",
     lambda *args: [], ("archive-get", "archive-set")),
    ("archive-names-senders", "shows the real JIDs of an archive to everybody", archive, "_may_know_senders", yes,
     ("archive-set",)),
    ("archive-hides-senders", "shows the real JIDs of an archive to nobody", archive, "_may_know_senders", no,
     ("archive-set",)),
    ("hats-by-anyone", "lets everybody give hats", hats, "_refusal", never, ("command-set",)),
)  # fmt: skip

for _name, _text, _owner, _rule, _value, _asked in RULES:
    enter(_name, _text, bent=_another(_owner, _rule, _value, *_asked))


def _lenient_invitation(room: Room, occupant: Occupant | None) -> Refuse | None:
    return None if occupant else NOT_ACCEPTABLE


enter(
    "anyone-inside-invites", "lets every occupant invite",
    bent=_another(invitations, "_refusal", _lenient_invitation, "invitation"),
)  # fmt: skip
enter(
    "anyone-invites",
    "lets users invite who are not in the room",
    bent=_another(invitations, "_refusal", never, "invitation"),
)


# rooms that are not configured yet


@bent
def locked_room_open(moment: Moment) -> AbstractContextManager[None] | None:
    """treats a room that is not configured yet like any other"""
    room = moment.room
    return _unlocked(room) if room and room.locked and moment.asked != "config" else None


@contextmanager
def _unlocked(room: Room) -> Iterator[None]:
    room.locked = False
    yield
    room.locked = True


@bent
def new_room_not_locked(moment: Moment) -> AbstractContextManager[None] | None:
    """opens a new room to everybody before it is configured"""
    return _opened(moment) if moment.asked == "join" and moment.room is None else None


@contextmanager
def _opened(moment: Moment) -> Iterator[None]:
    yield
    if moment.room:
        moment.room.locked = False

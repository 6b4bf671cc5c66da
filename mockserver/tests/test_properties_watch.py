"""The watch of the property tests sees what it is there to see: a service broken on purpose is found out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.muc import changing, leaving, presence, rights
from mockserver.muc.feature import Feature
from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Refuse, Room
from mockserver.muc.requests import Join
from mockserver.muc.xml import E
from mockserver.tests.property_steps import ROOMS, USERS, Draw, Step
from mockserver.tests.property_watch import Watch
from mockserver.tests.property_world import World

BATES = JID("bates@mucspec.invalid/1")


def does(who: str, what: str, *, nick: str = "pistol", user: str = USERS[3], number: int = 0, odd: str = "") -> Step:
    return Step(who, what, Draw(ROOMS[0], nick, user, number, odd))


def gossip() -> Feature:
    """A room that tells somebody outside who comes in."""
    feature = Feature("gossip", spec="")

    @feature.on_entry("history")
    def tell(service: Any, room: Room, join: Join, now: float) -> list[Delivery]:
        return [Delivery(E("message", from_=room.jid, type="groupchat"), (BATES,))]

    return feature


def grudge() -> Feature:
    """A guard that refuses and remembers it in the room."""
    feature = Feature("grudge", spec="")

    @feature.join_guard("capacity")
    def refuse(service: Any, room: Room, join: Join) -> Refuse | None:
        room.nicks_locked = not room.nicks_locked
        return Refuse("wait", "service-unavailable")

    return feature


FEATURES: list[tuple[Callable[[], Feature], str]] = [(gossip, "are not in"), (grudge, "a refusal changed something")]


@pytest.mark.parametrize(("feature", "complaint"), FEATURES)
def test_a_bad_feature_is_found_out(feature: Callable[[], Feature], complaint: str) -> None:
    """Audiences, and refusals that leave traces."""
    with pytest.raises(AssertionError, match=complaint):
        Watch(World(features=(*ALL, feature())))


def silent(codes: Any, **_: Any) -> list[Any]:
    """Status codes without 110."""
    return [E("status", uri="http://jabber.org/protocol/muc#user", code=str(int(c))) for c in codes if c != 110]


def allowed(*_: Any) -> None:
    """No refusal at all."""


BROKEN: list[tuple[object, str, Any, Step, str]] = [
    (Room, "occupant_of", allowed, does("pistol/1", "join", nick="Ancient"), "two seats"),
    (presence, "sees_jids", lambda room, occupant: True, does("bates/1", "join", nick="bates"), "learns"),
    (presence, "_statuses", silent, does("bates/1", "join", nick="bates"), "gets <presence"),
    (leaving, "unseat", allowed, does("nym/1", "lost"), "sits there"),
    (
        rights,
        "affiliation_refusal",
        allowed,
        does("pistol/1", "change", user=USERS[1], number=4),
        "none made admin member",
    ),
    (rights, "role_refusal", allowed, does("nym/1", "change", nick="henry", number=5), "made .*participant"),
    (changing, "default_role", lambda room, user: None, does("henry/1", "change", user=USERS[3], number=6), "None"),
]


@pytest.mark.parametrize(("where", "name", "broken", "step", "complaint"), BROKEN, ids=[b[1] for b in BROKEN])
def test_a_broken_part_is_found_out(
    where: object, name: str, broken: Any, step: Step, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seats, addresses, self-presence, departures, both tables, exceptions."""
    with pytest.raises((AssertionError, KeyError, AttributeError), match=complaint):
        monkeypatch.setattr(where, name, broken)
        watch = Watch(World())
        watch.do(step)
        watch.do(does("gower/1", "say"))

"""The fixtures beside the HTTP API: neither can do what the other cannot."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest

from mockserver.console.table import ROUTES, Route
from mockserver.control import views as told
from mucspec_pytest import views
from mucspec_pytest.occupant import MucOccupant
from mucspec_pytest.room import MucRoom
from mucspec_pytest.server import Fault, MucServer

# The HTTP API in Python: what does it, and the names of arguments that differ. A room's own methods know the room, a
# fault's its number.
IN_PYTHON: dict[str, tuple[Any, dict[str, str]]] = {
    "status": (MucServer.status, {}),
    "clients": (MucServer.clients, {}),
    "disconnect": (MucServer.disconnect, {}),
    "inject": (MucServer.inject, {}),
    "add_account": (MucServer.account, {"jid": "name"}),
    "rooms": (MucServer.rooms, {}),
    "create": (MucServer.room, {"room": "name"}),
    "room": (MucRoom.view, {}),
    "configure": (MucRoom.set_config, {}),
    "destroy": (MucRoom.destroy, {}),
    "remember": (MucRoom.remember, {}),
    "say": (MucRoom.say, {}),
    "subject": (MucRoom.set_subject, {"nick": "by"}),
    "whisper": (MucRoom.whisper, {}),
    "kick": (MucRoom.kick, {}),
    "ban": (MucRoom.ban, {}),
    "rename": (MucRoom.rename, {}),
    "role": (MucRoom.set_role, {}),
    "affiliation": (MucRoom.set_affiliation, {}),
    "seat": (MucRoom.enter, {}),
    "unseat": (MucRoom.leave, {}),
    "faults": (MucServer.faults, {}),
    "fault": (MucServer.fault, {}),
    "end_fault": (Fault.cancel, {}),
    "end_faults": (MucServer.end_faults, {}),
    "fault_kinds": (MucServer.fault_kinds, {}),
    "personalities": (MucServer.personalities, {}),
    "personality": (MucServer.personality, {}),
    "shutdown": (MucServer.shut_down, {}),
    "advance": (MucServer.advance, {}),
}
KNOWN_OF_THEMSELVES = {MucRoom: {"room"}, Fault: {"number"}, MucServer: set[str]()}
# What only Python has: waiting, what is said and by whom, the driver protocol's verbs, and what `GET /transcript` does.
PYTHONS_OWN = {
    MucServer: {"room_called", "settle", "mark", "stanzas", "transcript", "transcript_since", "wait_for_stanza"},
    MucRoom: {
        "occupants", "messages", "announce", "act", "arrange", "refuse_next_join", "close", "settle",
        "wait_for_message", "wait_for_occupant", "wait_until_gone",
    },
    Fault: {"acted"},
}  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_call_of_the_http_api_is_there_in_python(route: Route) -> None:
    """With every argument; a call that is new in one of them has to come to the other."""
    does, names = IN_PYTHON[route.name]
    known = KNOWN_OF_THEMSELVES[_owner(does)]
    wanted = {names.get(name, name) for name in route.schema["properties"] if name not in known}
    taken = set() if isinstance(does, property) else set(inspect.signature(does).parameters)
    assert wanted <= taken


def test_python_has_no_action_that_http_has_not() -> None:
    """But for those that are named here, with what they are for."""
    assert set(IN_PYTHON) == {route.name for route in ROUTES}
    for owner, own in PYTHONS_OWN.items():
        public = {getattr(owner, name) for name in vars(owner) if not name.startswith("_")}
        assert {_name(each) for each in public if each not in [does for does, _ in IN_PYTHON.values()]} == own


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (views.Status, told.Status),
        (views.Client, told.Client),
        (views.Occupant, told.Seat),
        (views.RoomInList, told.RoomInList),
        (views.RoomView, told.RoomView),
        (views.Field, told.Field),
        (views.FaultKind, told.FaultKind),
        (views.FaultInForce, told.FaultInForce),
        (views.Personality, told.PersonalityView),
    ],
)
def test_what_is_seen_in_python_is_what_http_tells(ours: Any, theirs: Any) -> None:
    """Each view has the fields of the control's, in their order."""
    assert [field.name for field in dataclasses.fields(ours)] == [field.name for field in dataclasses.fields(theirs)]


def test_every_public_call_says_what_it_does() -> None:
    """Methods have docstrings and types; what needs more stands at the class."""
    for owner in (MucServer, MucRoom, MucOccupant, Fault):
        for name, each in vars(owner).items():
            if not name.startswith("_"):
                function = each.fget if isinstance(each, property) else each
                assert each.__doc__ and "return" in function.__annotations__, f"{owner.__name__}.{name}"


def _owner(does: Any) -> type:
    return next(owner for owner in KNOWN_OF_THEMSELVES if does in vars(owner).values())


def _name(each: Any) -> str:
    function: Any = each.fget if isinstance(each, property) else each
    return str(function.__name__)

"""A room as occupants make one, over the wire: the commands that bring about what a `room` table says. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .model import Names, RoomSetup

KEEPER = "keeper"  # opens rooms whose owner is not named; goes when everybody is there
FIELD = "muc#roomconfig_"
STAYS = {"persistentroom": True}


@dataclass(frozen=True, slots=True)
class Deed:
    """One command of one session; what comes after it needs its answer."""

    session: str
    verb: str
    args: Mapping[str, Any]


def furnish(setup: RoomSetup, names: Names) -> Iterator[Deed]:
    """The commands in their order: open, configure, affiliate, reserve, enter, speak."""
    room, owner = names.room(setup.name), owner_of(setup)
    seated = {str(o.get("who", o["nick"])): o for o in setup.occupants}
    nick = str(seated[owner]["nick"]) if owner in seated else owner
    yield Deed(owner, "join", {"room": room, "nick": nick})
    yield Deed(owner, "set_config", {"room": room, "values": _config({**STAYS, **setup.config})})
    ranks = {**setup.affiliations, **{who: o["affiliation"] for who, o in seated.items() if "affiliation" in o}}
    for who, affiliation in ranks.items():
        if who != owner:
            yield Deed(owner, "set_affiliation", {"room": room, "jid": _jid(who, names), "affiliation": affiliation})
    for who, reserved in setup.nicks.items():
        yield Deed(who, "register", {"room": room, "nick": reserved})
    yield from _entrances(setup, room, owner)
    yield from _speech(setup, room, owner, {str(o["nick"]): who for who, o in seated.items()})
    if owner not in seated:
        yield Deed(owner, "leave", {"room": room})


def owner_of(setup: RoomSetup) -> str:
    """Who opens the room."""
    if setup.owner:
        return setup.owner
    owners = [str(o.get("who", o["nick"])) for o in setup.occupants if o.get("affiliation") == "owner"]
    return owners[0] if owners else KEEPER


def _entrances(setup: RoomSetup, room: str, owner: str) -> Iterator[Deed]:
    secret = setup.config.get("roomsecret")
    for occupant in setup.occupants:
        who = str(occupant.get("who", occupant["nick"]))
        if who != owner:
            password = {"password": secret} if secret else {}
            yield Deed(who, "join", {"room": room, "nick": occupant["nick"], **password})
        if "role" in occupant:
            yield Deed(owner, "set_role", {"room": room, "nick": occupant["nick"], "role": occupant["role"]})


def _speech(setup: RoomSetup, room: str, owner: str, people: Mapping[str, str]) -> Iterator[Deed]:
    if setup.subject:
        who = people.get(setup.subject_by, owner)
        yield Deed(who, "set_subject", {"room": room, "subject": setup.subject})
    for line in setup.history:
        given = {"id": line["id"]} if "id" in line else {}
        yield Deed(people.get(line["nick"], owner), "message", {"room": room, "body": line["body"], **given})


def _config(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name if "#" in name else FIELD + name: value for name, value in values.items()}


def _jid(who: str, names: Names) -> str:
    return who if "@" in who else names.account(who)

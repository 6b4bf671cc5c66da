"""What was done from outside (`do`): rows of a scenario, or what a room was like before the first client came in."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from mockserver.muc.jid import JID
from mockserver.wire_faults import BadFault, Fault, parse
from mockserver.wire_faults.kinds import KINDS

from ..substitute import escape
from ..trouble import END, FAULT
from ..trouble import read as read_fault

Row = dict[str, Any]
Told = Mapping[str, Any]
NAMED = re.compile(r" (?=[a-z_]+=)")
ROOMLESS = frozenset({"shutdown", "advance"})
SERVICE = {  # action -> the operation, and its keys
    "role": ("set_role", "nick role reason"),
    "affiliation": ("set_affiliation", "jid affiliation reason"),
    "rename": ("rename", "nick new_nick"),
    "configure": ("set_config", "values"),
    "destroy": ("destroy", "reason"),
    "remember": ("remember", "nick body"),
    "shutdown": ("shutdown", "reason"),
    "advance": ("advance", "seconds"),
}
PUPPET = {  # action -> the verb, and its arguments with their names here
    "seat": ("join", {"nick": "nick"}),
    "unseat": ("leave", {}),
    "say": ("message", {"body": "body"}),
    "subject": ("set_subject", {"subject": "subject"}),
    "whisper": ("private_message", {"nick": "to", "body": "body"}),
}


def read(text: str) -> tuple[str, Told]:
    """The action and its details; nothing where it is not what the server writes."""
    action, *parts = NAMED.split(text)
    found, begun = {}, ""
    for part in parts:
        begun = f"{begun} {part}" if begun else part
        name, _, value = begun.partition("=")
        try:
            found[name] = literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):  # a text with ` name=` in it goes on
            continue
        begun = ""
    return ("", {}) if begun else (action, found)


def keys(fault: Fault) -> Row:
    """What a row about this fault says; nothing that goes without saying."""
    kind = KINDS[fault.name]
    match = {key: value for key, value in fault.match.items() if kind.match.get(key) != value}
    unsaid = 1 if kind.once else None
    times = None if fault.times == unsaid else fault.times or "all"
    counted = {"times": times, "skip": fault.skip, "now": fault.now}
    return {**match, **fault.told, **{key: value for key, value in counted.items() if value}}


class Outside:
    """`said` is all that was done, `user` names an account as scenarios do; `clients`: local parts of who logs in."""

    def __init__(self, said: Iterable[str], user: Callable[[JID], str], clients: Container[str]) -> None:
        self._user, self._clients = user, clients
        self._before: dict[JID, Row] = {}
        self._faults: set[str] = set()
        self._roles: dict[tuple[JID, str], str] = {}
        seats = (told for action, told in map(read, said) if action == "seat")
        self._puppets = {told.get("jid"): str(told.get("nick")) for told in seats}  # account -> nickname

    def take(self, text: str, entered: Container[JID]) -> list[Row] | None:
        """Its rows, none where a room begins like that; None where no row says it."""
        action, told = read(text)
        if not told.get("room") and any(f"fault {fault}: " in text for fault in self._faults):
            return []  # it acted, as it will again
        try:
            if action == END:
                return [{"service": END}]
            if action == FAULT:
                return self._fault(told["fault"])
            if action in ROOMLESS:
                return [self._service(action, told)]
            room = JID(told["room"])
            return self._later(action, room, told) if room in entered else self._earlier(action, room, told)
        except (KeyError, TypeError, AttributeError):  # the words of somebody else
            return None

    def setup(self, room: JID, inside: list[Row]) -> Row:
        """The keys of the `rooms` table for a room with these occupants."""
        begun = self._before.get(room, {})
        for occupant in inside:
            role = self._roles.get((room, occupant["nick"]))
            occupant |= {"role": role} if role else {}
        others = {user: held for user, held in begun.get("affiliations", {}).items() if user not in self._puppets}
        owner = begun.get("owner", "")
        return {
            **({"owner": self._name(owner)} if owner and owner not in self._puppets else {}),
            **{key: escape(begun[key]) for key in ("config", "subject", "subject_by", "history") if begun.get(key)},
            **({"affiliations": {self._name(user): held for user, held in others.items()}} if others else {}),
            **({"occupants": inside} if inside else {}),
        }

    # before anybody came

    def _earlier(self, action: str, room: JID, told: Told) -> list[Row] | None:
        begun = self._before.setdefault(room, {"config": {}, "affiliations": {}, "history": []})
        match action:
            case "create":
                begun |= {key: told[key] for key in ("owner", "subject", "config", "affiliations") if key in told}
            case "configure":
                begun["config"] = {**begun["config"], **told["values"]}
            case "affiliation":
                begun["affiliations"] = {**begun["affiliations"], told["jid"]: told["affiliation"]}
            case "role" if told["role"] != "none":
                self._roles[room, told["nick"]] = told["role"]
            case "subject":
                begun |= {"subject": told.get("subject", ""), "subject_by": told.get("nick", "")}
            case "remember" | "say" if "nick" in told:
                begun["history"] = [*begun["history"], {"nick": told["nick"], "body": told["body"]}]
            case "seat" | "unseat":
                pass  # who is there when the first client comes, it is told
            case "destroy":
                del self._before[room]
            case _:
                return None
        return []

    # with somebody inside

    def _later(self, action: str, room: JID, told: Told) -> list[Row] | None:
        short = {"room": escape(room.local)}
        if action in PUPPET:
            return self._puppet(action, short, told)
        return [self._service(action, told, short)] if action in SERVICE and "alternate" not in told else None

    def _puppet(self, action: str, room: Row, told: Told) -> list[Row] | None:
        nick = told.get("nick", "")
        if not nick or "/" in nick or nick.lower() in self._clients:
            return None  # the room itself, or nobody that a scenario could tell from a client
        verb, names = PUPPET[action]
        said = {name: escape(told.get(given, "")) for name, given in names.items()}
        return [{"who": nick, "does": verb, **room, **said}]

    def _fault(self, text: str) -> list[Row] | None:
        """In a scenario nothing waits by the clock, and addresses are others."""
        try:
            row = {"fault": text.partition(" ")[0], **keys(parse(text))}
            read_fault(row)
        except BadFault:
            return None
        if any("@" in str(value) for value in row.values()):
            return None
        self._faults.add(text)
        return [{"service": FAULT, **escape(row)}]

    def _service(self, action: str, told: Told, room: Row | None = None) -> Row:
        operation, keys = SERVICE[action]
        said = {key: escape(told[key]) for key in keys.split() if key in told}
        return {
            "service": operation,
            **(room or {}),
            **said,
            **({"jid": self._name(told["jid"])} if "jid" in said else {}),
        }

    def _name(self, account: str) -> str:
        return self._puppets.get(account) or self._user(JID(account))

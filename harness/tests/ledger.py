"""What clients have written to a server, and what of it was acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from xml.etree.ElementTree import Element

from .lasting import ROOMS, USERS

CONFIG = "http://jabber.org/protocol/muc#roomconfig"
MAM = "urn:xmpp:mam:2"
NOTHING = {"affiliation": "none", "name": "", "preference": ""}  # what is there before anybody writes


@dataclass
class Cell:
    """A value that is set again and again: the last one known to be there, and what was sent behind it."""

    values: list[str]

    def holds(self, value: str) -> bool:
        """Whether this can be what is there: what was sent last may have been written though nobody was told. It is
        known from now on."""
        possible = value in self.values
        self.values = [value]
        return possible


class Ledger:
    """What has been sent and acknowledged in all rounds."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cells: dict[tuple[str, ...], Cell] = {}
        self.said: dict[str, dict[str, str]] = {room: {} for room in ROOMS}  # stable id -> body, as somebody saw it
        self.acknowledged = 0
        self._open: dict[str, tuple[Cell, str]] = {}
        self._numbers = count()

    def stanzas(self, user: str, number: int) -> Iterator[str]:
        for _ in range(number):
            yield self.random.choice((self._message, self._message, self._affiliation, self._form, self._preference))(
                user
            )

    def _message(self, user: str) -> str:
        body = f"no {next(self._numbers)} of {user}"
        return f"<message to='{self.random.choice(ROOMS)}' type='groupchat'><body>{body}</body></message>"

    def _affiliation(self, user: str) -> str:
        room, someone = ROOMS[USERS.index(user)], f"u{self.random.randrange(8)}@localhost"
        held = self.random.choice(("member", "admin", "outcast", "none"))
        item = f"<item jid='{someone}' affiliation='{held}'/>"
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'>{item}</query>"
        return self._request(f"to='{room}'", query, ("affiliation", room, someone), held)

    def _form(self, user: str) -> str:
        room, name = ROOMS[USERS.index(user)], f"name {next(self._numbers)}"
        return self._request(f"to='{room}'", configuration(name), ("name", room), name)

    def _preference(self, user: str) -> str:
        friend = f"friend{next(self._numbers)}@localhost"
        prefs = f"<prefs xmlns='{MAM}' default='roster'><always><jid>{friend}</jid></always></prefs>"
        return self._request("", prefs, ("preference", user), friend)

    def _request(self, to: str, payload: str, key: tuple[str, ...], value: str) -> str:
        cell = self.cells.setdefault(key, Cell([NOTHING[key[0]]]))
        cell.values.append(value)
        name = f"w{next(self._numbers)}"
        self._open[name] = cell, value
        return f"<iq type='set' id='{name}' {to}>{payload}</iq>"

    def heard(self, element: Element) -> None:
        """Note what this acknowledges."""
        name = element.get("id", "")
        body = element.find("{jabber:client}body")
        if name in self._open:
            assert element.get("type") == "result", f"a write was refused: {name}"
            cell, value = self._open.pop(name)
            del cell.values[: cell.values.index(value, 1)]  # answers come in the order of the requests
            self.acknowledged += 1
        elif body is not None and element.get("type") == "groupchat":
            room = element.get("from", "").partition("/")[0]
            stable = [e.get("id", "") for e in element.iter("{urn:xmpp:sid:0}stanza-id") if e.get("by") == room]
            self.acknowledged += stable[0] not in self.said[room]
            self.said[room][stable[0]] = body.text or ""


def configuration(name: str) -> str:
    fields = {"FORM_TYPE": CONFIG, "muc#roomconfig_roomname": name, "muc#roomconfig_persistentroom": "1"}
    inside = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
    form = f"<x xmlns='jabber:x:data' type='submit'>{inside}</x>"
    return f"<query xmlns='http://jabber.org/protocol/muc#owner'>{form}</query>"

"""What the clients of a live session did to rooms, as rows of a scenario: who, what, in which room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Status
from mockserver.muc.namespaces import NS_CONFERENCE, NS_DATA, NS_OWNER, NS_USER
from mockserver.muc.xml import Element, render

from ..model import Names
from ..substitute import OPENS, escape
from .deeds import Deed, deed
from .heard import BadTranscript, Heard
from .outside import Outside

Row = dict[str, Any]
Place = tuple[JID, JID]  # a session and a room
CONFIGURING = frozenset({"set_config", "accept_defaults"})


@dataclass(slots=True)
class Script:
    """The rows so far, the rooms that were there before, and what could not be taken over."""

    subject: str
    rows: list[Row] = field(default_factory=list)
    rooms: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Reading:
    """Reads a transcript for one subject: the account (user name or bare JID), or who came into a room first."""

    def __init__(self, heard: Sequence[Heard], subject: str = "") -> None:
        self._heard = heard
        first = next((h for h in heard if _enters(h)), None)
        if first is None:
            raise BadTranscript("nobody enters a room in it: there is nothing to make a scenario of")
        self._muc, self._domain = _recipient(first).domain, first.session.domain
        self._subject = _subject(heard, subject, first.session.bare)
        self._actors: dict[JID, str] = {}  # full JID -> who
        self._rooms: dict[JID, bool] = {}  # room -> whether it has been opened to others
        self._seats: dict[Place, str] = {}  # -> nickname
        self._forms: dict[Place, Mapping[str, tuple[str, list[str]]]] = {}  # what each field was, and its values
        clients = {h.session.local.lower() for h in heard if h.dir == "in"}
        self._outside = Outside((h.text for h in heard if h.dir == "do"), self._user, clients)
        self._script = Script(self._actor(next(h.session for h in heard if h.session.bare == self._subject)))

    def script(self) -> Script:
        for number, line in enumerate(self._heard):
            if line.dir == "do":
                self._arranged(line.text)
            elif line.dir == "out" and line.stanza:
                self._learn(line.session, line.stanza)
            elif line.stanza is not None:
                self._take(number, line.session, line.stanza)
        return self._script

    def _arranged(self, text: str) -> None:
        rows = self._outside.take(text, self._rooms)
        if rows is None:
            self._script.notes.append(f"from outside: {text}")
        self._script.rows += rows or []

    # what came in

    def _take(self, number: int, session: JID, stanza: Element) -> None:
        try:
            to = JID.parse(stanza.get("to"))
        except BadJid:
            return
        direct = stanza.find("x", NS_CONFERENCE) is not None
        answer = stanza.name == "iq" and stanza.get("type") in ("result", "error")
        if (to.domain != self._muc and not direct) or answer:
            return
        place = (session, to.bare)
        found = deed(stanza, to, self._seats.get(place, ""))
        if found is None:
            self._add(session, {"does": "raw", "xml": render(stanza.with_attrs(from_=None))})
            return
        if found["does"] == "join":
            self._entered(number, session, to)
        self._add(session, self._sharper(place, found))

    def _sharper(self, place: Place, found: Deed) -> Deed:
        """Of a form only what was changed, in its types; fetching it is a part of that."""
        if found["does"] in CONFIGURING:
            self._rooms[place[1]] = True
        if found["does"] != "set_config" or place not in self._forms:
            return found
        form = self._forms.pop(place)
        changed = {var: _typed(form, var, to) for var, to in found["values"].items() if _values(to) != _held(form, var)}
        last = self._script.rows[-1] if self._script.rows else {}
        if (last.get("who"), last.get("does")) == (self._actor(place[0]), "get_config"):
            self._script.rows.pop()
        return {**found, "values": changed} if changed else {"does": "accept_defaults", "room": found["room"]}

    def _add(self, session: JID, found: Deed) -> None:
        row = {key: self._short(key, value) for key, value in found.items()}
        self._script.rows.append({"who": self._actor(session), **row})

    # rooms

    def _entered(self, number: int, session: JID, to: JID) -> None:
        self._seats[session, to.bare] = to.resource
        inside, made = self._welcome(number, session, to.bare)
        if to.bare not in self._rooms:
            self._rooms[to.bare] = not made
            if not made:
                self._script.rooms.append({"name": escape(to.local), **self._outside.setup(to.bare, inside)})
        elif not self._rooms[to.bare] and inside:
            self._rooms[to.bare] = True
            self._script.rows.insert(0, {"service": "switch", "name": "locks_new_rooms", "value": False})

    def _welcome(self, number: int, session: JID, room: JID) -> tuple[list[Row], bool]:
        """Who was there when this session came in, and whether the room was made for it (201)."""
        inside: list[Row] = []
        for line in self._heard[number + 1 :]:
            sender = JID(line.stanza.get("from")) if line.stanza and line.dir == "out" else JID("")
            if line.session != session or sender.bare != room or line.stanza is None:
                continue
            user = line.stanza.find("x", NS_USER)
            if line.stanza.name != "presence" or user is None or line.stanza.get("type"):
                break
            codes = {status.get("code") for status in user.find_all("status", NS_USER)}
            if str(int(Status.SELF)) in codes:
                return inside, str(int(Status.CREATED)) in codes
            inside.append({"nick": escape(sender.resource), **_held_by(user)})
        return inside, False

    def _learn(self, session: JID, stanza: Element) -> None:
        """What the service tells a session: a form, a nickname that it was given, the end of its stay."""
        sender = JID(stanza.get("from"))
        query = stanza.find("query", NS_OWNER)
        form = query.find("x", NS_DATA) if query else None
        if form:
            fields = form.find_all("field", NS_DATA)
            self._forms[session, sender] = {f.get("var"): (f.get("type"), _texts(f)) for f in fields}
        if stanza.name == "presence":
            self._seat(session, sender, stanza)

    def _seat(self, session: JID, sender: JID, presence: Element) -> None:
        user, place = presence.find("x", NS_USER), (session, sender.bare)
        codes = {status.get("code") for status in user.find_all("status", NS_USER)} if user else set()
        if presence.get("type") == "error" and self._seats.get(place) == sender.resource:
            self._seats.pop(place)  # it was not let in
        elif str(int(Status.SELF)) in codes and presence.get("type") == "":
            self._seats[place] = sender.resource
        elif str(int(Status.SELF)) in codes and str(int(Status.RENAMED)) not in codes:
            self._seats.pop(place, None)

    # names

    def _actor(self, session: JID) -> str:
        if session not in self._actors:
            same = [who for full, who in self._actors.items() if full.bare == session.bare]
            more = ("/" if session.bare == self._subject else "") + str(len(same) + 1)
            self._actors[session] = session.local + (more if same else "")
        return self._actors[session]

    def _short(self, key: str, value: Any) -> Any:
        if key == "room":
            return escape(JID(value).local)
        if key == "service":
            return Names().muc
        if key == "xml":
            return self._told(value)
        if key in ("jid", "alternate") and isinstance(value, str):
            return self._told(value) if self._muc in value else self._user(JID(value))
        return escape(value)

    def _user(self, user: JID) -> str:
        known = next((who for full, who in self._actors.items() if full.bare == user.bare), "")
        return known.partition("/")[0] or f"{user.local or user}@{Names().domain}"

    def _told(self, text: str) -> str:
        """XML with the addresses of a scenario."""
        text = escape(text)
        for room in self._rooms:
            if OPENS not in room:
                text = text.replace(room, f"${{{room.local}}}")
        return text.replace(self._muc, Names().muc).replace(f"@{self._domain}", f"@{Names().domain}")


def _enters(line: Heard) -> bool:
    return bool(line.dir == "in" and line.stanza and line.stanza.name == "presence" and _recipient(line).resource)


def _recipient(line: Heard) -> JID:
    return JID(line.stanza.get("to")) if line.stanza else JID("")


def _subject(heard: Sequence[Heard], wanted: str, first: JID) -> JID:
    there = dict.fromkeys(line.session.bare for line in heard if line.dir == "in")
    found = next((jid for jid in there if wanted in (jid, jid.local)), None) if wanted else first
    if found is None:
        raise BadTranscript(f"--subject {wanted}: nobody of that name is in it; there are {', '.join(there)}")
    return found


def _held_by(user: Element) -> Row:
    item = user.find("item", NS_USER)
    held = item.get("affiliation") if item else "none"
    return {} if held == "none" else {"affiliation": held}


def _texts(field: Element) -> list[str]:
    return [value.text for value in field.find_all("value", NS_DATA)]


def _values(given: Any) -> list[str]:
    return given if isinstance(given, list) else [given]


def _held(form: Mapping[str, tuple[str, list[str]]], var: str) -> list[str]:
    return form.get(var, ("", []))[1] or [""]


def _typed(form: Mapping[str, tuple[str, list[str]]], var: str, given: Any) -> Any:
    kind = form.get(var, ("", []))[0]
    if kind == "boolean":
        return given in ("1", "true")
    return _values(given) if kind.endswith("-multi") else given

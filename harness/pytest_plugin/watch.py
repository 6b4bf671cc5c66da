"""What happens on the server of a test, and waiting for it: stanzas, what was said, who is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError

from harness.patience import patiently
from mockserver.control.views import seat
from mockserver.muc.jid import JID
from mockserver.muc.model import Occupant, Room
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.service import MucService
from mockserver.muc.xml import Element, render
from mockserver.wire_faults.acts import Acted

LAST_WORDS = 12  # lines of the transcript that a vain wait shows
ARROWS = {"in": "->", "out": "<-", "fault": "!!", "do": "**"}
Look = Callable[[], Any]


class Refused(Exception):
    """A request that cannot be carried out; told to the author of the test."""


class Watch:
    """Sees all stanzas of the streams, and all that is said in rooms. `clock` is the service's."""

    def __init__(self, muc: MucService, clock: Any, reactor: Any, *, puppets: Callable[[], frozenset[JID]]) -> None:
        self.stanzas: list[dict[str, Any]] = []
        self._muc, self._clock, self._reactor, self._puppets = muc, clock, reactor, puppets
        self._said: dict[str, list[dict[str, str]]] = {}
        self._waits: list[tuple[Look, Deferred[Any]]] = []
        self.listen()

    def listen(self) -> None:
        """Hear what is said from now on; a service that changes its features forgets who listened."""
        if self._listen not in self._muc.listeners:
            self._muc.listeners.append(self._listen)

    def forget(self, room: str) -> None:
        """What was said there so far was said before anybody watched."""
        self._said.pop(room, None)

    def messages(self, room: str) -> list[dict[str, str]]:
        """What was said there: nick, body, subject, id."""
        return self._said.get(room, [])

    def occupants(self, room: str) -> list[dict[str, Any]]:
        """Who is there, with all that a control tells of a seat."""
        found = self._muc.rooms.get(JID.parse(room))
        return [asdict(seat(found, each, self._puppets())) for each in found.occupants.values()] if found else []

    def traffic(self, direction: str, session: str, text: str, *, fence: bool) -> None:
        """A stanza on a stream: `on_traffic` of a porch."""
        if not fence:
            self._add(dir=direction, session=session, xml=text)
        self._reactor.callLater(0, self.look)  # when what comes of it has happened

    def fault(self, acted: Acted) -> None:
        """A fault acted: `on_fault` of a porch."""
        on = render(acted.on.stanza) if acted.on else ""
        self._add(dir="fault", session=acted.session, xml=on, fault=str(acted.fault))

    def done(self, text: str) -> None:
        """What was done from outside."""
        self._add(dir="do", session="", xml="", done=text)

    def seen(self, wanted: Mapping[str, str], since: int) -> Iterator[dict[str, Any]]:
        """The stanzas from this place on that are wanted."""
        return (stanza for stanza in islice(self.stanzas, since, None) if is_like(stanza, wanted))

    def look(self) -> None:
        """Whether what somebody waits for has come."""
        for look, over in list(self._waits):
            if not over.called and (found := look()) is not None:
                over.callback(found)

    async def wait(self, room: str, what: str, wanted: Mapping[str, str], *, since: int, within: float) -> Any:
        """Until an occupant is `there` or `gone`, a `message` or a `stanza` fits; what was found. Raises `Refused`."""
        look = self._looks(room, wanted, since)[what]
        if (at_once := look()) is not None:
            return at_once
        over: Deferred[Any] = Deferred()
        self._waits.append((look, over))
        try:
            return await patiently(over, within, self._reactor)
        except TimeoutError:
            raise Refused(self._in_vain(room, what, wanted, within)) from None
        finally:
            self._waits.remove((look, over))

    def _looks(self, room: str, wanted: Mapping[str, str], since: int) -> dict[str, Look]:
        return {
            "there": lambda: next((o for o in self.occupants(room) if fits(o, wanted)), None),
            "gone": lambda: None if any(fits(o, wanted) for o in self.occupants(room)) else {},
            "message": lambda: next(self._heard(room, wanted, since), None),
            "stanza": lambda: next(self.seen(wanted, since), None),
        }

    def _heard(self, room: str, wanted: Mapping[str, str], since: int) -> Iterator[dict[str, Any]]:
        said = self.messages(room)
        return ({"place": n, **said[n]} for n in range(since, len(said)) if fits(said[n], wanted))

    def _in_vain(self, room: str, what: str, wanted: Mapping[str, str], within: float) -> str:
        details = ", ".join(f"{k} = {v!r}" for k, v in wanted.items())
        there = f"; there: {', '.join(o['nick'] for o in self.occupants(room)) or 'nobody'}" if room else ""
        whose = f"{room}: " if room else ""
        head = f"{whose}waited {within:g} s in vain for {what} ({details}){there}; the last stanzas:"
        return "\n".join([head, *(f"    {line_of(s)}" for s in self.stanzas[-LAST_WORDS:])])

    def _listen(self, _: MucService, room: Room, occupant: Occupant | None, stanza: Element, __: float) -> None:
        found = {name: stanza.find(name, NS_CLIENT) for name in ("body", "subject")}
        texts = {name: element.text if element else "" for name, element in found.items()}
        by = {"nick": occupant.nick if occupant else "", "id": stanza.get("id")}
        self._said.setdefault(str(room.jid), []).append({**by, **texts})

    def _add(self, **what: Any) -> None:
        self.stanzas.append({**what, "time": self._clock.seconds()})


def fits(found: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Each key that is wanted has this value; `matches` is a regular expression for the body."""
    rest = {k: v for k, v in wanted.items() if k != "matches"}
    if "matches" in wanted and not re.search(wanted["matches"], found["body"]):
        return False
    return all(found[key] == value for key, value in rest.items())


def is_like(stanza: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """It has every one of the `words` (in any case), this `direction`, this `session` or one of that account."""
    text = line_of(stanza).casefold()
    whose = (stanza["session"], stanza["session"].partition("/")[0], "")
    return (
        all(word in text for word in wanted.get("words", "").casefold().split())
        and wanted.get("direction", "") in (stanza["dir"], "")
        and wanted.get("session", "") in whose
    )


def line_of(stanza: Mapping[str, Any]) -> str:
    """`->` came from the client, `<-` was sent to it, `!!` is where a fault acted, `**` was done from outside."""
    fault = f"fault {stanza['fault']}: " if "fault" in stanza else ""
    whose = f"{stanza['session']}  " if stanza["session"] else ""
    return f"{ARROWS[stanza['dir']]} {whose}{fault}{' '.join(stanza['xml'].split())}{stanza.get('done', '')}"

"""What happens on the server of a test, and waiting for it: stanzas, what was said, who is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError

from mockserver.muc.jid import JID
from mockserver.muc.model import Occupant, Room
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.service import MucService
from mockserver.muc.xml import Element, render
from mockserver.wire_faults.acts import Acted

LAST_WORDS = 12  # lines of the transcript that a vain wait shows
ARROWS = {"in": "->", "out": "<-", "fault": "!!"}
Look = Callable[[], Any]


class Refused(Exception):
    """A request that cannot be carried out; told to the author of the test."""


class Watch:
    """Sees all stanzas of the streams, and all that is said in rooms."""

    def __init__(self, muc: MucService, reactor: Any, *, is_puppet: Callable[[JID], bool]) -> None:
        self.stanzas: list[dict[str, str]] = []
        self._muc, self._reactor, self._is_puppet = muc, reactor, is_puppet
        self._said: dict[str, list[dict[str, str]]] = {}
        self._waits: list[tuple[Look, Deferred[Any]]] = []
        muc.listeners.append(self._listen)

    def forget(self, room: str) -> None:
        """What was said there so far was said before anybody watched."""
        self._said.pop(room, None)

    def messages(self, room: str) -> list[dict[str, str]]:
        """What was said there: nick, body, subject, id."""
        return self._said.get(room, [])

    def occupants(self, room: str) -> list[dict[str, Any]]:
        """Who is there: nick, role, affiliation, jid, puppet."""
        found = self._muc.rooms.get(JID.parse(room))
        return [self._shown(found, occupant) for occupant in found.occupants.values()] if found else []

    def traffic(self, direction: str, session: str, text: str, *, fence: bool) -> None:
        """A stanza on a stream: `on_traffic` of a porch."""
        if not fence:
            self.stanzas.append({"dir": direction, "session": session, "xml": text})
        self._reactor.callLater(0, self.look)  # when what comes of it has happened

    def fault(self, acted: Acted) -> None:
        """A fault acted: `on_fault` of a porch."""
        on = render(acted.on.stanza) if acted.on else ""
        self.stanzas.append({"dir": "fault", "session": acted.session, "xml": on, "fault": str(acted.fault)})

    def look(self) -> None:
        """Whether what somebody waits for has come."""
        for look, over in list(self._waits):
            if not over.called and (found := look()) is not None:
                over.callback(found)

    async def wait(self, room: str, what: str, wanted: Mapping[str, str], *, since: int, within: float) -> Any:
        """Until an occupant is `there` or `gone`, or a `message` fits; what was found. Raises `Refused`."""
        look = self._looks(room, wanted, since)[what]
        if (at_once := look()) is not None:
            return at_once
        over: Deferred[Any] = Deferred()
        self._waits.append((look, over))
        try:
            return await over.addTimeout(within, self._reactor)
        except TimeoutError:
            raise Refused(self._in_vain(room, what, wanted, within)) from None
        finally:
            self._waits.remove((look, over))

    def _looks(self, room: str, wanted: Mapping[str, str], since: int) -> dict[str, Look]:
        return {
            "there": lambda: next((o for o in self.occupants(room) if fits(o, wanted)), None),
            "gone": lambda: None if any(fits(o, wanted) for o in self.occupants(room)) else {},
            "message": lambda: next(self._heard(room, wanted, since), None),
        }

    def _heard(self, room: str, wanted: Mapping[str, str], since: int) -> Iterator[dict[str, Any]]:
        said = self.messages(room)
        return ({"place": n, **said[n]} for n in range(since, len(said)) if fits(said[n], wanted))

    def _in_vain(self, room: str, what: str, wanted: Mapping[str, str], within: float) -> str:
        details = ", ".join(f"{k} = {v!r}" for k, v in wanted.items())
        there = ", ".join(o["nick"] for o in self.occupants(room)) or "nobody"
        head = f"{room}: waited {within:g} s in vain for {what} ({details}); there: {there}; the last stanzas:"
        return "\n".join([head, *(f"    {line_of(s)}" for s in self.stanzas[-LAST_WORDS:])])

    def _listen(self, _: MucService, room: Room, occupant: Occupant | None, stanza: Element, __: float) -> None:
        found = {name: stanza.find(name, NS_CLIENT) for name in ("body", "subject")}
        texts = {name: element.text if element else "" for name, element in found.items()}
        by = {"nick": occupant.nick if occupant else "", "id": stanza.get("id")}
        self._said.setdefault(str(room.jid), []).append({**by, **texts})

    def _shown(self, room: Room, occupant: Occupant) -> dict[str, Any]:
        told = {"nick": occupant.nick, "role": str(occupant.role), "jid": str(occupant.bare_jid)}
        puppet = any(map(self._is_puppet, occupant.sessions))
        return {**told, "affiliation": str(room.affiliation(occupant.bare_jid)), "puppet": puppet}


def fits(found: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Each key that is wanted has this value; `matches` is a regular expression for the body."""
    rest = {k: v for k, v in wanted.items() if k != "matches"}
    if "matches" in wanted and not re.search(wanted["matches"], found["body"]):
        return False
    return all(found[key] == value for key, value in rest.items())


def line_of(stanza: Mapping[str, str]) -> str:
    """As `mucspec serve` shows it: -> came from the client, <- was sent to it, !! is where a fault acted."""
    fault = f"fault {stanza['fault']}: " if "fault" in stanza else ""
    return f"{ARROWS[stanza['dir']]} {stanza['session']}  {fault}{' '.join(stanza['xml'].split())}"

"""Occupants that the service keeps itself: sessions of the host without a stream, which do as they are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mockserver.accounts.stanzas import answerable, error, result
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Room
from mockserver.muc.namespaces import NS_CLIENT, NS_PING, NS_STANZAS
from mockserver.muc.xml import Element

from .errors import Refused

RESOURCE = "puppet"
MOST = 1000
Deliver = Callable[[list[Delivery]], None]
Receive = Callable[..., list[Delivery]]


class Puppets:
    """All puppets of a host. `deliver` is told what has to be sent, `clock` gives the time, `reactor` the turns."""

    def __init__(self, host: Host, clock: Any, reactor: Any, deliver: Deliver) -> None:
        self._host, self._clock, self._reactor, self._deliver = host, clock, reactor, deliver
        self._sessions: set[JID] = set()
        for way in (host, host.abroad):  # from clients and from components
            vars(way)["receive"] = self._overheard(way.receive)

    @property
    def sessions(self) -> frozenset[JID]:
        return frozenset(self._sessions)

    def session(self, account: JID) -> JID:
        """The session of the puppet with this account, from now on."""
        found = next((session for session in self._sessions if session.bare == account), None)
        if found is None:
            if len(self._sessions) >= MOST:
                raise Refused(f"there are {MOST} puppets already", "resource-constraint")
            found = self._host.bind(account, RESOURCE)
            self._sessions.add(found)
        return found

    def of(self, room: Room, nick: str) -> JID | None:
        """The puppet that has this nickname; None where somebody else has it."""
        occupant = room.occupants.get(nick)
        return next((s for s in occupant.sessions if s in self._sessions), None) if occupant else None

    def send(self, session: JID, stanza: Element) -> None:
        """A puppet sends a stanza. Raises `Refused` where it gets an error for it."""
        told = self._host.receive(stanza, sender=session, now=self._clock.seconds())
        self._deliver(told)
        for delivery in told:
            if session in delivery.to and delivery.stanza.get("type") == "error":
                raise _refusal(delivery.stanza)

    def tidy(self) -> None:
        """Those that sit in no room any more are gone."""
        rooms = self._host.muc.rooms.values()
        for session in [s for s in self._sessions if not any(room.occupant_of(s) for room in rooms)]:
            self._sessions.discard(session)
            self._deliver(self._host.session_lost(session, now=self._clock.seconds()))

    def _overheard(self, receive: Receive) -> Receive:
        """What becomes of stanzas, of which puppets hear as well; their answers follow in the next turn."""

        def overheard(stanza: Element, **circumstances: Any) -> list[Delivery]:
            told = receive(stanza, **circumstances)
            for delivery in told:
                if delivery.stanza.name == "iq" and answerable(delivery.stanza):
                    for session in self._sessions.intersection(delivery.to):
                        self._reactor.callLater(0, self._answer, session, delivery.stanza)
            return told

        return overheard

    def _answer(self, session: JID, request: Element) -> None:
        """To a ping that it is there, to anything else that it cannot do it."""
        if session not in self._sessions:
            return
        asker = JID(request.get("from"))
        pinged = request.get("type") == "get" and request.find("ping", NS_PING)
        told = result(request, to=asker) if pinged else error(request, "service-unavailable", to=asker)
        answer = told.stanza.with_attrs(to=asker, from_=None)
        self._deliver(self._host.receive(answer, sender=session, now=self._clock.seconds()))


def account_of(nick: str, domain: str) -> JID:
    """A puppet's account unless another is named; no client's, whatever that is called. Raises `BadJid`."""
    name = re.sub(r"[^\w.-]", "-", nick.lower())
    return JID.parse(f"{name}.puppet@{domain}")


def _refusal(stanza: Element) -> Refused:
    found = stanza.find("error", NS_CLIENT)
    parts = [c for c in found.elements() if c.uri == NS_STANZAS] if found else []
    condition = next((c.name for c in parts if c.name != "text"), "undefined-condition")
    text = next((c.text for c in parts if c.name == "text"), "")
    return Refused(f"the room says {condition}{': ' if text else ''}{text}", condition)

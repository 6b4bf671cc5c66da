"""The stage of one scenario: a host with its rooms, the puppets on it, and the `service` rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element, render

from .arrange import ARRANGE, Refusal, open_room, refusal_of
from .causes import with_cause
from .model import Arrange, Command, Event, Names, Scenario, Sent
from .puppet import Puppet

Observe = Callable[[Event | Sent], None]
PUPPET = "puppet"  # the resource of every puppet's session
INCURIOUS = frozenset({"disco-never-asked"})  # what a room announces is no puppet's concern, and fills no transcript


class Stage:
    """Stands between the sessions and the `Host`: it has the host's interface, so that a porch can serve it."""

    def __init__(self, scenario: Scenario, host: Host, *, names: Names | None = None) -> None:
        self.scenario = scenario
        self.host = host
        self.names = names or Names()
        self.observe: Observe = lambda _: None
        self.sessions: dict[str, JID] = {}  # the subject's sessions by name
        self.swallowed: list[Mapping[str, Any]] = []
        self.refusals: list[Refusal] = []
        self._puppets: dict[JID, Puppet] = {}
        self._held: dict[JID, list[Delivery]] = {}

    # before the first row

    def open(self, *, now: float) -> None:
        """Open the rooms and seat their occupants."""
        for setup in self.scenario.rooms:
            open_room(self, setup, now=now)
        for actor in self.scenario.actors:
            if actor != self.scenario.subject:
                self.puppet(actor)

    def puppet(self, actor: str) -> Puppet:
        """The puppet of this name, logged in."""
        full = JID.parse(f"{self.names.account(actor)}/{PUPPET}")
        if full not in self._puppets:
            self._puppets[self.host.bind(full.bare, PUPPET)] = Puppet(full, defects=INCURIOUS)
        return self._puppets[full]

    # rows

    def perform(self, command: Command, *, now: float) -> list[Delivery]:
        """A puppet's verb; returns what is for the subject's sessions."""
        actor = command.session.partition("/")[0]
        puppet = self.puppet(actor)
        return self._act(puppet, puppet.does(command.verb, command.seq, command.args), actor, now=now)

    def arrange(self, action: Arrange, *, now: float) -> list[Delivery]:
        """A `service` row; returns what is for the subject's sessions."""
        return self.settle(ARRANGE[action.operation](self, action.details, now), now=now)

    def jid_of(self, actor: str) -> JID:
        """The full JID of a session of the subject, or of a puppet."""
        if actor in self.sessions:
            return self.sessions[actor]
        return JID.parse(f"{self.names.account(actor)}/{PUPPET}")

    # the host's interface

    def bind(self, bare: JID, resource: str | None, *, passing: bool = False) -> JID:
        return self.host.bind(bare, resource, passing=passing)

    def session_lost(self, session: JID, *, now: float) -> list[Delivery]:
        return self.settle(self.host.session_lost(session, now=now), now=now)

    def next_timer(self) -> float | None:
        return self.host.next_timer()

    def tick(self, *, now: float) -> list[Delivery]:
        return self.settle(self.host.tick(now=now), now=now)

    def shut_down(self, *, reason: str, now: float) -> list[Delivery]:
        """The MUC service goes down: everybody leaves every room."""
        return self.settle(self.host.muc.shut_down(reason=reason, now=now), now=now)

    def receive(self, stanza: Element, *, sender: JID, now: float) -> list[Delivery]:
        """A stanza of the subject."""
        if (wanted := next((w for w in self.swallowed if _is_like(stanza, w)), None)) is not None:
            self.swallowed.remove(wanted)
            return []
        if self.refusals and (answer := refusal_of(stanza, self.refusals[0])):
            self.refusals.pop(0)
            return self.settle([Delivery(answer, (sender,))], now=now)
        return self.settle(self.host.receive(stanza, sender=sender, now=now), now=now)

    # what goes out

    def settle(self, deliveries: Iterable[Delivery], *, now: float) -> list[Delivery]:
        """Give the puppets what is theirs, play out what they do, return what is for the subject, in order."""
        mine: list[Delivery] = []
        for delivery in deliveries:
            audience = tuple(jid for jid in delivery.to if jid not in self._puppets)
            if audience:
                mine += self._let_through(Delivery(delivery.stanza, audience))
            for jid in delivery.to:
                if puppet := self._puppets.get(jid):
                    actor = self._actor(jid)
                    heard = delivery.stanza.with_attrs(to=jid)
                    mine += self._act(puppet, puppet.receives(heard), actor, now=now)
        return mine

    def hold(self, jid: JID) -> None:
        """Keep back what is for this session."""
        self._held.setdefault(jid, [])

    def release(self, jid: JID) -> list[Delivery]:
        """Everything that was kept back for this session."""
        return self._held.pop(jid, [])

    def _let_through(self, delivery: Delivery) -> list[Delivery]:
        free = tuple(jid for jid in delivery.to if jid not in self._held)
        for jid in delivery.to:
            if jid in self._held:
                self._held[jid].append(Delivery(delivery.stanza, (jid,)))
        return [Delivery(delivery.stanza, free)] if free else []

    def _act(self, puppet: Puppet, outcomes: Iterable[Any], actor: str, *, now: float) -> list[Delivery]:
        mine: list[Delivery] = []
        for outcome in list(outcomes):
            if isinstance(outcome, Element):
                self.observe(Sent(actor, render(outcome)))
                sent = self.host.receive(outcome, sender=JID(puppet.jid), now=now)
                mine += self.settle(sent, now=now)
            elif "event" in outcome:
                self.observe(event_of(actor, outcome))
        return mine

    def _actor(self, jid: JID) -> str:
        return next(a for a in self.scenario.actors if self.names.account(a) == jid.bare)


def event_of(session: str, fields: Mapping[str, Any]) -> Event:
    """The event that a driver's line (or a puppet) reports."""
    rest = {k: v for k, v in fields.items() if k not in ("event", "session", "source", "synth")}
    source = "synth" if fields.get("synth") else str(fields.get("source", "stanza"))
    name = str(fields["event"])
    return Event(session, name, with_cause(name, rest), source)


def _is_like(stanza: Element, wanted: Mapping[str, Any]) -> bool:
    kinds = stanza.name == wanted["name"] and stanza.get("type") == wanted.get("type", stanza.get("type"))
    child = wanted.get("child")
    return kinds and (child is None or any(child in (c.name, f"{{{c.uri}}}{c.name}") for c in stanza.elements()))

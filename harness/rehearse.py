"""Run a scenario in memory: the reference client on one side, the pure service on the other."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import count
from typing import Any

from mockserver.host import Host
from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element, render
from mockserver.personalities import Personality, apply
from mockserver.wire_faults.acts import Acted

from . import faketime, trouble
from .explain import explain
from .load import SERVICE, BadScenario, load_all
from .model import Action, Answer, Arrange, Command, Fence, Names, Outcome, Perform, Scenario, Sent, Snapshot, Verdict
from .puppet import Puppet
from .referee import Referee
from .serving import Furnished, Service
from .stage import Stage, event_of

NOON = 1_800_000_000.0  # when every rehearsal takes place, in seconds since the epoch


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How a rehearsal went, and the lines that were spoken: (direction, session, text or event)."""

    verdict: Verdict
    transcript: tuple[tuple[str, str, Any], ...]


def rehearse(
    scenario: Scenario,
    *,
    defects: Iterable[str] = (),
    names: Names | None = None,
    personality: Personality | None = None,
) -> Rehearsed:
    """Play the scenario with a reference client that has these defects; one about the service has no such client."""
    if scenario.subject == SERVICE:
        return rehearse_service(scenario, lambda host: None, names=names)
    held = defects if isinstance(defects, frozenset) else frozenset(defects)
    return Rehearsal(scenario, held, names or Names(), personality).play()


def rehearse_service(
    scenario: Scenario, furnished: Furnished, *, names: Names | None = None, before: int = 0, hasty: bool = False
) -> Rehearsed:
    """Play a scenario about the service (`hasty`: until a row fails).

    `furnished` may change the host when its rooms are there, before the row of this number is done.
    """
    names = names or Names()
    playing = Service(scenario, new_host(scenario, names), names, furnished=furnished, before=before)
    return Rehearsed(playing.play(hasty=hasty), tuple(playing.transcript))


def new_host(scenario: Scenario, names: Names) -> Host:
    """A host for this scenario alone, with ids that count up."""
    ids = count(1)
    features = [f for f in ALL if f.name not in scenario.without]
    return Host(
        names.domain, names.muc, new_id=lambda: f"id-{next(ids):04}", secret=scenario.id, features=tuple(features)
    )


class Rehearsal:
    """One playing of one scenario."""

    def __init__(
        self, scenario: Scenario, defects: frozenset[str], names: Names, personality: Personality | None
    ) -> None:
        self.scenario, self.now = scenario, NOON
        self.stage = Stage(scenario, new_host(scenario, names), names=names)
        if personality is not None:
            apply(self.stage.host, personality)
        self.referee = Referee(scenario)
        self.stage.observe = self.referee.observe
        self.transcript: list[tuple[str, str, Any]] = []
        self._clients: dict[JID, tuple[str, Puppet]] = {}
        self._wire = trouble.Wire(self, muc=names.muc, sessions=self._bound, now=self.now)
        for session in scenario.sessions:
            self._connect(session, defects)
        self._tick()

    def play(self) -> Rehearsed:
        """Until the verdict falls."""
        self.stage.open(now=self.now)
        while action := self.referee.next_action():
            self._do(action)
        assert self.referee.verdict is not None
        return Rehearsed(self.referee.verdict, tuple(self.transcript))

    def _connect(self, session: str, defects: frozenset[str]) -> None:
        resource = session.partition("/")[2] or "first"
        full = self.stage.host.bind(JID.parse(self.stage.names.account(session)), resource)
        self.stage.sessions[session] = full
        self._clients[full] = (session, Puppet(full, defects=defects))
        self.referee.connected(session, full)

    def _connect_again(self, session: str) -> None:
        """A new stream of the same client, in place of the one that was lost."""
        before = self.stage.sessions[session]
        _, client = self._clients.pop(before)
        full = self.stage.host.bind(before.bare, before.resource)
        client.bound(full)
        self.stage.sessions[session] = full
        self._clients[full] = (session, client)
        self.referee.connected(session, full)

    def _do(self, action: Action) -> None:
        match action:
            case Fence():
                self.referee.fenced()
            case Snapshot(session=session, room=room):
                self.referee.snapshot(self._client(session).state(room))
            case Arrange(operation="sever", details=details):
                self.lose(self.stage.jid_of(details["to"]))
            case Arrange(operation=faketime.ADVANCE, details=details):
                self._advance(float(details["seconds"]))
            case Arrange(operation=trouble.FAULT | trouble.END as operation, details=details):
                trouble.arrange(self._wire, operation, details)
            case Arrange():
                self._deliver(self.stage.arrange(action, now=self.now))
            case Perform(command=command) if command.to_client and command.verb in ("connect", "disconnect"):
                self._reconnect(command)
            case Perform(command=command) if command.to_client:
                client = self._client(command.session)
                jid = self.stage.sessions[command.session]
                self._act(jid, client.does(command.verb, command.seq, command.args))
            case Perform(command=command):
                self._deliver(self.stage.perform(command, now=self.now))

    def _reconnect(self, command: Command) -> None:
        """The stream's own verbs: the client keeps what it knows, the session is a new one."""
        if command.verb == "disconnect":
            self.lose(self.stage.sessions[command.session])
        else:
            self._connect_again(command.session)
        jid = self.stage.sessions[command.session]
        self.referee.answered(Answer(command.seq, {"seq": command.seq, "ok": True, "jid": str(jid)}))
        self._tick()

    def _advance(self, seconds: float) -> None:
        for moment in faketime.moments(self.now, seconds, self._next_timer):
            self.now = moment
            self._deliver(self.stage.tick(now=self.now))
            self._tick()

    def _next_timer(self) -> float | None:
        due = [self.stage.next_timer(), *(client.next_timer() for _, client in self._clients.values())]
        return min((when for when in due if when is not None), default=None)

    def _tick(self) -> None:
        for jid, (_, client) in list(self._clients.items()):
            self._act(jid, client.tick(self.now))

    def _client(self, session: str) -> Puppet:
        return self._clients[self.stage.sessions[session]][1]

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        if self._wire.faults.active:
            return self._wire.deliver(deliveries)
        for delivery in deliveries:
            for jid in delivery.to:
                if jid in self._clients:
                    self._read(delivery.stanza, jid)
        return None

    def _read(self, stanza: Element, jid: JID) -> None:
        session, client = self._clients[jid]
        heard = stanza.with_attrs(to=jid)
        self.transcript.append(("out", session, render(heard)))
        self._act(jid, client.receives(heard))

    # the two ends of the wire

    def tell(self, stanza: Element, to: JID) -> None:
        if to in self._bound():
            self._read(stanza, to)

    def sent(self, stanza: Element, sender: JID) -> None:
        session, _ = self._clients[sender]
        self.transcript.append(("in", session, render(stanza)))
        self.referee.observe(Sent(session, render(stanza)))

    def hear(self, stanza: Element, sender: JID) -> None:
        self._deliver(self.stage.receive(stanza, sender=sender, now=self.now))

    def lose(self, session: JID, condition: str = "") -> None:
        _, client = self._clients[session]
        self._act(session, client.lost(condition))
        self._deliver(self.stage.session_lost(session, now=self.now))

    def shut_down(self, reason: str) -> list[Delivery]:
        return self.stage.shut_down(reason=reason, now=self.now)

    def note(self, acted: Acted) -> None:
        session, _ = self._clients.get(JID(acted.session), ("", None))
        self.transcript.append(("fault", session, str(acted.fault)))

    def _bound(self) -> list[JID]:
        return [jid for jid in self._clients if jid in self.stage.host.sessions]

    def _act(self, jid: JID, outcomes: Iterable[Element | Mapping[str, Any]]) -> None:
        session, _ = self._clients[jid]
        for outcome in list(outcomes):
            if isinstance(outcome, Element) and self._wire.faults.active:
                self._wire.receive(outcome, jid)
            elif isinstance(outcome, Element):
                self.sent(outcome, jid)
                self.hear(outcome, jid)
            elif "event" in outcome:
                self.transcript.append(("event", session, outcome))
                self.referee.observe(event_of(session, outcome))
            else:
                self.transcript.append(("answer", session, outcome))
                self.referee.answered(Answer(int(outcome["seq"]), outcome))


def main(arguments: list[str]) -> int:
    """`python -m harness.rehearse [GLOB]...`: what the scenarios' authors look at while they write."""
    wanted = arguments or ["*"]
    try:
        corpus = load_all()
    except BadScenario as complaint:
        print(complaint)
        return 2
    chosen = [s for s in corpus if any(fnmatch(s.id, w) or w in s.id for w in wanted)]
    bad = 0
    for scenario in chosen:
        played = rehearse(scenario)
        bad += played.verdict.outcome is not Outcome.PASS
        print(f"{played.verdict.outcome:11} {scenario.id}")
        if played.verdict.outcome is not Outcome.PASS or len(chosen) == 1:
            explain(played.verdict, played.transcript, whole=len(chosen) <= 3)
    print(f"{len(chosen)} rehearsed, {bad} not passed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

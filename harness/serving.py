"""A scenario about the service, in memory: every actor is a puppet, and what the service sends them is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element, render

from .arrange import RULES
from .furnish import Deed, furnish
from .model import Action, Answer, Arrange, Command, Fence, Names, Outcome, Perform, Scenario, Sent, Verdict
from .puppet import Puppet
from .referee import Referee

NOON = 1_800_000_000.0  # when every rehearsal takes place, in seconds since the epoch
FIRST = "first"  # the resource of a session whose name says none


class Company:
    """The puppets of one scenario on a host; `spoken` has what the service sent, `answers` what verbs ended with."""

    def __init__(self, scenario: Scenario, host: Host, names: Names) -> None:
        self.spoken: list[tuple[str, Element]] = []
        self.answers: list[Mapping[str, Any]] = []
        self.now = NOON
        self.host, self._names = host, names
        self._sessions: dict[str, JID] = {}
        self._puppets: dict[JID, tuple[str, Puppet]] = {}
        for session in everybody(scenario):
            self.enter(session)

    def enter(self, session: str) -> JID:
        """Log this session in."""
        account = JID.parse(self._names.account(session))
        full = self.host.bind(account, session.partition("/")[2] or FIRST)
        self._sessions[session] = full
        self._puppets[full] = (session, Puppet(full))
        return full

    @property
    def addresses(self) -> Mapping[str, JID]:
        return self._sessions

    def does(self, session: str, verb: str, seq: int, args: Mapping[str, Any]) -> None:
        """A verb of a session, with everything that follows from it."""
        if verb == "disconnect":
            return self._leave(session, seq)
        full = self._sessions[session]
        return self._act(full, self._puppets[full][1].does(verb, seq, args))

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            for jid in delivery.to:
                if jid in self._puppets:
                    session, puppet = self._puppets[jid]
                    heard = delivery.stanza.with_attrs(to=jid)
                    self.spoken.append((session, heard))
                    self._act(jid, puppet.receives(heard))

    def _leave(self, session: str, seq: int) -> None:
        full = self._sessions.pop(session)
        del self._puppets[full]
        self.deliver(self.host.session_lost(full, now=self.now))
        self.answers.append({"seq": seq, "ok": True})

    def _act(self, jid: JID, outcomes: Iterable[Element | Mapping[str, Any]]) -> None:
        for outcome in list(outcomes):
            if isinstance(outcome, Element):
                self.deliver(self.host.receive(outcome, sender=jid, now=self.now))
            elif "seq" in outcome:
                self.answers.append(outcome)


Furnished = Callable[[Host], object]  # is called with the host, once, when the rooms are there


class Service:
    """One playing of one scenario about the service."""

    def __init__(
        self, scenario: Scenario, host: Host, names: Names, *, furnished: Furnished = lambda _: None, before: int = 0
    ) -> None:
        """`furnished` is called before the row of this number is done."""
        self.scenario = scenario
        self.transcript: list[tuple[str, str, Any]] = []
        self._company = Company(scenario, host, names)
        self._host, self._furnished, self._before = host, furnished, before
        self._names = names
        self.referee = Referee(scenario)
        for session, full in self._company.addresses.items():
            self.referee.connected(session, full)

    def play(self, *, hasty: bool = False) -> Verdict:
        """Until the verdict falls; `hasty`: until a row fails."""
        if why := self._furnish():
            return Verdict(Outcome.UNSUPPORTED, (), why)
        while action := self.referee.next_action():
            self._set_in(action)
            if hasty and self.referee.failed:
                self.referee.halt("a row before failed")
                break
            self._do(action)
        assert self.referee.verdict is not None
        return self.referee.verdict

    def _furnish(self) -> str:
        """Bring the rooms about; why one cannot be had, or nothing."""
        for setup in self.scenario.rooms:
            for deed in furnish(setup, self._names):
                if refusal := self._deed(deed):
                    return f"the room {setup.name} cannot be furnished: {deed.verb} of {deed.session}: {refusal}"
        self._company.spoken.clear()
        self._company.answers.clear()
        return ""

    def _deed(self, deed: Deed) -> str:
        self._company.answers.clear()
        self._company.does(deed.session, deed.verb, 0, deed.args)
        answer = self._company.answers[-1] if self._company.answers else {"ok": False, "error": "no answer"}
        return "" if answer.get("ok") else str(answer.get("error") or answer.get("why"))

    def _set_in(self, action: Action) -> None:
        step = None if isinstance(action, Fence) else action.step
        if step is not None and step.number >= self._before:
            self._furnished(self._host)
            self._furnished = lambda _: None

    def _do(self, action: Action) -> None:
        match action:
            case Fence():
                self.referee.fenced()
            case Perform(command=Command(seq, session, verb, args)):
                self.transcript.append(("command", session, {"cmd": verb, **args}))
                self._company.does(session, verb, seq, args)
            case Arrange(operation="advance", details=details):
                self._company.now += float(details["seconds"])
            case Arrange(operation=name, details=details) if name in RULES:
                self._company.deliver(RULES[name](self._company, details, self._company.now))
            case _:
                raise ValueError(f"a scenario about the service cannot {action}")
        self._tell()

    def _tell(self) -> None:
        for session, stanza in self._company.spoken:
            self.transcript.append(("out", session, render(stanza)))
            self.referee.observe(Sent(session, render(stanza)))
        for answer in self._company.answers:
            self.referee.answered(Answer(int(answer["seq"]), answer))
        self._company.spoken.clear()
        self._company.answers.clear()


def everybody(scenario: Scenario) -> list[str]:
    """Every session that takes part, those who only furnish included."""
    named = {step.who for row in scenario.steps for step in (row, *row.alternatives) if step.who}
    bare = {name.partition("/")[0] for name in named}
    furnishers = {deed.session for setup in scenario.rooms for deed in furnish(setup, Names())}
    return sorted(named | (set(scenario.actors) - bare) | furnishers)

"""Walk one scenario: events go in, actions come out, a verdict falls. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.muc.xml import Element, parse

from . import grade
from .excuse import excused
from .model import (
    STIMULI,
    Action,
    Answer,
    Arrange,
    Check,
    Command,
    Event,
    Fence,
    Kind,
    Outcome,
    Perform,
    Scenario,
    Sent,
    Snapshot,
    Step,
    Verdict,
)
from .variables import bound, filled

RANK = (  # a scenario is the worst of its checks
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.FIXED,
    Outcome.KNOWN,
    Outcome.UNSUPPORTED,
    Outcome.SKIPPED,
    Outcome.PASS,
)


@dataclass
class Issued:
    """A command that was given, and its answer once it is there."""

    step: Step
    command: Command
    answer: Answer | None = None


@dataclass
class Window:
    """What came since the beginning of the latest stimulus."""

    events: list[Event] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    quiet_until: tuple[int, int] = (0, 0)  # `never` looks at what came behind these events and stanzas


class Referee:
    """One scenario under way. Do what `next_action` says, tell it what happens, until `verdict` is there."""

    def __init__(self, scenario: Scenario, *, reports: Collection[str] | None = None) -> None:
        self.scenario = scenario
        self._reports = reports  # the events that the driver can report; None: all of them
        self.verdict: Verdict | None = None
        self._at = 0
        self._window = Window()
        self._issued: list[Issued] = []
        self._checks: list[Check] = []
        self._variables: dict[str, str] = {}
        self._fenced = True  # nothing has happened since the last fence
        self._last_seen = -1  # index of the event that the last `sees` took
        self._last_sent = -1  # index of the stanza that the last `sends` found
        self._snapshot: Mapping[str, Any] | None = None
        self._halted = ""

    # what happens

    def observe(self, what: Event | Sent) -> None:
        """Something was reported, or sent on the wire."""
        match what:
            case Event():
                self._window.events.append(what)
            case Sent():
                self._window.sent.append(what)

    def connected(self, session: str, full_jid: str) -> None:
        """A session of the subject is logged in under this full JID."""
        self._variables[f"{session}/full"] = full_jid

    def answered(self, answer: Answer) -> None:
        """The answer to a command has come."""
        for issued in self._issued:
            if issued.command.seq == answer.seq:
                issued.answer = answer

    def fenced(self) -> None:
        """The client has processed and reported everything that was sent to it."""
        self._fenced = True

    def snapshot(self, state: Mapping[str, Any]) -> None:
        """The library's snapshot that was asked for."""
        self._snapshot = state

    def halt(self, why: str, *, outcome: Outcome = Outcome.FAIL) -> None:
        """It cannot go on: the row in hand ends like this, the ones after it are unreached."""
        while self.verdict is None:
            step = self.scenario.steps[self._at] if self._at < len(self.scenario.steps) else None
            if step is None:
                self._fall()
                return
            if step.kind not in STIMULI or not self._halted:
                ended = Outcome.UNREACHED if self._halted else outcome
                self._checks.append(Check(step, ended, why=self._halted or why))
            self._halted = self._halted or f"after row {step.number}: {why}"
            self._at += 1

    @property
    def failed(self) -> bool:
        """Whether a row has failed already."""
        return any(check.outcome is Outcome.FAIL for check in self._checks)

    # what to do

    def next_action(self) -> Action | None:
        """What to do next; None once the verdict has fallen."""
        while self.verdict is None:
            if self._at >= len(self.scenario.steps):
                self._fall()
                break
            step = filled(self.scenario.steps[self._at], self._variables)
            action = self._stimulate(step) if step.kind in STIMULI else self._check(step)
            if action is not None:
                return action
        return None

    def _stimulate(self, step: Step) -> Action | None:
        if waiting := self._unanswered(step):
            return waiting
        begins = self._at == 0 or self.scenario.steps[self._at - 1].kind not in STIMULI
        if begins and not self._fenced:
            return Fence()
        if begins:
            self._window, self._last_seen, self._last_sent = Window(), -1, -1
        elif self._after_own_deed():
            if not self._fenced:
                return Fence()
            if self.scenario.steps[self._at - 1].wait:
                self._window.quiet_until = (len(self._window.events), len(self._window.sent))
        self._at += 1
        self._fenced = False
        if step.kind is Kind.SERVICE:
            return Arrange(step, step.what, step.details)
        return self._perform(step)

    def _after_own_deed(self) -> bool:
        """Whether the row before is something that the subject did; with `wait = false` it may still be going on."""
        before = self.scenario.steps[self._at - 1]
        return before.kind is Kind.DOES and before.who in self.scenario.sessions

    def _perform(self, step: Step) -> Perform:
        mine = step.who in self.scenario.sessions
        command = Command(len(self._issued) + 1, step.who, step.what, step.details, mine)
        self._issued.append(Issued(step, command))
        return Perform(step, command)

    def _unanswered(self, step: Step) -> Fence | None:
        """A fence while the last command that is waited for has no answer; grades an answer that nobody checks."""
        for issued in self._issued:
            if issued.step.wait and issued.answer is None and not self._fenced:
                return Fence(pending=issued.command.seq)
        if self._issued and (check := self._unexpected(self._issued[-1], step)):
            self._checks.append(check)
        return None

    def _unexpected(self, issued: Issued, step: Step) -> Check | None:
        """A command that went wrong although no row speaks of its answer."""
        spoken = any(
            row.kind in (Kind.COMPLETES, Kind.ANY_OF) and (row.what in (issued.command.verb, "any_of"))
            for row in self.scenario.steps[issued.step.number :]
        )
        noted = any(check.step is issued.step for check in self._checks)
        if spoken or noted or not issued.command.to_client or issued.answer is None:
            return None
        return grade.answer_alone(issued.step, issued.answer)

    def _check(self, step: Step) -> Action | None:
        if waiting := self._unanswered(step):
            return waiting
        rows = step.alternatives or (step,)
        asked = next((row for row in rows if row.kind is Kind.STATE), None)
        if asked and self._snapshot is None:
            return Snapshot(asked, asked.who, asked.details["room"]) if self._fenced else Fence()
        check, used = self._graded(step)
        never = any(row.kind is Kind.NEVER for row in rows)
        waits = never or check.outcome not in (Outcome.PASS, Outcome.UNGRADED)
        if waits and not self._fenced:
            return Fence()
        self._settle(step, check, used)
        return None

    def _graded(self, step: Step) -> tuple[Check, Any]:
        skipped = self._window.quiet_until if step.kind is Kind.NEVER else (0, 0)
        issued = tuple((i.command, i.answer) for i in self._issued)
        evidence = grade.Evidence(
            tuple(self._window.events[skipped[0] :]),
            tuple(self._window.sent[skipped[1] :]),
            issued,
            self._snapshot,
            self._last_seen,
            self._last_sent,
        )
        check, used = grade.grade(step, evidence)
        if (step.alternatives or (step,))[0].who in self.scenario.sessions:
            check = excused(check, issued=issued, reports=self._reports)
        return check, used

    def _settle(self, step: Step, check: Check, used: Any) -> None:
        if isinstance(used, Event):
            self._last_seen = self._window.events.index(used)
            self._window.events[self._last_seen] = replace(used, name="")  # used up
        if step.kind is Kind.SENDS and isinstance(used, Element):
            self._last_sent = self._place(step, used)
        self._variables.update(bound(step, used))
        self._checks.append(replace(check, step=self.scenario.steps[self._at]))
        self._snapshot = None
        self._at += 1

    def _place(self, step: Step, stanza: Element) -> int:
        """Where in the window this stanza was sent."""
        behind = self._last_sent if step.then else -1
        sent = enumerate(self._window.sent)
        return next(n for n, s in sent if n > behind and s.session == step.who and parse(s.xml) == stanza)

    def _fall(self) -> None:
        if (
            self._issued
            and self._issued[-1].answer
            and (odd := self._unexpected(self._issued[-1], self._issued[-1].step))
        ):
            self._checks.append(odd)
        outcomes = {check.outcome for check in self._checks}
        worst = next((o for o in RANK if o in outcomes), Outcome.UNGRADED if outcomes else Outcome.PASS)
        ordered = tuple(sorted(self._checks, key=lambda c: c.step.number))
        self.verdict = Verdict(worst, ordered, self._halted)

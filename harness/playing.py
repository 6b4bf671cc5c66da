"""One scenario on the wire: a host and a porch of its own, sessions of a driver, puppets in memory, the referee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import CancelledError, Deferred

from mockserver import selfcheck
from mockserver.control.clock import ShiftedClock
from mockserver.muc.jid import JID
from mockserver.personalities import Row, apply
from mockserver.wire_faults import OF_LINKS
from mockserver.wire_faults.acts import Acted

from . import faketime, trouble
from .clients import Driver
from .dialogue import Dialogue, DriverGone
from .ground import LOOPBACK, Ground, OnWire, Unplayable
from .lenience import told
from .lines import Message
from .model import Action, Answer, Arrange, Command, Event, Fence, Perform, Scenario, Sent, Snapshot, Verdict
from .referee import Referee
from .rehearse import new_host
from .rest import Rest
from .stage import event_of
from .streams import connection, entrance, together
from .transcript import Transcript
from .vocabulary import STREAM


class Playing:
    """`play` once. `tag` makes the session names unique in the driver's process."""

    def __init__(self, scenario: Scenario, driver: Driver, dialogue: Dialogue, ground: Ground, *, tag: str) -> None:
        self.scenario, self.driver, self._dialogue, self._ground = scenario, driver, dialogue, ground
        self.transcript = Transcript(ground.reactor.seconds)
        self.referee = Referee(scenario, reports=dialogue.hello.reports if dialogue.hello else None)
        self.exceptions: list[tuple[int, Event]] = []  # what the library let escape, and the row of the last stimulus
        self._tag = tag
        self._clock = ShiftedClock(ground.reactor)  # the service's
        self._full_names: dict[str, str] = {}  # full JID -> session
        host = new_host(scenario, ground.names)
        selfcheck.attach(host, self._service_erred)  # within the personality: what that does is done on purpose
        apply(host, ground.personality, noted=self._at_work)
        self._stage = OnWire(scenario, host, names=ground.names)
        self._stage.observe = self._puppet_did
        self._porch = entrance(self._stage, driver=driver, ground=ground, clock=self._clock)
        self._porch.on_traffic, self._porch.on_fault = self._traffic, self._fault_acted
        self._rest = Rest(self._porch, ground, lambda: self._everywhere("sync"))
        self._port: Any = None

    async def play(self) -> Verdict:
        """Until the verdict falls. Raises `DriverGone`, `Unanswered` or `Unplayable`."""
        self._port = self._ground.reactor.listenTCP(0, self._porch, interface=LOOPBACK)
        try:
            self._stage.open(now=self._clock.seconds())
            for session in self.scenario.sessions:
                await self._log_in(session)
            await self._rest.rounds()
            self._porch.begin(self._ground.faults)
            while action := self.referee.next_action():
                await self._do(action)
                if self._stage.mistake:
                    raise Unplayable(self._stage.mistake)
            assert self.referee.verdict is not None
            return self.referee.verdict
        except CancelledError:  # Ctrl-C: nobody is asked politely any more
            self._dialogue.kill()
            raise
        finally:
            await self._close()

    def _service_erred(self, failure: selfcheck.SelfCheckFailed) -> None:
        """The first mistake counts; the scenario ends as an error of the harness."""
        self._stage.mistake = self._stage.mistake or str(failure)

    def _at_work(self, row: Row, to: frozenset[JID]) -> None:
        """A row of the personality has changed something; what the subject cannot notice is passed over."""
        if not to or not to.isdisjoint(self._stage.sessions.values()):
            self.transcript.note(told(self._ground.personality, row))

    # the subject's sessions

    def _name(self, session: str) -> str:
        return f"{self._tag}.{session.replace('/', '.')}"

    async def _log_in(self, session: str) -> None:
        self._dialogue.listen(self._name(session), lambda event: self._reported(session, event))
        args = self._connection(session)
        self.transcript.command(session, "connect", args, seq=self._dialogue.next_seq)
        answer = await self._dialogue.demand("connect", self._name(session), args)
        self.transcript.answer(session, answer)
        if not answer.get("ok"):
            raise Unplayable(f"{session} could not log in: {dict(answer.get('error') or answer)}")
        self._logged_in(session)

    def _connection(self, session: str) -> dict[str, Any]:
        self._stage.entering = session
        return connection(session, driver=self.driver, ground=self._ground, port=self._port.getHost().port)

    def _logged_in(self, session: str) -> None:
        full = self._stage.sessions.get(session)
        if full is None:
            raise Unplayable(f"the driver says that {session} is connected, and it never logged in")
        self._full_names[str(full)] = session
        self.transcript.logged_in(session, str(full))
        self._rest.shaken = False
        self.referee.connected(session, str(full))

    # actions

    async def _do(self, action: Action) -> None:
        match action:
            case Fence():
                await self._at_rest()
                self.referee.fenced()
            case Snapshot(session=session, room=room):
                self.referee.snapshot(await self._state(session, room))
            case Arrange(step=step):
                self.transcript.at(step)
                await self._arrange(action)
            case Perform(command=command, step=step):
                self.transcript.at(step)
                await self._perform(command, wait=step.wait)

    async def _arrange(self, action: Arrange) -> None:
        operation, details = action.operation, action.details
        match operation:
            case "sever":
                self._porch.sever(self._stage.jid_of(details["to"]), str(details.get("how", "close")))
                self._rest.shaken = True
                await self._at_rest()
            case faketime.ADVANCE:
                await self._advance(float(details["seconds"]))
            case trouble.FAULT | trouble.END:
                if trouble.arrange(self._porch, operation, details):
                    await self._at_rest()
            case _:
                self._porch.deliver(self._stage.arrange(action, now=self._clock.seconds()))

    async def _perform(self, command: Command, *, wait: bool) -> None:
        if command.to_client:
            await self._command(command, wait=wait)
        else:
            self._porch.deliver(self._stage.perform(command, now=self._clock.seconds()))

    async def _advance(self, seconds: float) -> None:
        self.transcript.note(f"{seconds:g} s pass")
        clocks: list[faketime.Forward] = [self._clock, *self._ground.hands]
        await faketime.advance(seconds, clocks, self._rest.looked, self._rest.rounds)
        self.transcript.at_rest()

    async def _command(self, command: Command, *, wait: bool) -> None:
        session, verb, args = command.session, command.verb, command.args
        if verb not in self._dialogue.can:
            self.referee.answered(Answer(command.seq, self.driver.lacks(verb)))
            return
        if verb == "connect":
            args = {**self._connection(session), **args}
        self.transcript.command(session, verb, args, seq=self._dialogue.next_seq)
        if verb in STREAM and wait:
            answer = await self._dialogue.demand(verb, self._name(session), args)
            self._answered(answer, session, command.seq, verb)
            return
        self._rest.unanswered.add(command.seq)
        waiting = self._dialogue.ask(verb, self._name(session), args)
        waiting.addCallbacks(self._answered, lambda _: None, callbackArgs=(session, command.seq, verb))

    def _answered(self, message: Message, session: str, seq: int, verb: str) -> None:
        self._rest.told += 1
        self._rest.unanswered.discard(seq)
        self.transcript.answer(session, message)
        if verb == "connect" and message.get("ok"):
            self._logged_in(session)
        self.referee.answered(Answer(seq, {**message, "seq": seq}))

    async def _state(self, session: str, room: str) -> Mapping[str, Any]:
        if "state" not in self._dialogue.can:
            return self.driver.lacks("state")
        self.transcript.command(session, "state", {"room": room}, seq=self._dialogue.next_seq)
        answer = await self._dialogue.demand("state", self._name(session), {"room": room})
        self.transcript.answer(session, answer)
        return {k: v for k, v in answer.items() if k not in ("seq", "ok", "error")}

    async def _at_rest(self) -> None:
        await self._rest.rounds()
        self.transcript.at_rest()

    async def _everywhere(self, verb: str) -> None:
        """Demand this of every session of the subject."""
        asked = [self._dialogue.demand(verb, self._name(session), {}) for session in self.scenario.sessions]
        await together([Deferred.fromCoroutine(each) for each in asked])

    # what is seen

    def _traffic(self, direction: str, session: str, text: str, *, fence: bool) -> None:
        name = self._full_names.get(session) or self._stage.entering
        self.transcript.stanza(direction, name, text, fence=fence)
        if direction == "in" and not fence:
            self._rest.sent += 1
            self.referee.observe(Sent(name, text))

    def _fault_acted(self, acted: Acted) -> None:
        self._rest.shaken = self._rest.shaken or acted.fault.name in OF_LINKS
        self._rest.sent += 1
        self.transcript.fault(acted, self._full_names.get(acted.session, ""))

    def _reported(self, session: str, message: Message) -> None:
        self._rest.told += 1
        self.transcript.event(session, message)
        event = event_of(session, message)
        if event.name == "exception":
            self.exceptions.append((self.transcript.row, event))
        self.referee.observe(event)

    def _puppet_did(self, what: Event | Sent) -> None:
        if isinstance(what, Sent):
            self.transcript.stanza("in", what.session, what.xml, fence=False)
        self.referee.observe(what)

    # the end

    async def _close(self) -> None:
        self._porch.end_faults()
        try:
            if not self._dialogue.gone and "disconnect" in self._dialogue.can:
                await self._everywhere("disconnect")
        except DriverGone:
            pass  # whoever plays next will find out
        finally:
            for session in self.scenario.sessions:
                self._dialogue.forget(self._name(session))
            self._porch.close()
            await self._port.stopListening()

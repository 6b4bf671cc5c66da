"""The conversation with one driver process: questions and answers, events to whoever listens, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from twisted.internet.defer import Deferred, fail

from .lines import START, STOP, DriverBroken, Hello, Message, check_answer, check_event, decode, encode, read_hello
from .patience import patiently
from .process import Process
from .vocabulary import VERB

Listener = Callable[[Message], None]
STARTS_WITHIN = 30.0  # seconds; libraries are slow to import
STOPS_WITHIN = 3.0


class End(Enum):
    """How it came that a driver is gone."""

    DIED = "died"  # of its own: a crash
    SILENT = "silent"  # it hung
    BROKEN = "broken"  # it does not speak the protocol
    STOPPED = "stopped"  # we wanted it


class DriverGone(Exception):
    """The process is no more. `how` tells whose fault it is, the text is one sentence."""

    def __init__(self, how: End, why: str) -> None:
        super().__init__(why)
        self.how, self.why = how, why


@dataclass
class Asked:
    """A command without an answer."""

    verb: str
    session: str
    answer: Deferred[Message]


class Dialogue:
    """One driver process. `patience` is in seconds; `listen` before the first command of a session."""

    def __init__(
        self, command: Sequence[str], *, reactor: Any, patience: float, environment: Mapping[str, str] | None = None
    ) -> None:
        self.hello: Hello | None = None
        self.gone: DriverGone | None = None
        self.patience = patience
        self._reactor = reactor
        self._greeting: Deferred[Message] = Deferred()
        self._listeners: dict[str, Listener] = {}
        self._asked: dict[int, Asked] = {}
        self._count = 0
        self._process = Process(
            command,
            reactor=reactor,
            on_line=self._line,
            on_end=self._ended,
            environment=environment,
        )

    async def greet(self) -> Hello:
        """Its answer to `start`. Raises `DriverGone`."""
        self._process.write(encode(START))
        late = self._too_late("start", STARTS_WITHIN)
        waiting = patiently(self._greeting, STARTS_WITHIN, self._reactor, late)
        try:
            self.hello = read_hello(await waiting)
        except DriverBroken as complaint:
            raise self._break(End.BROKEN, str(complaint)) from None
        return self.hello

    @property
    def can(self) -> tuple[str, ...]:
        """The verbs of its hello; none before it."""
        return self.hello.can if self.hello else ()

    @property
    def next_seq(self) -> int:
        """The number that the next command gets."""
        return self._count + 1

    def listen(self, session: str, listener: Listener) -> None:
        """Events of this session go there. An event of no session goes to everybody."""
        self._listeners[session] = listener

    def forget(self, session: str) -> None:
        """Nobody listens to this session any more; what is still unanswered there is not waited for."""
        self._listeners.pop(session, None)
        for seq in [seq for seq, asked in self._asked.items() if asked.session == session]:
            self._asked[seq].answer.cancel()

    def ask(self, verb: str, session: str, args: Mapping[str, Any]) -> Deferred[Message]:
        """The answer to a command, however long it takes; fails with `DriverGone`."""
        if self.gone:
            return fail(self.gone)
        self._count += 1
        asked = Asked(verb, session, Deferred(lambda d: None))
        self._asked[self._count] = asked
        self._process.write(encode({"cmd": verb, "seq": self._count, "session": session, **args}))
        return asked.answer

    async def demand(self, verb: str, session: str, args: Mapping[str, Any]) -> Message:
        """The same where a driver that gives no answer in time is broken."""
        waiting = self.ask(verb, session, args)
        return await patiently(waiting, self.patience, self._reactor, self._too_late(verb, self.patience))

    async def stop(self, *, word: bool = True, hang_up: bool = True) -> bool:
        """End it politely, by the word `stop`, the end of its input or both, then by force; whether it went itself."""
        self._over(End.STOPPED, "was stopped")
        await self._process.stop(encode(STOP) if word else b"", within=STOPS_WITHIN, hang_up=hang_up)
        return not self._process.forced

    def kill(self) -> None:
        """End it at once."""
        self._break(End.STOPPED, "was stopped")

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def stderr(self) -> str:
        """The end of what it wrote to stderr."""
        return self._process.stderr

    # inside

    def _line(self, line: bytes) -> None:
        try:
            message = decode(line)
            if self.hello is None and not self._greeting.called:
                self._greeting.callback(message)
            elif "event" in message:
                self._event(message)
            else:
                self._answer(message)
        except DriverBroken as complaint:
            self._break(End.BROKEN, str(complaint))

    def _event(self, message: Message) -> None:
        check_event(message)
        session = message["session"]
        listeners = list(self._listeners.values()) if not session else [self._listeners.get(session)]
        for listener in listeners:
            if listener is not None:
                listener(message)

    def _answer(self, message: Message) -> None:
        seq = message.get("seq")
        asked = self._asked.pop(seq, None) if isinstance(seq, int) else None
        if asked is None:
            raise DriverBroken(f"answered a command that it was not given, or twice: seq = {seq!r}")
        verb = VERB.get(asked.verb)
        check_answer(message, asked.verb, verb.gives if verb else ())
        part = verb and message.get("argument") in (*verb.needs, *verb.takes)  # a library may lack one argument
        if message.get("unsupported") and not part and self.hello and asked.verb in self.hello.can:
            raise DriverBroken(f"answered unsupported to {asked.verb}, which its `can` lists")
        if not asked.answer.called:
            asked.answer.callback(message)

    def _too_late(self, verb: str, within: float) -> Callable[[Any, float], Any]:
        def gone(result: Any, _: float) -> Any:
            raise self._break(End.SILENT, f"did not answer {verb} within {within:g} s")

        return gone

    def _break(self, how: End, why: str) -> DriverGone:
        gone = self._over(how, why)
        self._process.kill(why)
        return gone

    def _over(self, how: End, why: str) -> DriverGone:
        """It is gone, or going; the first reason counts. Whoever waits is told."""
        if self.gone is None:
            self.gone = DriverGone(how, f"the driver {why}")
        waiting = [self._greeting, *(asked.answer for asked in self._asked.values())]
        self._asked.clear()
        for answer in waiting:
            if not answer.called:
                answer.errback(self.gone)
        return self.gone

    def _ended(self, why: str) -> None:
        self._over(End.DIED, why)

"""What all parts of the client share: the outbox, the open requests, the rooms, the defects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import heappop, heappush
from typing import Any
from xml.etree.ElementTree import Element

from .jids import bare, prepared
from .room import Room
from .stanzas import E, error_of

Args = dict[str, Any]
Then = Callable[[Element], None]


@dataclass(frozen=True, slots=True)
class Send:
    """Write this stanza to the stream."""

    element: Element


@dataclass(frozen=True, slots=True)
class Report:
    """An event, with everything but its session."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the command with the same `seq`."""

    answer: dict[str, Any]


Output = Send | Report | Answer


@dataclass(frozen=True, slots=True)
class Question:
    """An IQ that waits for its answer; only `asked` may give it."""

    asked: str
    seq: int | None
    then: Then
    otherwise: Then


@dataclass(slots=True)
class Sent:
    """A message that went out, so that an error can be matched with it."""

    room: str
    nick: str = ""


@dataclass(slots=True)
class Stay:
    """A room that the client comes back to, and how long it waits the next time."""

    jid: str
    nick: str
    delay: float


@dataclass(slots=True)
class Session:
    """One bound session. Verbs and readers of stanzas are functions over it."""

    jid: str
    defects: frozenset[str] = frozenset()
    rooms: dict[str, Room] = field(default_factory=dict)
    features: dict[str, frozenset[str]] = field(default_factory=dict)  # what rooms announce
    learning: set[str] = field(default_factory=set)  # rooms that have been asked and did not answer yet
    questions: dict[str, Question] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)  # room -> mode
    queries: dict[str, Any] = field(default_factory=dict)  # open archive queries by queryid
    outbox: list[Output] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)  # rooms that it was ever in
    notes: dict[str, Any] = field(default_factory=dict)  # what a mistake has to remember
    staying: dict[str, Stay] = field(default_factory=dict)
    watched: set[str] = field(default_factory=set)  # rooms whose silence is noticed
    timers: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)  # when, which, what
    timed: int = 0
    now: float = 0.0  # seconds, on a clock that only goes forward
    count: int = 0

    def flawed(self, defect: str) -> bool:
        """Whether the client has this defect."""
        return defect in self.defects

    def new_id(self) -> str:
        """An id that no other session uses: without chance, so that a rehearsal repeats itself."""
        self.count += 1
        return f"{sha256(self.jid.encode()).hexdigest()[:8]}-{self.count}"

    def key(self, jid: str) -> str:
        """The form in which JIDs are compared."""
        return jid if self.flawed("case-matters-in-jids") else prepared(jid)

    def room(self, jid: str) -> Room | None:
        """The room with this JID (an occupant's JID will do), if the client is there or on its way."""
        return self.rooms.get(self.key(bare(jid)))

    # time

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do this when so much time has passed."""
        self.timed += 1
        heappush(self.timers, (self.now + seconds, self.timed, act))

    def tick(self, now: float) -> None:
        """It is `now`: what is due happens, each thing at its time."""
        while self.timers and self.timers[0][0] <= now:
            self.now, _, act = heappop(self.timers)
            act()
        self.now = now

    # out

    def send(self, element: Element) -> None:
        self.outbox.append(Send(element))

    def report(self, event: str, /, **fields: Any) -> None:
        self.outbox.append(Report({"event": event, **fields, "source": "api"}))

    def answer(self, seq: int | None, ok: bool | str = True, **fields: Any) -> None:
        """Answer a command; nobody waits where `seq` is None."""
        if seq is not None:
            self.outbox.append(Answer({"seq": seq, "ok": ok, **fields}))

    def refuse(self, seqs: Iterable[int | None], error: dict[str, Any]) -> None:
        """Answer commands with an error as `error_of` reads it."""
        for seq in seqs:
            self.answer(seq, ok=False, error=error)

    def complain(self, seq: int | None, condition: str, text: str) -> None:
        """Answer with an error that the client itself found."""
        self.refuse([seq], {"condition": condition, "type": "cancel", "text": text})

    # requests

    def ask(
        self,
        kind: str,
        payload: Element,
        then: Then,
        *,
        to: str = "",
        seq: int | None = None,
        otherwise: Then | None = None,
    ) -> None:
        """Send an IQ; `then` gets its result, `otherwise` its error (by default the command fails)."""
        id_ = self.new_id()

        def fail(iq: Element) -> None:
            self.refuse([seq], error_of(iq))

        self.questions[id_] = Question(to, seq, then, otherwise or fail)
        self.send(E("iq", payload, type=kind, id=id_, to=to or None))

    def settle(self, iq: Element) -> None:
        """An answer came: hand it to the question, if it comes from the one who was asked."""
        question = self.questions.get(iq.get("id", ""))
        if question is None or not self._may_answer(question, iq.get("from", "")):
            return
        del self.questions[iq.get("id", "")]
        (question.then if iq.get("type") == "result" else question.otherwise)(iq)

    def _may_answer(self, question: Question, sender: str) -> bool:
        if self.flawed("iq-from-anyone-believed"):
            return True
        if not question.asked or self.key(question.asked) == self.key(bare(self.jid)):
            return self.key(sender) in ("", self.key(bare(self.jid)), self.key(self.jid))
        return self.key(sender) == self.key(question.asked)

"""One scenario graded again from its transcript: the referee hears what it heard then, and nothing is run."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Any

from reports.record import ScenarioLine, TranscriptLine

from . import faketime, trouble
from .lacking import Lacks
from .model import Action, Answer, Arrange, Command, Event, Fence, Perform, Scenario, Sent, Snapshot, Step, Verdict
from .referee import Referee
from .stage import event_of
from .transcript import AT_REST, SECRET
from .vocabulary import STREAM

HALTED = re.compile(r"after row \d+: ")  # how a verdict begins to tell why nothing went on
WAITED = frozenset({"sever", faketime.ADVANCE, trouble.END})  # operations after which the run waited


class Astray(Exception):
    """The scenario is not the one that the transcript is of, or the transcript is of an older mucspec."""


class Replay:
    """`play` once. `can` and `reports` are the driver's, `lacks` answers verbs that it has not.

    The transcript holds everything that reaches a referee, and where it was waited for: see `Playing`. Where this
    referee waits and that one did not, what came until the next row is all there is.
    """

    def __init__(
        self, scenario: Scenario, line: ScenarioLine, *, can: Collection[str], reports: Collection[str], lacks: Lacks
    ) -> None:
        self.referee = Referee(scenario, reports=reports)
        self.exceptions: list[tuple[int, Event]] = []  # as of `Playing`
        self._scenario, self._can, self._lacks = scenario, can, lacks
        self._lines = deque(line["transcript"])
        self._why = HALTED.sub("", line.get("why", ""), count=1)
        self._row = 0  # of the latest stimulus
        self._seqs: dict[int, int] = {}  # the driver's number of a command -> the referee's

    def play(self) -> Verdict:
        """The verdict. Raises `Astray`."""
        self._before(1)
        try:
            while action := self.referee.next_action():
                self._do(action)
        except _Halted:
            self.referee.halt(self._why)
        while self._lines:  # what was told while the sessions were ended
            self._next()
        assert self.referee.verdict is not None
        return self.referee.verdict

    # actions

    def _do(self, action: Action) -> None:
        match action:
            case Fence():
                self._until(_is_rest, in_row=True)
                self.referee.fenced()
            case Snapshot(session=session, room=room):
                self.referee.snapshot(self._state(session, room))
            case Arrange(step=step):
                self._begin(step)
                self._arranged(action)
            case Perform(step=step, command=command):
                self._begin(step)
                self._performed(step, command)

    def _state(self, session: str, room: str) -> Mapping[str, Any]:
        if "state" not in self._can:
            return self._lacks("state")
        answer = self._until(_answers(self._command("state", session, {"room": room})))
        return {k: v for k, v in answer.items() if k not in ("seq", "ok", "error")}

    def _arranged(self, action: Arrange) -> None:
        begins_fault = action.operation == trouble.FAULT
        if action.operation in WAITED or (begins_fault and trouble.read(action.details).now):
            self._until(_is_rest)
        else:
            self._at_once()

    def _performed(self, step: Step, command: Command) -> None:
        if not command.to_client:
            self._at_once()
        elif command.verb not in self._can:
            self.referee.answered(Answer(command.seq, self._lacks(command.verb)))
        else:
            seq = self._command(command.verb, command.session, command.args)
            self._seqs[seq] = command.seq
            if command.verb in STREAM and step.wait:
                self._until(_answers(seq))

    # the transcript

    def _next(self) -> TranscriptLine:
        """The next line, of which the referee is told."""
        line = self._lines.popleft()
        session = line.get("session", "")
        match line["dir"]:
            case "event":
                self._reported(line, event_of(session, line["event"]))
            case "in" if not line.get("fence"):
                self.referee.observe(Sent(session, line["xml"]))
            case "answer" if (seq := self._seqs.get(line["answer"].get("seq", 0))) is not None:
                self.referee.answered(Answer(seq, {**line["answer"], "seq": seq}))
            case "note" if "jid" in line:
                self.referee.connected(session, line["jid"])
        return line

    def _reported(self, line: TranscriptLine, event: Event) -> None:
        if event.name == "exception":
            self.exceptions.append((line.get("row", 0), event))
        self.referee.observe(event)

    def _begin(self, step: Step) -> None:
        self._before(step.number)
        self._row = step.number

    def _before(self, row: int) -> None:
        """What came before this row began."""
        while self._lines and self._lines[0].get("row", 0) < row:
            self._next()

    def _at_once(self) -> None:
        """What the row did without anybody waiting: stanzas of puppets, and what the service makes of them."""
        while self._lines and self._lines[0].get("row", 0) == self._row and self._is_ours(self._lines[0]):
            self._next()

    def _is_ours(self, line: TranscriptLine) -> bool:
        if line["dir"] == "in":
            return line["session"] not in self._scenario.sessions
        return line["dir"] in ("out", "note") and not line.get("fence")

    def _until(self, wanted: Callable[[TranscriptLine], bool], *, in_row: bool = False) -> Mapping[str, Any]:
        """The lines up to the one that was waited for, and its answer. Raises `_Halted` where the run was."""
        while self._lines and not (in_row and self._lines[0].get("row", 0) > self._row):
            if wanted(line := self._next()):
                return line.get("answer", {})
        if self._why and not self._lines:
            raise _Halted
        return {}

    def _command(self, verb: str, session: str, args: Mapping[str, Any]) -> int:
        """The number under which the driver was told this. Raises `Astray`."""
        while self._lines:
            line = self._next()
            if line["dir"] == "command":
                told = line["command"]
                if (told["cmd"], line["session"]) == (verb, session) and "seq" in told and _has(told, args):
                    return int(told["seq"])
                break
        when = "the scenario was another when this was recorded, or mucspec was older"
        raise Astray(f"at row {self._row} {session} was not told to {verb}: {when}")


class _Halted(Exception):
    """Here the run ended before its time."""


def _has(told: Mapping[str, Any], args: Mapping[str, Any]) -> bool:
    """Whether these arguments were told, but for what no transcript shows."""
    wanted = json.loads(json.dumps(dict(args)))
    return all(told.get(key) == value for key, value in wanted.items() if key not in SECRET)


def _is_rest(line: TranscriptLine) -> bool:
    return line["dir"] == "note" and line.get("text") == AT_REST


def _answers(seq: int) -> Callable[[TranscriptLine], bool]:
    return lambda line: line.get("answer", {}).get("seq") == seq

"""Faults of the wire in scenarios: what the rows mean, and how they act in a rehearsal, where no wire is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import BadXml, Element, parse
from mockserver.wire_faults import Active, BadFault, Fault, FaultTable, make
from mockserver.wire_faults.acts import Act, Acted, Cut, Hear, ShutDown, Tell, Write
from mockserver.wire_faults.fault import MATCHING
from mockserver.wire_faults.kinds import KINDS
from mockserver.wire_faults.words import COUNTING

FAULT, END = "fault", "end_faults"  # operations of `service` rows
CLOCKED = "seconds"
KEYS = frozenset({*MATCHING, *COUNTING, *(key for kind in KINDS.values() for key in kind.told)}) - {CLOCKED}
BROKEN = "not-well-formed"  # the condition with which a client gives up a stream that is no XML


def read(details: Mapping[str, Any]) -> Fault:
    """The fault of a row: `fault` is its name, the rest its keys. Raises `BadFault`."""
    name = str(details["fault"])
    if CLOCKED in details:
        raise BadFault(f"{name}: scenarios do not wait; leave out seconds, and end it by {{ service = {END!r} }}")
    return make(name, {key: value for key, value in details.items() if key != "fault"})


class Endings(Protocol):
    """What can end faults: a porch, or the rehearsal's table."""

    def fault(self, fault: Fault) -> Active: ...

    def end_faults(self, name: str = "") -> None: ...


def arrange(where: Endings, operation: str, details: Mapping[str, Any]) -> bool:
    """A row about faults; whether anything may have happened at once."""
    if operation == END:
        where.end_faults(str(details.get("fault", "")))
        return True
    fault = read(details)
    where.fault(fault)
    return fault.now


class Ends(Protocol):
    """The two ends of the wire in a rehearsal."""

    def tell(self, stanza: Element, to: JID) -> None:
        """The client reads it."""

    def sent(self, stanza: Element, sender: JID) -> None:
        """It has come from the client."""

    def hear(self, stanza: Element, sender: JID) -> None:
        """The service reads it."""

    def lose(self, session: JID, condition: str) -> None:
        """The stream is gone."""

    def shut_down(self, reason: str) -> Sequence[Delivery]:
        """Everybody leaves every room."""

    def note(self, acted: Acted) -> None:
        """A fault acted."""


class Wire:
    """Between the two ends: what `FaultyPorch` is in a run."""

    def __init__(self, ends: Ends, *, muc: str, sessions: Callable[[], Iterable[str]], now: float) -> None:
        self.faults = FaultTable(muc=muc)
        self._ends, self._sessions, self._now = ends, sessions, now
        self._dark: dict[JID, list[Callable[[], None]]] = {}

    def fault(self, fault: Fault) -> Active:
        active = self.faults.add(fault)
        self._perform(self.faults.set_in(active, self._sessions(), now=self._now))
        return active

    def end_faults(self, name: str = "") -> None:
        for active in self.faults.active:
            if name in ("", active.fault.name):
                self._perform(self.faults.remove(active, now=self._now))

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """From the service to its clients."""
        self._perform(self.faults.outgoing(list(deliveries), now=self._now))

    def receive(self, stanza: Element, sender: JID) -> None:
        """From a client to the service."""
        self._lightly(sender, lambda: self._receive(stanza, sender))

    def _receive(self, stanza: Element, sender: JID) -> None:
        self._ends.sent(stanza, sender)
        self._perform(self.faults.incoming(stanza, sender, now=self._now))

    def _perform(self, acts: Iterable[Act]) -> None:
        for act in acts:
            match act:
                case Tell(stanza=stanza, to=to):
                    self._tell(stanza, to)
                case Hear(stanza=stanza, sender=sender):
                    self._ends.hear(stanza, sender)
                case Write(text=text, to=to):
                    self._write(text, to)
                case Cut(how=how, to=to):
                    self._cut(how, to)
                case ShutDown(reason=reason):
                    self.deliver(self._ends.shut_down(reason))
                case Acted():
                    self._ends.note(act)

    def _tell(self, stanza: Element, to: JID) -> None:
        self._lightly(to, lambda: self._ends.tell(stanza, to))

    def _write(self, text: str, to: JID) -> None:
        try:
            self._tell(parse(text), to)
        except BadXml:
            self._lightly(to, lambda: self._ends.lose(to, BROKEN))

    def _cut(self, how: str, session: JID) -> None:
        match how.partition(":"):
            case ("black-hole", _, _):
                self._dark.setdefault(session, [])
            case ("light", _, _):
                for happens in self._dark.pop(session, ()):
                    happens()
            case ("malformed", _, _):
                self._ends.lose(session, BROKEN)
            case (_, _, condition):
                self._ends.lose(session, condition)

    def _lightly(self, session: JID, happens: Callable[[], None]) -> None:
        """Now, or when the link is no black hole any more."""
        if session in self._dark:
            self._dark[session].append(happens)
        else:
            happens()

"""The faults that are in force, and what they make of what passes. No I/O, no clock: the shell carries out the acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

from .active import Active, Held
from .acts import Act, Cut, Hear, Tell
from .fault import Fault, Passing, meant
from .kinds import KINDS, PLACE
from .link_faults import LIGHT
from .stanza_faults import refusal


class FaultTable:
    """`muc` is the domain of the rooms. Times are seconds since the epoch."""

    def __init__(self, *, muc: str) -> None:
        self._muc = muc
        self._count = 0
        self._active: list[Active] = []

    @property
    def active(self) -> tuple[Active, ...]:
        """The faults that may still do something, oldest first."""
        return tuple(self._active)

    def add(self, fault: Fault) -> Active:
        """It is in force from now on. One that acts `now` needs `set_in` as well."""
        self._count += 1
        active = Active(fault, self._count)
        self._active.append(active)
        return active

    def set_in(self, active: Active, sessions: Iterable[str], *, now: float) -> list[Act]:
        """What a fault that acts at once does, to those of these sessions that are meant."""
        fault, kind = active.fault, KINDS[active.fault.name]
        if not fault.now or kind.at_once is None:
            return []
        hit = [session for session in sessions if meant(session, fault.match.get("to", session))]
        acts: list[Act] = []
        for session in [""] if kind.of_service else hit:
            acts += [active.acts(session), *kind.at_once(active, session, now)]
        self._forget()
        return acts

    def remove(self, active: Active, *, now: float) -> list[Act]:
        """It is over: what it held back goes on, a link that was dark is light again."""
        if active not in self._active:
            return []
        acts = self._released(active, active.held, now)
        self._active.remove(active)
        return [*acts, *(Cut(LIGHT, JID(session)) for session in active.cut)]

    def outgoing(self, deliveries: Sequence[Delivery], *, now: float) -> list[Act]:
        """What becomes of what the service sends."""
        passing = (Passing("out", d.stanza, session) for d in deliveries for session in d.to)
        return self._done(act for each in passing for act in self._pass(each, now))

    def incoming(self, stanza: Element, sender: JID, *, now: float) -> list[Act]:
        """What becomes of what a session sends."""
        passing = Passing("in", stanza, sender)
        if self._down and JID(stanza.get("to").partition("/")[0]).domain == self._muc:
            return self._unavailable(passing, now)
        return self._done(self._pass(passing, now))

    def next_timer(self) -> float | None:
        """When `tick` is due, or None."""
        times = [held.until for active in self._active for held in active.held]
        times += [active.until for active in self._active]
        return min((time for time in times if time is not None), default=None)

    def tick(self, *, now: float) -> list[Act]:
        """What is due: delayed stanzas, ends of faults."""
        acts: list[Act] = []
        for active in self.active:
            due = [held for held in active.held if held.until is not None and held.until <= now]
            acts += self._released(active, due, now)
            if active.until is not None and active.until <= now:
                acts += self.remove(active, now=now)
        return self._done(acts)

    # inside

    @property
    def _down(self) -> bool:
        return any(active.lasts for active in self._active)

    def _unavailable(self, passing: Passing, now: float) -> list[Act]:
        if passing.stanza.get("type") in ("error", "result", "unavailable"):
            return []
        active = next(active for active in self._active if active.lasts)
        answer = refusal(passing, {"condition": "service-unavailable"})
        return self._done([active.acts(passing.session, passing), *self._pass(answer, now)])

    def _pass(self, passing: Passing, now: float, *, behind: tuple[int, int] = (-1, 0)) -> Iterator[Act]:
        """Through all faults behind that place, in their order."""
        items: list[Passing | Act] = [passing]
        for place, active in sorted((_place(active), active) for active in self._active):
            if place > behind:
                items = [out for item in items for out in self._meet(active, item, now)]
        yield from (_arrived(item) if isinstance(item, Passing) else item for item in items)

    def _meet(self, active: Active, item: Passing | Act, now: float) -> Iterator[Passing | Act]:
        if not isinstance(item, Passing):
            yield item
            return
        fault, kind = active.fault, KINDS[active.fault.name]
        overtaken = [held for held in active.held if held.others is not None and _same_way(held.passing, item)]
        if kind.able(item, fault.told) and active.wants(item):
            yield from kind.does(active, item, now)
        else:
            yield item
        for held in overtaken:
            assert held.others is not None
            held.others -= 1
            if not held.others:
                active.held.remove(held)
                yield held.passing

    def _released(self, active: Active, some: Iterable[Held], now: float) -> list[Act]:
        gone = list(some)
        active.held = [held for held in active.held if held not in gone]
        return [act for held in gone for act in self._pass(held.passing, now, behind=_place(active))]

    def _done(self, acts: Iterable[Act]) -> list[Act]:
        done = list(acts)
        self._forget()
        return done

    def _forget(self) -> None:
        self._active = [active for active in self._active if not active.over]


def _place(active: Active) -> tuple[int, int]:
    return PLACE[active.fault.name], active.number


def _same_way(one: Passing, other: Passing) -> bool:
    return (one.way, one.session) == (other.way, other.session)


def _arrived(passing: Passing) -> Act:
    session = JID(passing.session)
    return Hear(passing.stanza, session) if passing.way == "in" else Tell(passing.stanza, session)

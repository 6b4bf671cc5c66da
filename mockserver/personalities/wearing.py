"""A host with a personality: around its calls, in its switches, in its features. It can be changed and taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from mockserver.faults.around import OPERATORS
from mockserver.faults.moment import Moment
from mockserver.host import Host
from mockserver.muc.feature import Feature
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.service import MucService
from mockserver.muc.xml import Element

from .model import Personality, Row
from .table import Act

Noted = Callable[[Row, frozenset[JID]], None]
Call = Callable[..., list[Delivery]]
HELD = "_worn"  # where a host keeps what it wears
EVERYBODY: frozenset[JID] = frozenset()  # who notices it: anybody may
OF_FEATURES = (  # what a service makes of its features
    "features", "fields", "defaults", "stamps", "cleaners", "listeners", "guards", "say_guards", "answers", "marks",
    "shown", "prefaces", "own_marks", "change_marks", "echoes", "commands", "entries", "owner_actions", "nodes",
    "whisper_guards", "hearings",
)  # fmt: skip


def apply(host: Host, personality: Personality, *, noted: Noted | None = None) -> None:
    """The host is like this from now on, whatever it was like before; rooms and those inside stay.

    `noted(row, to)` is told of every row that has changed something, and of the sessions that got something else for it
    (empty: anybody may notice). Rows that change switches or leave features out are not told: they always hold.
    """
    worn = vars(host).get(HELD) or _Worn(host)
    worn.wear(host, personality, noted or (lambda row, to: None))


class _Worn:
    """What the host was like by itself, and what it is like now."""

    def __init__(self, host: Host) -> None:
        self.switches, self.features = host.muc.switches, host.muc.features
        self.account_features = host._account_features  # a host has no other way to lose one
        self.rows: list[tuple[Row, dict[str, Any]]] = []
        self.noted: Noted = lambda row, to: None
        _surround(host, self)
        vars(host)[HELD] = self

    def wear(self, host: Host, personality: Personality, noted: Noted) -> None:
        self.rows = [(row, {}) for row in personality.rows if row.act.heard or row.act.told or row.act.bent]
        self.noted = noted
        acts = [row.act for row in personality.rows]
        host.muc.switches = replace(self.switches, **{k: v for act in acts for k, v in act.switches.items()})
        lost = frozenset(name for act in acts for name in act.lacks)
        of_accounts = frozenset(name for act in acts for name in act.accounts_lack)
        _refit(host.muc, [f for f in self.features if f.name not in lost], acts)
        host._account_features = tuple(f for f in self.account_features if f.name not in of_accounts)

    def hears(self, host: Host, stanza: Element, now: float) -> Element | None:
        """What the host gets in place of a stanza; None: it is lost."""
        for row, notes in self.rows:
            if row.act.heard:
                moment = Moment(host, stanza, now)
                moment.notes = notes
                taken = row.act.heard(moment)
                if taken is not stanza:
                    self.noted(row, EVERYBODY)
                if taken is None:
                    return None
                stanza = taken
        return stanza

    def bends(self, moment: Moment) -> ExitStack:
        stack = ExitStack()
        for row, notes in self.rows:
            moment.notes = notes
            bend = row.act.bent(moment) if row.act.bent else None
            if bend is not None:
                stack.enter_context(bend)
                self.noted(row, EVERYBODY)
        return stack

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        for row, notes in self.rows:
            if row.act.told:
                moment.notes = notes
                told = row.act.told(moment, deliveries)
                if told != deliveries:
                    self.noted(row, _who_notices(deliveries, told))
                deliveries = told
        bound = set(moment.host.sessions)
        kept = (d if bound.issuperset(d.to) else Delivery(d.stanza, _within(d.to, bound)) for d in deliveries)
        return [d for d in kept if d.to]


def _who_notices(before: Iterable[Delivery], after: Iterable[Delivery]) -> frozenset[JID]:
    """Those who get something else than they would have got; where only the order is another, all of them."""
    was, became = list(before), list(after)
    differing = [d for d in was if d not in became] + [d for d in became if d not in was]
    return frozenset(to for d in differing or became for to in d.to)


def _within(to: Iterable[JID], bound: set[JID]) -> tuple[JID, ...]:
    return tuple(session for session in to if session in bound)


def _refit(muc: MucService, features: list[Feature], acts: Iterable[Act]) -> None:
    """The service with these features and no others; its rooms have their fields, with the defaults that acts give."""
    made = MucService(muc.domain, features=features, new_id=muc.new_id, secret=muc.secret, switches=muc.switches)
    for var, value in ((var, value) for act in acts for var, value in act.defaults.items() if var in made.fields):
        made.fields[var] = replace(made.fields[var], default=value, current=None)
        made.defaults[var] = value
    vars(muc).update({name: getattr(made, name) for name in OF_FEATURES})
    for room in (muc.itself, *muc.rooms.values()):
        room.defaults = muc.defaults


# around the calls of a host


def _surround(host: Host, worn: _Worn) -> None:
    owners: list[tuple[Any, str]] = [(host, "session_lost"), (host, "tick"), *((host.muc, name) for name in OPERATORS)]
    for owner, name in owners:
        setattr(owner, name, _without_stanza(getattr(owner, name), host, worn))
    host.receive = _receiving(host.receive, host, worn)  # type: ignore[method-assign]  # of this one host


def _without_stanza(call: Call, host: Host, worn: _Worn) -> Call:
    def surrounded(*args: Any, **named: Any) -> list[Delivery]:
        if not worn.rows:
            return call(*args, **named)
        moment = Moment(host, None, float(named.get("now", 0.0)))
        with worn.bends(moment):
            deliveries = call(*args, **named)
        return worn.tells(moment, deliveries)

    return surrounded


def _receiving(receive: Call, host: Host, worn: _Worn) -> Call:
    def surrounded(stanza: Element, *, sender: JID, now: float) -> list[Delivery]:
        if not worn.rows:
            return receive(stanza, sender=sender, now=now)
        taken = worn.hears(host, stanza.with_attrs(from_=sender), now)
        if taken is None:
            return []
        moment = Moment(host, taken, now)
        moment.asked  # noqa: B018  # while things are as they were
        with worn.bends(moment):
            deliveries = receive(taken, sender=sender, now=now)
        return worn.tells(moment, deliveries)

    return surrounded

"""Faults around the calls of a host: what comes in, the rules while it is at work, what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from mockserver.host import Host
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

from .moment import Moment
from .table import EVERY

OPERATORS = ("set_config", "set_affiliation", "set_role", "rename", "desync", "shut_down", "destroy")
Call = Callable[..., list[Delivery]]


def faulty(host: Host, names: Iterable[str]) -> None:
    """The host has these faults from now on. Raises ValueError for a name that is none."""
    _surround(host, _Misbehaving(names))


def suspects(host: Host, names: Iterable[str]) -> set[str]:
    """Those of the faults that would change anything in what this host does from now on; it grows with every call."""
    spying = _Spying(names)
    _surround(host, spying)
    return spying.found


class _Around:
    """What happens around one call."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        if unknown := [name for name in self.names if name not in EVERY]:
            raise ValueError(f"no such fault: {', '.join(unknown)}")
        self._notes: dict[str, dict[str, Any]] = {name: {} for name in self.names}

    def noting(self, moment: Moment, name: str) -> Moment:
        moment.notes = self._notes[name]
        return moment

    def hears(self, moment: Moment) -> Element | None:
        """What the host gets in place of `moment.sent`."""
        raise NotImplementedError

    def bends(self, moment: Moment) -> ExitStack:
        raise NotImplementedError

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        raise NotImplementedError


class _Misbehaving(_Around):
    def hears(self, moment: Moment) -> Element | None:
        for name in self.names:
            hears = EVERY[name].heard
            if hears and moment.sent is not None:
                taken = hears(self.noting(moment, name))
                moment = Moment(moment.host, taken, moment.now)
        return moment.sent

    def bends(self, moment: Moment) -> ExitStack:
        stack = ExitStack()
        for name in self.names:
            bends = EVERY[name].bent
            bend = bends(self.noting(moment, name)) if bends else None
            if bend is not None:
                stack.enter_context(bend)
        return stack

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        for name in self.names:
            tells = EVERY[name].told
            deliveries = tells(self.noting(moment, name), deliveries) if tells else deliveries
        return _landed(moment.host, deliveries)


class _Spying(_Around):
    """Changes nothing: it asks every fault whether it would."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(names)
        self.found: set[str] = set()

    def hears(self, moment: Moment) -> Element | None:
        for name in self.names:
            hears = EVERY[name].heard
            if hears and moment.sent is not None and hears(self.noting(moment, name)) != moment.sent:
                self.found.add(name)
        return moment.sent

    def bends(self, moment: Moment) -> ExitStack:
        for name in self.names:
            bends = EVERY[name].bent
            if bends and name not in self.found and bends(self.noting(moment, name)) is not None:
                self.found.add(name)
        return ExitStack()

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        for name in self.names:
            tells = EVERY[name].told
            if tells and name not in self.found and tells(self.noting(moment, name), deliveries) != deliveries:
                self.found.add(name)
        return deliveries


def _landed(host: Host, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """To sessions that are there."""
    bound = set(host.sessions)
    kept = (Delivery(d.stanza, tuple(to for to in d.to if to in bound)) for d in deliveries)
    return [d for d in kept if d.to]


def _surround(host: Host, around: _Around) -> None:
    owners: list[tuple[Any, str]] = [(host, "session_lost"), (host, "tick"), *((host.muc, name) for name in OPERATORS)]
    for owner, name in owners:
        setattr(owner, name, _without_stanza(getattr(owner, name), host, around))
    host.receive = _receiving(host.receive, host, around)  # type: ignore[method-assign]  # of this one host


def _without_stanza(call: Call, host: Host, around: _Around) -> Call:
    def surrounded(*args: Any, **named: Any) -> list[Delivery]:
        moment = Moment(host, None, float(named.get("now", 0.0)))
        with around.bends(moment):
            deliveries = call(*args, **named)
        return around.tells(moment, deliveries)

    return surrounded


def _receiving(receive: Call, host: Host, around: _Around) -> Call:
    def surrounded(stanza: Element, *, sender: Any, now: float) -> list[Delivery]:
        moment = Moment(host, stanza.with_attrs(from_=sender), now)
        taken = around.hears(moment)
        if taken is None:
            return []
        moment = moment if taken is moment.sent else Moment(host, taken, now)
        moment.asked  # noqa: B018  # while things are as they were
        with around.bends(moment):
            deliveries = receive(taken, sender=sender, now=now)
        return around.tells(moment, deliveries)

    return surrounded

"""Around the calls of a host: what comes in, the rules while it is at work, what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, Generic, Protocol, TypeVar

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

from .moment import Moment
from .table import EVERY, Bends, Hears, Tells

OPERATORS = ("set_config", "set_affiliation", "set_role", "rename", "desync", "shut_down", "destroy")
EVERYBODY: frozenset[JID] = frozenset()  # who notices it: anybody may
Call = Callable[..., list[Delivery]]
T = TypeVar("T")


class Deed(Protocol):
    """What is done at the three places."""

    @property
    def heard(self) -> Hears | None: ...
    @property
    def bent(self) -> Bends | None: ...
    @property
    def told(self) -> Tells | None: ...


def faulty(host: Host, names: Iterable[str]) -> None:
    """The host has these faults from now on. Raises ValueError for a name that is none."""
    surround(host, Around(_known(names)))


def suspects(host: Host, names: Iterable[str]) -> set[str]:
    """Those of the faults that would change anything in what this host does from now on; it grows with every call."""
    spying = _Spying(_known(names))
    surround(host, spying)
    return spying.found


def _known(names: Iterable[str]) -> list[tuple[str, Deed]]:
    wanted = sorted(set(names))
    if unknown := [name for name in wanted if name not in EVERY]:
        raise ValueError(f"no such fault: {', '.join(unknown)}")
    return [(name, EVERY[name]) for name in wanted]


class Around(Generic[T]):
    """What happens around one call, in the order of the deeds, each with what it is the deed of.

    `noted(whose, to)` is told of each that changed something, and of the sessions that got something else for it
    (empty: anybody may notice).
    """

    noted: Callable[[T, frozenset[JID]], None] | None = None

    def __init__(self, deeds: Iterable[tuple[T, Deed]] = ()) -> None:
        self.begin(deeds)

    def begin(self, deeds: Iterable[tuple[T, Deed]]) -> None:
        """Do these from now on, and no others."""
        self.deeds: list[tuple[T, Deed, dict[str, Any]]] = [(whose, deed, {}) for whose, deed in deeds]

    def hears(self, moment: Moment) -> Element | None:
        """What the host gets in place of `moment.sent`; None: it is lost."""
        for whose, deed, notes in self.deeds:
            if deed.heard and moment.sent is not None:
                moment.notes = notes
                taken = deed.heard(moment)
                if taken is not moment.sent:
                    self._note(whose)
                    moment = Moment(moment.host, taken, moment.now)
        return moment.sent

    def bends(self, moment: Moment) -> ExitStack:
        """The rules are others inside of it."""
        stack = ExitStack()
        for whose, deed, notes in self.deeds:
            moment.notes = notes
            bend = deed.bent(moment) if deed.bent else None
            if bend is not None:
                stack.enter_context(bend)
                self._note(whose)
        return stack

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        """What goes out in place of these."""
        for whose, deed, notes in self.deeds:
            if deed.told:
                moment.notes = notes
                told = deed.told(moment, deliveries)
                if self.noted and told != deliveries:
                    self.noted(whose, _who_notices(deliveries, told))
                deliveries = told
        return _landed(moment.host, deliveries)

    def _note(self, whose: T) -> None:
        if self.noted:
            self.noted(whose, EVERYBODY)


class _Spying(Around[str]):
    """Changes nothing: it asks every fault whether it would."""

    def __init__(self, deeds: Iterable[tuple[str, Deed]]) -> None:
        super().__init__(deeds)
        self.found: set[str] = set()

    def hears(self, moment: Moment) -> Element | None:
        for name, deed, moment.notes in self.deeds:
            if deed.heard and moment.sent is not None and deed.heard(moment) != moment.sent:
                self.found.add(name)
        return moment.sent

    def bends(self, moment: Moment) -> ExitStack:
        for name, deed, moment.notes in self.deeds:
            if deed.bent and name not in self.found and deed.bent(moment) is not None:
                self.found.add(name)
        return ExitStack()

    def tells(self, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
        for name, deed, moment.notes in self.deeds:
            if deed.told and name not in self.found and deed.told(moment, deliveries) != deliveries:
                self.found.add(name)
        return deliveries


def _who_notices(before: Iterable[Delivery], after: Iterable[Delivery]) -> frozenset[JID]:
    """Those who get something else than they would have got; where only the order is another, all of them."""
    was, became = list(before), list(after)
    differing = [d for d in was if d not in became] + [d for d in became if d not in was]
    return frozenset(to for d in differing or became for to in d.to)


def _landed(host: Host, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """To sessions that are there, and to what components serve."""
    bound = set(host.sessions)

    def there(address: JID) -> bool:
        return address in bound or host.abroad.reaches(address)

    return [Delivery(d.stanza, to) for d in deliveries if (to := tuple(filter(there, d.to)))]


def surround(host: Host, around: Around[Any]) -> None:
    """Whatever the host does from now on happens inside of that."""
    owners: list[tuple[Any, str]] = [(host, "session_lost"), (host, "tick"), *((host.muc, name) for name in OPERATORS)]
    for owner, name in owners:
        setattr(owner, name, _without_stanza(getattr(owner, name), host, around))
    host.receive = _receiving(host.receive, host, around)  # type: ignore[method-assign]  # of this one host


def _without_stanza(call: Call, host: Host, around: Around[Any]) -> Call:
    def surrounded(*args: Any, **named: Any) -> list[Delivery]:
        if not around.deeds:
            return call(*args, **named)
        moment = Moment(host, None, float(named.get("now", 0.0)))
        with around.bends(moment):
            deliveries = call(*args, **named)
        return around.tells(moment, deliveries)

    return surrounded


def _receiving(receive: Call, host: Host, around: Around[Any]) -> Call:
    def surrounded(stanza: Element, *, sender: Any, now: float) -> list[Delivery]:
        if not around.deeds:
            return receive(stanza, sender=sender, now=now)
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

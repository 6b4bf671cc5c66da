"""What goes wrong, and which service this behaves like, from outside."""

from __future__ import annotations

from mockserver.faulty_porch import FaultyPorch
from mockserver.options import STRICT
from mockserver.wire_faults import KINDS, Active, BadFault, parse

from .base import Base, plain
from .errors import Impossible, Missing, Refused
from .views import FaultInForce, FaultKind, PersonalityView

MOST = 1000  # faults at a time


class Trouble(Base):
    """Faults are told in words, like `drop presence to=pistol times=1`; in force they have a number."""

    worn = STRICT

    def fault_kinds(self) -> tuple[FaultKind, ...]:
        """All that can go wrong on the wire."""
        return tuple(FaultKind(name, kind.about, kind.told) for name, kind in KINDS.items())

    def faults(self) -> tuple[FaultInForce, ...]:
        """The faults that may still do something, the oldest first."""
        return tuple(map(_shown, self._wire.faults.active))

    def fault(self, fault: str) -> FaultInForce:
        """From now on this goes wrong between the service and its clients."""
        if len(self._wire.faults.active) >= MOST:
            raise Refused(f"{MOST} faults are in force already", "resource-constraint")
        try:
            wanted = parse(plain(fault))
        except BadFault as complaint:
            raise Impossible(str(complaint)) from complaint
        self._note("fault", fault=str(wanted))
        return _shown(self._wire.fault(wanted))

    def end_fault(self, number: int) -> tuple[FaultInForce, ...]:
        """This goes wrong no more, and what it held back is sent; the faults that are left."""
        found = next((each for each in self._wire.faults.active if each.number == number), None)
        if found is None:
            raise Missing(f"no fault {number} is in force")
        self._note("end_fault", number=number)
        self._wire.end_fault(found)
        return self.faults()

    def end_faults(self) -> None:
        """Nothing goes wrong any more, and what was held back is sent."""
        self._note("end_faults")
        self._wire.end_faults()

    def personalities(self) -> tuple[PersonalityView, ...]:
        """The services that this one can behave like; the first is what the XEPs say."""
        from mockserver import personalities  # late: most servers never need their tables

        known = map(personalities.load, personalities.names())
        return tuple(PersonalityView(each.name, each.about, each.strict, each.name == self.worn) for each in known)

    def personality(self, name: str) -> tuple[PersonalityView, ...]:
        """Behave like this service from now on; rooms and occupants stay."""
        from mockserver import personalities

        try:
            wanted = personalities.load(name)
        except personalities.BadPersonality as complaint:
            raise Missing(str(complaint)) from complaint
        self._note("personality", name=name)
        personalities.apply(self.host, wanted)
        self.worn = name
        return self.personalities()

    @property
    def _wire(self) -> FaultyPorch:
        if not isinstance(self.porch, FaultyPorch):
            raise Refused("this server has no faults", "not-allowed")
        return self.porch


def _shown(active: Active) -> FaultInForce:
    return FaultInForce(active.number, str(active.fault), active.acted)

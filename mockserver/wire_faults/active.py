"""A fault while it is in force: how often it acted, what it holds back."""

from __future__ import annotations

from dataclasses import dataclass, field

from .acts import Acted
from .fault import Fault, Passing


@dataclass(slots=True)
class Held:
    """A stanza that is kept back until so many others have passed, or until a time."""

    passing: Passing
    others: int | None = None
    until: float | None = None  # seconds since the epoch


@dataclass(eq=False, slots=True)
class Active:
    """One fault of a table. `number` is its name there, `acted` how often it did something."""

    fault: Fault
    number: int
    acted: int = 0
    passed: int = 0  # stanzas that it was told to skip
    held: list[Held] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)  # sessions whose link it changed for as long as it lasts
    lasts: bool = False  # it goes on behind its act
    until: float | None = None  # when it ends of itself

    @property
    def spent(self) -> bool:
        """It acts on no stanza any more."""
        return self.fault.now or (self.fault.times is not None and self.acted >= self.fault.times)

    @property
    def over(self) -> bool:
        """Nothing comes of it any more."""
        return self.spent and not (self.held or self.cut or self.lasts)

    def wants(self, passing: Passing) -> bool:
        """Whether this stanza is one that it acts on; counts those that it skips."""
        if self.spent or not self.fault.fits(passing):
            return False
        if self.passed < self.fault.skip:
            self.passed += 1
            return False
        return True

    def acts(self, session: str, on: Passing | None = None) -> Acted:
        """It acts here: the line of the transcript that says so."""
        self.acted += 1
        return Acted(self.fault, session, on)

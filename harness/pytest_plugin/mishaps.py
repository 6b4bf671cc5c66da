"""The faults of the wire that a test asks for: put in force, counted, ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.faulty_porch import FaultyPorch
from mockserver.wire_faults import Active, make, parse

from .watch import Refused


class Mishaps:
    """`fault` gives a number, by which it is known from then on. Raises `BadFault`, which is a ValueError."""

    def __init__(self, porch: FaultyPorch, note: Callable[[str], None]) -> None:
        self._porch, self._tell = porch, note
        self._known: dict[int, Active] = {}

    def fault(self, words: str, keys: Mapping[str, Any]) -> int:
        """What `words` say; with keys they are a name."""
        wanted = make(words, keys) if keys else parse(words)
        self._tell(f"fault {wanted}")
        active = self._porch.fault(wanted)
        self._known[active.number] = active
        return active.number

    def fault_acted(self, number: int) -> int:
        """How often it did something."""
        return self._fault(number).acted

    def end_fault(self, number: int) -> None:
        """It is over, whether it was or not."""
        active = self._fault(number)
        self._tell(f"end_fault {active.fault}")
        self._porch.end_fault(active)

    def _fault(self, number: int) -> Active:
        if number not in self._known:
            raise Refused(f"there was no fault {number}")
        return self._known[number]

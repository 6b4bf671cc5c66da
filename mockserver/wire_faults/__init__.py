"""Faults of the wire: what can go wrong between the service and its clients, by name. Pure.

`parse("drop presence to=pistol times=1")` and `make("drop", {...})` give a `Fault`; a `FaultTable` has those in force
and says what becomes of what passes. The service itself knows nothing of them, and misbehaves by `mockserver.faults`.
"""

from __future__ import annotations

from .active import Active
from .fault import BadFault, Fault
from .kinds import KINDS, OF_LINKS
from .table import FaultTable
from .words import make, parse

__all__ = ["KINDS", "OF_LINKS", "Active", "BadFault", "Fault", "FaultTable", "make", "parse"]

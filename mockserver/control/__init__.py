"""What whoever runs the service can see and do from outside, as plain Python: `Control`."""

from __future__ import annotations

from .clock import ShiftedClock
from .errors import Impossible, Missing, Refused
from .people import People
from .rooms import Rooms
from .service import Service
from .transcript import Entry, Transcript
from .trouble import Trouble


class Control(Rooms, People, Service, Trouble):
    """Every action and every view. What cannot be done raises `Impossible`."""


__all__ = ["Control", "Entry", "Impossible", "Missing", "Refused", "ShiftedClock", "Transcript"]

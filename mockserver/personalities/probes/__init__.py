"""How each row of a personality shows on the wire: a short story, and what to look for in it.

A story is made of what clients send and nothing else, so that it can be played to a host in memory and to any server.
"""

from __future__ import annotations

from . import of_answers, of_lists, of_messages, of_presence, of_rooms
from .story import PROBES, Heard, Probe, play, probe_for

FAMILIES = (of_answers, of_lists, of_messages, of_presence, of_rooms)

__all__ = ["FAMILIES", "PROBES", "Heard", "Probe", "play", "probe_for"]

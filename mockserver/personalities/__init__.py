"""How real services differ: `apply(host, load("prosody"))` makes a host behave like one, `load("xep")` takes it off."""

from __future__ import annotations

from . import answers, forms, presences, rooms, said, strangers
from .model import BadPersonality, Personality, Row, load, names, read
from .table import BEHAVIOURS
from .wearing import apply

FAMILIES = (answers, forms, presences, rooms, said, strangers)

__all__ = ["BEHAVIOURS", "FAMILIES", "BadPersonality", "Personality", "Row", "apply", "load", "names", "read"]

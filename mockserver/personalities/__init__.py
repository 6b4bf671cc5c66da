"""How real services differ: `apply(host, load("prosody"))` makes a host behave like one, `load("xep")` takes it off."""

from __future__ import annotations

from . import answers, presences, said
from .model import BadPersonality, Personality, Row, load, names, read
from .table import BEHAVIOURS
from .wearing import apply

FAMILIES = (answers, presences, said)

__all__ = ["BEHAVIOURS", "FAMILIES", "BadPersonality", "Personality", "Row", "apply", "load", "names", "read"]

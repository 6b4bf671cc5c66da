"""Faults: named ways in which a service misbehaves. `faulty(host, names)` gives a host some of them.

`EVERY` has all that there are, `FAULTS` those with which the scenarios are proved (members.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import (
    addresses,
    answers,
    archives,
    asked,
    audiences,
    carried,
    choices,
    codes,
    copies,
    discovering,
    errors,
    features,
    forgetting,
    formality,
    guards,
    items,
    keeping,
    listing,
    overreaching,
    overtaking,
    preferring,
    pretenders,
    querying,
    rules,
    spelling,
    stable_ids,
    versioned,
    words_only,
)
from .around import faulty, suspects
from .members import MEMBERS
from .table import EVERY

FAMILIES = (
    addresses, answers, archives, asked, audiences, carried, choices, codes, copies, discovering, errors, features,
    forgetting, formality, guards, items, listing, overreaching, overtaking, pretenders, rules, spelling,
    versioned, words_only, keeping, preferring, querying, stable_ids,
)  # fmt: skip
FAULTS: Mapping[str, str] = MappingProxyType({name: EVERY[name].text for name in sorted(MEMBERS)})

__all__ = ["EVERY", "FAMILIES", "FAULTS", "faulty", "suspects"]

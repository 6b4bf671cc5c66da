"""`python -m harness.members [GLOB]...`: which faults the scenarios about the service need; writes them down.

The mutation run plays those alone (mockserver/faults/members.py). Members are never taken away here: the run tells
which of them break nothing any more.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from mockserver.faults import EVERY, FAULTS
from mockserver.faults import members as written

from . import faulting
from .load import SERVICE, load_all
from .model import STIMULI, Scenario

HEAD = '''"""The faults with which the scenarios are proved. Written by `python -m harness.members`."""

from __future__ import annotations

NAMES = """
'''
TAIL = '''
"""
MEMBERS = frozenset(NAMES.split())
'''


def needed(scenario: Scenario, members: Iterable[str]) -> tuple[set[str], set[str]]:
    """Further faults that break a row which no member breaks, and the rows that no fault breaks at all."""
    unbroken = {step.check for step in scenario.steps if step.kind not in STIMULI}
    unbroken -= set(faulting.played(scenario, set(members)).values())
    unbroken -= {check for check, found in faulting.late(scenario, unbroken, set(members)).items() if found}
    if not unbroken:
        return set(), set()
    others = dict(_played(scenario, unbroken, EVERY.keys() - set(members)))
    unbroken -= set(others.values())
    late = faulting.late(scenario, unbroken, EVERY.keys())
    return {*others, *(found[0] for found in late.values() if found)}, {c for c in unbroken if not late.get(c)}


def _played(scenario: Scenario, wanted: set[str], faults: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The first fault for each of these checks."""
    left = set(wanted)
    for fault in sorted(faulting.suspected(scenario, list(faults))):
        check = faulting.first_broken(faulting.with_fault(scenario, fault)) if left else ""
        if check in left:
            left.discard(check)
            yield fault, check


def write(members: Iterable[str], path: Path = Path(written.__file__)) -> None:
    """The list of members, in the order of the alphabet."""
    text = textwrap.fill(" ".join(sorted(members)), 116, break_long_words=False, break_on_hyphens=False)
    path.write_text(HEAD + text + TAIL, encoding="utf-8")


def main(globs: list[str]) -> int:
    """Add what is needed; status 1 where a row is left that nothing breaks."""
    members, left = set(FAULTS), 0
    for scenario in load_all():
        if scenario.subject == SERVICE and any(fnmatch(scenario.id, glob) for glob in globs or ["*"]):
            more, holes = needed(scenario, members)
            members |= more
            left += len(holes)
            for hole in sorted(holes):
                print(f"nothing breaks {hole}", flush=True)
    write(members)
    print(f"{len(members)} faults, {len(members) - len(FAULTS)} of them new; {left} rows that nothing breaks")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

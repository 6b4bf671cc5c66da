"""What changed between two records: regressions, fixes, new, gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from .phrases import line, worst_lines
from .record import Record, ScenarioLine

GOOD = ("pass", "fixed")
BAD = ("fail", "known")
HIDDEN = ("unsupported", "ungraded", "error")  # worse than a failure: nothing can be seen any more


class Change(TypedDict):
    """One check that ended in another way; "" where it was not there."""

    id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed, in the order of the new record. `broken`: the new run did not come to its end."""

    old: str
    new: str
    regressions: tuple[Change, ...]
    fixes: tuple[Change, ...]
    other: tuple[Change, ...]
    added: tuple[Change, ...]
    gone: tuple[Change, ...]
    weighed: tuple[Change, ...]  # of another class now, whatever the outcome
    broken: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not any(changes for _, changes in self._lists())

    @property
    def exit_status(self) -> int:
        """1 on a regression or a new run that broke off, else 0."""
        return int(bool(self.regressions) or self.broken)

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        lists = {name: list(changes) for name, changes in self._lists()}
        return {"records": {"old": self.old, "new": self.new}, "broken": self.broken, **lists}

    def __str__(self) -> str:
        texts = [f"{line(self.old)} -> {line(self.new)}"]
        for name, changes in self._lists():
            texts += [f"{name}: {len(changes)}", *(f"  {_shown(change)}" for change in changes)]
        if self.broken:
            texts.append("the new run broke off")
        return "\n".join(texts) + "\n"

    def _lists(self) -> Iterator[tuple[str, tuple[Change, ...]]]:
        yield "regressions", self.regressions
        yield "fixes", self.fixes
        yield "other", self.other
        yield "new", self.added
        yield "gone", self.gone
        yield "weighed", self.weighed


def diff(old: Record, new: Record) -> Diff:
    """Compare two records check by check; scenarios without checks compare as a whole.

    Passed before and fails now, or passed or failed before and is unsupported, ungraded or an error now: a regression.
    What was skipped or not reached on either side is neither better nor worse.
    """
    before, after = _outcomes(old), _outcomes(new)
    light, heavy = _classes(old), _classes(new)
    both = [Change(id=i, old=before[i], new=after[i]) for i in after if i in before and before[i] != after[i]]
    return Diff(
        old.name,
        new.name,
        regressions=tuple(c for c in both if _worse(c)),
        fixes=tuple(c for c in both if _better(c)),
        other=tuple(c for c in both if not _worse(c) and not _better(c)),
        added=tuple(Change(id=i, old="", new=after[i]) for i in after if i not in before),
        gone=tuple(Change(id=i, old=before[i], new="") for i in before if i not in after),
        weighed=tuple(Change(id=i, old=light[i], new=c) for i, c in heavy.items() if light.get(i, c) != c),
        broken=new.broken,
    )


def _worse(change: Change) -> bool:
    old, new = change["old"], change["new"]
    return (old in GOOD and new in BAD + HIDDEN) or (old in BAD and new in HIDDEN) or new == "error"


def _better(change: Change) -> bool:
    return change["new"] in GOOD and change["old"] in BAD + HIDDEN


def _outcomes(record: Record) -> Mapping[str, str]:
    """Check id -> outcome. A check that a crash or an error took away counts as what the scenario came to."""
    found: dict[str, str] = {}
    for scenario in worst_lines(record):
        found |= dict(_checks(scenario))
    return found


def _classes(record: Record) -> Mapping[str, str]:
    return {check["id"]: check["class"] for scenario in worst_lines(record) for check in scenario["checks"]}


def _checks(scenario: ScenarioLine) -> Iterator[tuple[str, str]]:
    whole = scenario["outcome"]
    for check in scenario["checks"]:
        lost = check["outcome"] == "unreached" and whole == "error"
        yield check["id"], whole if lost else check["outcome"]
    if not scenario["checks"] or whole == "error":
        yield scenario["id"], whole


def _shown(change: Change) -> str:
    return f"{line(change['id'])}: {change['old'] or '-'} -> {change['new'] or '-'}"

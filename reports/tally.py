"""Verdict arithmetic: how checks weigh, what a scenario and a run come to, the exit status. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .record import OUTCOMES, Check, Record, ScenarioLine, totals

__all__ = [
    "CLASSES",
    "OUTCOMES",
    "Share",
    "class_of",
    "exit_status",
    "failed_by_class",
    "failures",
    "gravest",
    "share",
    "totals",
    "worst",
]

BROKE = 3  # exit status: a run or a driver broke
WORST_FIRST = ("error", "fail", "fixed", "known", "unsupported", "skipped", "pass")
LEFT_OUT = ("unsupported", "ungraded", "skipped")  # of percentages; their counts are printed
CLASSES = ("crash", "violation", "consistency", "warning", "note", "robustness", "security")  # gravest first
LEVEL_CLASSES = {
    "MUST": "violation",
    "MUST NOT": "violation",
    "SHOULD": "warning",
    "SHOULD NOT": "warning",
    "MAY": "note",
    "IMPLIED": "consistency",
}
FAILS_ON = {  # --fail-on
    "violation": frozenset({"crash", "violation"}),
    "consistency": frozenset({"crash", "violation", "consistency"}),
    "warning": frozenset({"crash", "violation", "consistency", "warning"}),
}


def class_of(level: str, *, rated: str = "", basis: str = "") -> str:
    """The class of a check: what the row is rated as, else what its requirement's level says.

    `basis = "interop"` (common practice, no text) is at most a note.
    """
    if rated:
        return rated
    return "note" if basis == "interop" else LEVEL_CLASSES[level]


def worst(outcomes: Iterable[str]) -> str:
    """The outcome of a scenario with these checks; `ungraded` if nothing could be graded, `pass` without checks."""
    seen = set(outcomes)
    return next((o for o in WORST_FIRST if o in seen), "ungraded" if seen else "pass")


def gravest(scenario: ScenarioLine) -> str:
    """The gravest class among the failed checks of a scenario, "" if none failed."""
    failed = {check["class"] for check in failures(scenario)}
    if not failed and scenario["outcome"] == "fail":
        return "crash"  # it failed, and no row could tell
    return next((c for c in CLASSES if c in failed), "")


def failures(scenario: ScenarioLine) -> list[Check]:
    """The failed checks of a scenario in the order of its rows."""
    return [check for check in scenario["checks"] if check["outcome"] == "fail"]


def failed_by_class(scenarios: Iterable[ScenarioLine]) -> dict[str, int]:
    """How many failed checks there are of each class; every class is listed."""
    counts: Counter[str] = Counter()
    for scenario in scenarios:
        failed = [check["class"] for check in failures(scenario)]
        counts.update(failed or ([gravest(scenario)] if scenario["outcome"] == "fail" else []))
    return {name: counts[name] for name in CLASSES}


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what could be graded is as it should be: `passed` of `graded`; `left_out` are not in it."""

    passed: int
    graded: int
    left_out: int

    def __str__(self) -> str:
        """For people: `95.2 % (398 of 418, 3 left out)`; never rounded up to 100."""
        aside = f", {self.left_out} left out" if self.left_out else ""
        return f"{self.percent} ({self.passed} of {self.graded}{aside})"

    @property
    def percent(self) -> str:
        """`95.2 %`, rounded down; `-` where nothing was graded."""
        if not self.graded:
            return "-"
        tenths = 1000 * self.passed // self.graded
        return "100 %" if tenths == 1000 else f"{tenths / 10:.1f} %"


def share(counts: Mapping[str, int]) -> Share:
    """The share of passes in these totals."""
    left_out = sum(counts.get(outcome, 0) for outcome in LEFT_OUT)
    return Share(counts.get("pass", 0), sum(counts.values()) - left_out, left_out)


def exit_status(records: Sequence[Record], fail_on: str = "consistency", strict: bool = False) -> int:
    """0 as expected; 1 a failure that counts, or a known one that no longer fails; 3 a broken run, which beats 1.

    `fail_on` is violation, consistency or warning; with `strict` every class counts.
    """
    if any(record.broken or any(s["outcome"] == "error" for s in record.scenarios) for record in records):
        return BROKE
    counting = frozenset(CLASSES) if strict else FAILS_ON[fail_on]
    scenarios = [scenario for record in records for scenario in record.scenarios]
    return int(any(_counts(scenario, counting) for scenario in scenarios))


def _counts(scenario: ScenarioLine, counting: frozenset[str]) -> bool:
    if any(check["outcome"] == "fixed" for check in scenario["checks"]) or scenario["outcome"] == "fixed":
        return True
    if any(check["class"] in counting for check in failures(scenario)):
        return True
    return scenario["outcome"] == "fail" and gravest(scenario) in counting

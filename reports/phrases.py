"""What all report formats say in the same words: titles, marks, links, and a failure in a few lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .record import Check, Record, ScenarioLine
from .tally import CLASSES, WORST_FIRST, Share, failed_by_class, failures, gravest, share, totals

TITLES = {
    "violation": "violations",
    "consistency": "consistency",
    "warning": "warnings",
    "note": "notes",
    "robustness": "robustness",
    "security": "security",
    "crash": "crashes",
}
MEANINGS = {
    "pass": "as it should be",
    "violation": "against a MUST or MUST NOT",
    "consistency": "against what the text implies",
    "warning": "against a SHOULD or SHOULD NOT",
    "note": "against a MAY, or against common practice",
    "robustness": "misled by a service that breaks the XEP",
    "security": "misled by a hostile occupant or service",
    "crash": "the library crashed or hung",
    "known": "fails, as the list of known failures says",
    "fixed": "in the list of known failures, and no longer fails",
    "unsupported": "the library has no such operation",
    "ungraded": "left to the application: the library does not say",
    "skipped": "something is missing on this machine",
    "unreached": "the scenario ended before this row",
    "error": "the harness or the driver broke",
}
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def plain(text: str, limit: int = 0) -> str:
    """The text without control characters (a terminal would obey them), shortened to `limit` characters."""
    clean = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean[: limit - 1] + "…" if limit and len(clean) > limit else clean


def line(text: str, limit: int = 0) -> str:
    """The same in one line."""
    return plain(" ".join(text.split()), limit)


def link_of(check: Check) -> str:
    """The address of a requirement's section; "" for a document that has no known place."""
    document = check["requirement"].partition("/")[0]
    anchor = f"#{check['anchor']}" if check.get("anchor") else ""
    if re.fullmatch(r"xep-\d{4}", document):
        return f"https://xmpp.org/extensions/{document}.html{anchor}"
    if re.fullmatch(r"rfc-\d+", document):
        return f"https://www.rfc-editor.org/rfc/{document.replace('-', '')}{anchor}"
    return ""


def place_of(check: Check) -> str:
    """Level, document and section: `MUST xep-0045 §8.2`."""
    document = check["requirement"].partition("/")[0]
    section = f" §{check['section']}" if check.get("section") else ""
    return f"{check['level']} {document}{section}"


def seen_of(check: Check) -> str:
    """What was seen that came closest, and why it will not do."""
    closest, why = check.get("closest", ""), check.get("why", "")
    return f"{closest} ({why})" if closest and why else closest or why or "nothing"


def block(scenario: ScenarioLine, check: Check, limit: int = 400) -> list[str]:
    """One failure in a few lines: the check and its class, the requirement, expected, closest, the repeat command."""
    return [
        f"{line(check['id'], limit)}  [{check['class']}]",
        line(f"{place_of(check)}  {link_of(check)}", limit),
        f"expected: {line(check.get('expected') or check.get('says', ''), limit)}",
        f"closest:  {line(seen_of(check), limit)}",
        f"repeat:   {line(scenario['repeat'], limit)}",
    ]


def blocks(scenario: ScenarioLine, limit: int = 400) -> list[list[str]]:
    """All that is wrong with a scenario: a block for each failed check, or one for the error."""
    found = [block(scenario, check, limit) for check in failures(scenario)]
    fixed = [c for c in scenario["checks"] if c["outcome"] == "fixed"]
    found += [[f"{line(c['id'], limit)}  [fixed]", "it no longer fails: take it from the list"] for c in fixed]
    if found or scenario["outcome"] not in ("error", "fail", "fixed"):
        return found
    title = f"{line(scenario['id'], limit)}  [{verdict_of(scenario)}]"
    return [
        [title, line(scenario.get("why", "no reason given"), limit), f"repeat:   {line(scenario['repeat'], limit)}"]
    ]


def verdict_of(scenario: ScenarioLine) -> str:
    """One word for a scenario: the gravest class of a failed one, else its outcome."""
    return (gravest(scenario) if scenario["outcome"] == "fail" else "") or scenario["outcome"]


def by_scenario(record: Record) -> dict[str, list[ScenarioLine]]:
    """The lines of each scenario, in the order of the record; more than one with `--repeat`."""
    found: dict[str, list[ScenarioLine]] = {}
    for scenario in record.scenarios:
        found.setdefault(scenario["id"], []).append(scenario)
    return found


def worst_line(lines: Sequence[ScenarioLine]) -> ScenarioLine:
    """Of the repeats of one scenario the one that ended worst."""
    order = (*WORST_FIRST, "ungraded")
    return min(lines, key=lambda one: order.index(one["outcome"]))


def worst_lines(record: Record) -> list[ScenarioLine]:
    """One line a scenario, the worst of its repeats."""
    return [worst_line(lines) for lines in by_scenario(record).values()]


@dataclass(frozen=True, slots=True)
class Summary:
    """One client in figures; a scenario that was repeated counts once, with its worst outcome."""

    name: str
    planned: int
    done: int
    outcomes: dict[str, int]  # every outcome
    classes: dict[str, int]  # every class: failed checks
    verdicts: dict[str, int]  # scenarios by `verdict_of`, only what occurs
    share: Share
    broken: bool
    unsteady: tuple[str, ...]  # scenarios that did not end the same every time

    @property
    def warns(self) -> str:
        """What is wrong with the run itself, "" if nothing."""
        if self.broken:
            return f"the run broke off after {self.done} of {self.planned} scenarios"
        count = len(self.unsteady)
        plural = "s" if count > 1 else ""
        return f"{count} scenario{plural} did not end the same every time" if count else ""


def summary(record: Record) -> Summary:
    """The figures of a record."""
    grouped = by_scenario(record)
    lines = [worst_line(group) for group in grouped.values()]
    outcomes = totals(lines)
    words = [verdict_of(one) for one in lines]
    order = ("pass", *CLASSES, "fixed", "known", "unsupported", "ungraded", "skipped", "error")
    return Summary(
        name=record.name,
        planned=record.header["scenarios"],
        done=len(lines),
        outcomes=outcomes,
        classes=failed_by_class(lines),
        verdicts={word: words.count(word) for word in order if word in words},
        share=share(outcomes),
        broken=record.broken,
        unsteady=tuple(i for i, group in grouped.items() if len({one["outcome"] for one in group}) > 1),
    )

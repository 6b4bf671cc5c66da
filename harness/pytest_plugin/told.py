"""What pytest is told of a scenario: its outcome there, the text of a failure, and what Allure shows. No I/O."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.phrases import MEANINGS, link_of, place_of, plain, seen_of, verdict_of
from reports.record import Check, ScenarioLine, TranscriptLine
from reports.tally import CLASSES, FAILS_ON, failures, gravest

TAIL = 12  # lines of the transcript that a failure shows
WIDTH = 240  # characters of each
SEVERITIES = {  # Allure's word for the gravest level that a scenario checks, gravest first
    "MUST": "critical",
    "MUST NOT": "critical",
    "IMPLIED": "normal",
    "SHOULD": "minor",
    "SHOULD NOT": "minor",
    "MAY": "trivial",
}
AS_SKIPPED = ("unsupported", "skipped", "ungraded")
ARROWS = {"in": "->", "out": "<-", "command": "do", "answer": "ok", "event": "**", "note": "--"}


@dataclass(frozen=True, slots=True)
class Rules:
    """Which failures count, and of which client they are."""

    client: str
    fail_on: str = "consistency"
    strict: bool = False

    @property
    def counting(self) -> frozenset[str]:
        return frozenset(CLASSES) if self.strict else FAILS_ON[self.fail_on]


def told(line: ScenarioLine, rules: Rules) -> dict[str, Any]:
    """All that pytest is told of it; `outcome` is pass, fail, xfail, skip or error."""
    outcome = outcome_of(line, rules)
    return {
        "outcome": outcome,
        "reason": reason_of(line, outcome),
        "text": "\n".join(block(line)),
        "transcript": "\n".join(moment(each) for each in line["transcript"]),
        "steps": [step(check) for check in line["checks"]],
        "labels": {"epic": rules.client, "feature": line.get("topic", ""), "story": line["title"]},
        "severity": severity(line),
        "links": links(line),
    }


def outcome_of(line: ScenarioLine, rules: Rules) -> str:
    """What pytest calls it. A failure that does not count is an expected one there; what is fixed fails."""
    if line["outcome"] in ("error", "pass"):
        return line["outcome"]
    if line["outcome"] == "fixed" or any(check["outcome"] == "fixed" for check in line["checks"]):
        return "fail"
    if line["outcome"] == "fail":
        found = {check["class"] for check in failures(line)} | {gravest(line)}
        return "fail" if found & rules.counting else "xfail"
    return "skip" if line["outcome"] in AS_SKIPPED else "xfail"


def reason_of(line: ScenarioLine, outcome: str) -> str:
    """Why, in one line."""
    if line["outcome"] in AS_SKIPPED or line["outcome"] == "known":
        whys = [c.get("known") or c.get("why", "") for c in line["checks"] if c["outcome"] == line["outcome"]]
        said = "; ".join(dict.fromkeys(filter(None, whys))) or line.get("why", "") or MEANINGS[line["outcome"]]
        return f"{line['outcome']}: {said}"
    if outcome == "xfail":
        return f"{gravest(line)}, which does not count here ({MEANINGS[gravest(line)]})"
    return line.get("why", "") or verdict_of(line)


# the text of a failure


def block(line: ScenarioLine) -> list[str]:
    """The scenario, each row that is not as it should be, and the end of the transcript."""
    lines = [f"{verdict_of(line)}: {line['title']}"]
    for check in line["checks"]:
        if check["outcome"] in ("fail", "fixed", "error"):
            lines += ["", *_row(check)]
    if why := line.get("why"):
        lines += ["", f"  {plain(why)}"]
    if stderr := line.get("stderr"):
        lines += ["", "  the driver wrote on stderr:", *(f"    {plain(text)}" for text in stderr.splitlines()[-TAIL:])]
    return [*lines, *_tail(line["transcript"])]


def _row(check: Check) -> list[str]:
    word = check["class"] if check["outcome"] == "fail" else check["outcome"]
    texts = {
        "requirement": " ".join(filter(None, [check["requirement"], place_of(check), link_of(check)])),
        "expected": check.get("expected") or check.get("says", ""),
        "closest": check.get("closest") or "nothing",
        "why": check.get("why", ""),
        "known": check.get("known", ""),
    }
    shown = [f"    {name + ':':13}{plain(text)}" for name, text in texts.items() if text]
    return [f"  row {check['row']}: {plain(check.get('says', ''))}  [{word}]", *shown]


def _tail(transcript: Sequence[TranscriptLine]) -> list[str]:
    spoken = [each for each in transcript if not each.get("fence")]
    if not spoken:
        return []
    shown = spoken[-TAIL:]
    title = f"the last {len(shown)} of {len(spoken)} lines" if len(shown) < len(spoken) else "all of it"
    return ["", f"  transcript ({title}):", *(f"    {plain(moment(each), WIDTH)}" for each in shown)]


def moment(line: TranscriptLine) -> str:
    """A line of the transcript: `0.0123 -> pistol <presence/>`; -> came from the client, <- was sent to it."""
    what: Any = line.get("xml") or line.get("text")
    if what is None:
        what = json.dumps(line.get("event") or line.get("command") or line.get("answer") or {}, ensure_ascii=False)
    text = " ".join(str(what).split())
    mark = " (fence)" if line.get("fence") else ""
    return f"{line['t']:8.4f} {ARROWS[line['dir']]} {line.get('session', '')} {text}{mark}"


# what Allure shows


def step(check: Check) -> dict[str, str]:
    """A row as a step."""
    title = f"row {check['row']}: {check.get('says', '')} ({check['requirement']}, {check['level']})"
    parts = [f"expected: {check.get('expected', '')}", f"seen: {seen_of(check)}"]
    about = "" if check["outcome"] == "pass" else "; ".join(parts)
    return {"title": plain(title), "outcome": check["outcome"], "text": plain(check.get("known", "") or about)}


def severity(line: ScenarioLine) -> str:
    """From the gravest level that it checks."""
    levels = {check["level"] for check in line["checks"]}
    return next((word for level, word in SEVERITIES.items() if level in levels), "normal")


def links(line: ScenarioLine) -> list[dict[str, str]]:
    """Each requirement with the address of its section."""
    found = {check["requirement"]: link_of(check) for check in line["checks"]}
    return [{"name": name, "url": url} for name, url in found.items() if url]

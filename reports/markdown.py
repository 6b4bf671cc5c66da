"""Markdown: a summary for the comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .phrases import TITLES, Summary, line, link_of, place_of, seen_of, summary, verdict_of, worst_lines
from .record import Check, Record, ScenarioLine
from .tally import FAILS_ON, failures

COLUMNS = ("violation", "consistency", "warning", "note", "robustness", "security", "crash")
LIMIT = 50  # failures a client; the rest is counted (a comment holds 65536 characters)


def render(records: Sequence[Record]) -> str:
    """A table of all clients, then what failed, folded, a client at a time."""
    parts = ["## Group chat conformance", "\n".join(_table([summary(record) for record in records]))]
    parts += [text for record in records for text in _failures(record)]
    made = sorted({f"mucspec {text(record.header['mucspec'])}" for record in records})
    return "\n\n".join([*parts, f"<sub>{', '.join(made)}</sub>"]) + "\n"


def _table(clients: Sequence[Summary]) -> Iterator[str]:
    yield f"| client | scenarios | passed | {' | '.join(TITLES[c] for c in COLUMNS)} | known | left out | errors |"
    yield "| --- " + "| ---: " * (len(COLUMNS) + 5) + "|"
    for client in clients:
        figures = [str(client.classes[c]) for c in COLUMNS]
        others = [client.outcomes["known"], client.share.left_out, client.outcomes["error"]]
        passed = f"{client.share.passed} of {client.share.graded} ({client.share.percent})"
        cells = [f"{_mark(client)} {text(client.name)}", str(client.done), passed, *figures, *map(str, others)]
        yield f"| {' | '.join(cells)} |"


def _mark(client: Summary) -> str:
    if client.broken or client.outcomes["error"] or any(client.classes[name] for name in FAILS_ON["consistency"]):
        return "❌"
    return "⚠️" if client.outcomes["fail"] or client.outcomes["fixed"] else "✅"


def _failures(record: Record) -> Iterator[str]:
    name, warns = text(record.name), summary(record).warns
    if warns:
        yield f"**{name}: {warns}.**"
    found = [entry for scenario in worst_lines(record) for entry in _entries(scenario)]
    if found:
        more = f"\n- … and {len(found) - LIMIT} more" if len(found) > LIMIT else ""
        body = "\n".join(found[:LIMIT]) + more
        yield f"<details><summary>{name}: {len(found)} to look at</summary>\n\n{body}\n\n</details>"


def _entries(scenario: ScenarioLine) -> Iterator[str]:
    for check in failures(scenario):
        yield _entry(scenario, check)
    fixed = [check["id"] for check in scenario["checks"] if check["outcome"] == "fixed"]
    yield from (f"- **fixed** {code(name)}: it no longer fails; take it from the list" for name in fixed)
    if scenario["outcome"] in ("error", "fail") and not failures(scenario):
        yield f"- **{verdict_of(scenario)}** {code(scenario['id'])}: {text(scenario.get('why', ''))}"


def _entry(scenario: ScenarioLine, check: Check) -> str:
    place, link = text(place_of(check)), link_of(check)
    source = f"[{place}]({link})" if link else place
    lines = [
        f"- **{check['class']}** {code(check['id'])}: {text(scenario['title'])} ({source})",
        f"  - expected {code(check.get('expected') or check.get('says', ''))}",
        f"  - closest {code(seen_of(check))}",
        f"  - {code(scenario['repeat'])}",
    ]
    return "\n".join(lines)


def text(value: str) -> str:
    """Text that means only itself: in one line, nothing in it is markup or calls anybody."""
    escaped = re.sub(r"([\\`*_\[\]|~#])", r"\\\1", line(value, 300).replace("&", "&amp;").replace("<", "&lt;"))
    return escaped.replace("@", "@\N{ZERO WIDTH NON-JOINER}")


def code(value: str) -> str:
    """The value as code, whatever backticks it has."""
    value = line(value, 500) or " "
    longest = max((len(ticks) for ticks in re.findall("`+", value)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{value}{pad}{fence}"

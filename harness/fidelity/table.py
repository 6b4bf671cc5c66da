"""The agreement table: for every requirement on services how each server behaves. No I/O."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.record import Record, ScenarioLine

from ..catalogue import requirements
from .reasons import Reason, Reasons, unexplained

WORST_FIRST = ("error", "fail", "pass", "unsupported", "skipped", "ungraded")
BROKEN = ("error", "fail")
NOTHING = "-"  # the server was not there
NO_REASONS: Reasons = {}
HEADINGS = {
    "alone": "Where the mock fails",
    "against": "Where the mock passes and both others fail",
    "split": "Where the other servers disagree",
    "rest": "Where they agree, or one does not offer it",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: the outcome of each server, and the scenarios that a server fails."""

    requirement: str
    outcomes: tuple[str, ...]  # in the order of the table's servers, the mock first
    failed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()  # the servers that were there

    @property
    def kind(self) -> str:
        """Which part of the table it belongs to."""
        mock, *others = self.outcomes
        broken = [outcome in BROKEN for outcome in others]
        if mock in BROKEN:
            return "alone"
        if len(broken) > 1 and all(broken):
            return "against"
        return "split" if any(broken) else "rest"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The servers with their versions, the mock first, and a row for each requirement, disagreements first."""

    servers: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: tuple[str, ...] = ()  # one line for each server that was not there


def compare(records: Mapping[str, Record | None], missing: Iterable[str] = ()) -> Agreement:
    """The table of these records, by the name of the server; None where it was not there."""
    seen = {name: behaviour(record.scenarios if record else ()) for name, record in records.items()}
    named = sorted({requirement for found in seen.values() for requirement in found})
    rows = [_row(requirement, seen) for requirement in named]
    order = list(HEADINGS)
    rows.sort(key=lambda row: (order.index(row.kind), row.requirement))
    titles = tuple(record.name if record else name for name, record in records.items())
    return Agreement(titles, tuple(rows), tuple(missing))


def behaviour(lines: Sequence[ScenarioLine]) -> dict[str, dict[str, list[str]]]:
    """Requirement -> outcome -> the scenarios with such a row. What was not played counts for all its requirements."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        graded = [(check["requirement"], check["outcome"]) for check in line["checks"]]
        for requirement, outcome in graded or [(name, line["outcome"]) for name in line["requirements"]]:
            scenarios = found.setdefault(requirement, {}).setdefault(outcome, [])
            if line["id"] not in scenarios:
                scenarios.append(line["id"])
    return found


def _row(requirement: str, seen: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> Row:
    outcomes = {name: found.get(requirement, {}) for name, found in seen.items()}
    worst = tuple(next((o for o in WORST_FIRST if o in had), NOTHING) for had in outcomes.values())
    failed = {name: [s for o in BROKEN for s in had.get(o, ())] for name, had in outcomes.items()}
    known = frozenset(name for name, found in seen.items() if found)
    return Row(requirement, worst, {name: scenarios for name, scenarios in failed.items() if scenarios}, known)


def as_json(agreement: Agreement, reasons: Reasons = NO_REASONS) -> str:
    """For programs."""
    rows: dict[str, Any] = {
        row.requirement: {
            "level": _level(row.requirement),
            "outcomes": dict(zip(agreement.servers, row.outcomes, strict=True)),
            "failed": {name: list(scenarios) for name, scenarios in row.failed.items()},
            **_told(row, reasons),
        }
        for row in agreement.rows
    }
    made = {
        "servers": agreement.servers,
        "missing": agreement.missing,
        "totals": totals(agreement),
        "not_looked_at": [list(pair) for pair in unexplained(agreement.rows, reasons)],
        "requirements": rows,
    }
    return json.dumps(made, indent=1) + "\n"


def _told(row: Row, reasons: Reasons) -> dict[str, Any]:
    reason = reasons.get(row.requirement)
    return {"reasons": dict(reason.servers), "stays": reason.stays} if row.failed and reason else {}


def totals(agreement: Agreement) -> dict[str, dict[str, int]]:
    """Server -> outcome -> how many requirements."""
    columns = zip(*(row.outcomes for row in agreement.rows), strict=True)
    return {name: dict(Counter(column)) for name, column in zip(agreement.servers, columns, strict=False)}


def as_markdown(agreement: Agreement, reasons: Reasons = NO_REASONS) -> str:
    """For people."""
    parts = [
        "# How faithful the mock is",
        "The scenarios about services, played over sockets against mucspec's own server and against servers that people"
        " run, with the same stanzas. `tox -e fidelity` makes this page again; docs/fidelity.md tells how to read it,"
        " harness/fidelity/reasons.toml keeps the reasons of the disagreements. A requirement fails where a row about"
        " it fails; *unsupported*: the server does not offer it; *skipped*: only a server that can be told to misbehave"
        " or to move its clock can show it.",
        *(f"**Left out: {line}**" for line in agreement.missing),
        _totals(agreement),
        *_not_looked_at(unexplained(agreement.rows, reasons)),
    ]
    for kind, heading in HEADINGS.items():
        rows = [row for row in agreement.rows if row.kind == kind]
        told = None if kind == "rest" else reasons
        parts += [f"## {heading} ({len(rows)})", _table(agreement, rows, told) if rows else "None."]
    return "\n\n".join(parts) + "\n"


def _totals(agreement: Agreement) -> str:
    counted = totals(agreement)
    shown = [o for o in WORST_FIRST if any(o in counts for counts in counted.values())]
    lines = [_line(["requirements", *shown]), _line(["---"] * (len(shown) + 1))]
    return "\n".join([*lines, *(_line([name, *(str(c.get(o, 0)) for o in shown)]) for name, c in counted.items())])


def _not_looked_at(pairs: Sequence[tuple[str, str]]) -> list[str]:
    lines = [f"- {requirement} ({name})" for requirement, name in pairs]
    return [f"## Not looked at yet ({len(lines)})", "\n".join(lines)] if lines else []


def _table(agreement: Agreement, rows: Sequence[Row], reasons: Reasons | None) -> str:
    """With scenarios and reasons, or without."""
    titles = ["requirement", "level", *agreement.servers, *(["fails in", "reason"] if reasons is not None else [])]
    lines = [_line(titles), _line(["---"] * len(titles))]
    for row in rows:
        told = [_places(row), _why(row, reasons)] if reasons is not None else []
        lines.append(_line([row.requirement, _level(row.requirement), *row.outcomes, *told]))
    return "\n".join(lines)


def _places(row: Row) -> str:
    places = sorted({scenario for failed in row.failed.values() for scenario in failed})
    return ", ".join(place.removeprefix("service/") for place in places)


def _why(row: Row, reasons: Reasons) -> str:
    """What each server does that fails, those that do the same together, and why the mock stays."""
    reason = reasons.get(row.requirement, Reason())
    doing: dict[str, list[str]] = {}
    for name in row.failed:
        doing.setdefault(reason.servers.get(name, "not looked at yet"), []).append(name)
    told = [f"{', '.join(names)}: {text}" for text, names in doing.items()]
    return "; ".join([*told, *([f"mucspec stays: {reason.stays}"] if reason.stays else [])]).replace("|", "\\|")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _level(requirement: str) -> str:
    known = requirements().get(requirement)
    return known.level if known else ""

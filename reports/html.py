"""One self-contained HTML file for any number of clients: it opens offline and loads nothing."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .evidence import evidence_of
from .phrases import MEANINGS, TITLES, Summary, by_scenario, link_of, place_of, plain, summary, verdict_of, worst_line
from .record import OUTCOMES, Check, Record, ScenarioLine
from .tally import CLASSES, failures

TEMPLATES = Path(__file__).with_name("templates")
MARKS = {
    "pass": "✓",
    "violation": "✕",
    "consistency": "≠",
    "warning": "!",
    "note": "i",
    "robustness": "◆",
    "security": "▲",
    "crash": "↯",
    "fixed": "★",
    "known": "~",
    "unsupported": "\N{MINUS SIGN}",
    "ungraded": "○",
    "skipped": "»",
    "unreached": "·",
    "error": "‼",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of one scenario with one client."""

    verdict: str
    words: str  # the outcome and the class of every failed check, to filter by
    link: str
    unsteady: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario, and a cell (or None) for each client."""

    id: str
    title: str
    search: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check, or an error."""

    verdict: str
    scenario: ScenarioLine
    link: str
    check: Check | None
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class Client:
    """One column: a record with its figures."""

    key: str
    record: Record
    summary: Summary
    lines: Mapping[str, list[ScenarioLine]]
    findings: tuple[Finding, ...]


def render(records: Sequence[Record]) -> str:
    """The page."""
    clients = [_client(key, record) for key, record in zip(_keys(records), records, strict=True)]
    topics = _topics(clients)
    script = Markup("\n".join(_asset(name) for name in ("transcript.js", "bundle.js", "report.js")))  # our own text
    page = _environment().get_template("report.html")
    return page.render(
        clients=clients,
        topics=topics,
        verdicts=_verdicts(topics),
        classes=CLASSES,
        titles=TITLES,
        meanings=MEANINGS,
        marks=MARKS,
        packs={client.key: _pack(client) for client in clients},
        script=script,
        digest=base64.b64encode(sha256(script.encode()).digest()).decode(),
        style=Markup(_asset("report.css")),
        index={
            "marks": MARKS,
            "meanings": MEANINGS,
            "outcomes": OUTCOMES,
            "clients": [
                {"key": client.key, "name": plain(client.record.name), "header": client.record.header}
                for client in clients
            ],
        },
    )


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    made.filters["plain"] = plain
    return made


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _keys(records: Sequence[Record]) -> list[str]:
    """A short name for each record, for addresses inside the page."""
    found: list[str] = []
    for record in records:
        client = record.header["client"]
        base = re.sub(r"[^A-Za-z0-9.]+", "-", f"{client['name']}-{client['version']}").strip("-") or "client"
        again = sum(key == base or key.startswith(f"{base}~") for key in found)
        found.append(f"{base}~{again + 1}" if again else base)
    return found


def _client(key: str, record: Record) -> Client:
    lines = by_scenario(record)
    found = [finding for group in lines.values() for finding in _findings(key, worst_line(group))]
    order = ("error", *CLASSES, "fixed")
    found.sort(key=lambda finding: order.index(finding.verdict))
    return Client(key, record, summary(record), lines, tuple(found))


def _findings(key: str, scenario: ScenarioLine) -> list[Finding]:
    link = _link(scenario["id"], key)
    checks = [*failures(scenario), *(c for c in scenario["checks"] if c["outcome"] == "fixed")]
    found = [
        Finding(c["class"] if c["outcome"] == "fail" else "fixed", scenario, link, c, place_of(c), link_of(c))
        for c in checks
    ]
    if found or scenario["outcome"] not in ("error", "fail", "fixed"):
        return found
    return [Finding(verdict_of(scenario), scenario, link, None, "", "")]


def _link(scenario: str, key: str) -> str:
    return f"#{quote(scenario, safe='/=,:+')}@{key}"


def _topics(clients: Sequence[Client]) -> dict[str, list[Row]]:
    """The rows of the matrix by topic, in the order of the records."""
    topics: dict[str, list[Row]] = {}
    for id_ in dict.fromkeys(id_ for client in clients for id_ in client.lines):
        lines = [client.lines[id_][0] for client in clients if id_ in client.lines]
        topics.setdefault(plain(lines[0].get("topic", "")) or "scenarios", []).append(_row(id_, lines, clients))
    return topics


def _row(id_: str, lines: Sequence[ScenarioLine], clients: Sequence[Client]) -> Row:
    words = [id_, lines[0]["title"], *lines[0]["requirements"], *lines[0].get("tags", ())]
    cells = tuple(_cell(id_, client) if id_ in client.lines else None for client in clients)
    return Row(plain(id_), plain(lines[0]["title"]), plain(" ".join(words)).lower(), cells)


def _cell(id_: str, client: Client) -> Cell:
    line = worst_line(client.lines[id_])
    words = {verdict_of(line), line["outcome"], *(check["class"] for check in failures(line))}
    return Cell(verdict_of(line), " ".join(sorted(words)), _link(id_, client.key), id_ in client.summary.unsteady)


def _verdicts(topics: Mapping[str, Sequence[Row]]) -> dict[str, int]:
    """How many cells there are of each verdict, only what occurs."""
    found = [cell.verdict for rows in topics.values() for row in rows for cell in row.cells if cell]
    return {word: found.count(word) for word in MARKS if word in found}


def _pack(client: Client) -> str:
    """The details of all scenarios of a client: JSON, deflated, in base64 (transcripts repeat themselves)."""
    details = {
        id_: {"worst": lines.index(worst_line(lines)), "lines": [_details(line) for line in lines]}
        for id_, lines in client.lines.items()
    }
    text = json.dumps(details, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _details(line: ScenarioLine) -> dict[str, Any]:
    """What the drill-down shows; `evidence` is the transcript line that each check is about."""
    checks = [
        {**check, "link": link_of(check), "place": place_of(check), "evidence": evidence_of(check, line["transcript"])}
        for check in line["checks"]
    ]
    return {**line, "checks": checks, "verdict": verdict_of(line)}

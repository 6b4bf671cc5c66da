"""GitHub annotations: workflow commands that put failures beside the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .phrases import blocks, plain, summary, worst_lines
from .record import Record, ScenarioLine

SEVERITY = {"violation": "error", "consistency": "error", "crash": "error", "warning": "warning", "security": "warning"}


def render(records: Sequence[Record]) -> str:
    """One line a failed check or error; notes and robustness are notices."""
    return "".join(f"{text}\n" for record in records for text in _lines(record))


def _lines(record: Record) -> Iterator[str]:
    if record.broken:
        yield _command("error", record.name, summary(record).warns)
    for scenario in worst_lines(record):
        yield from (_annotation(record.name, scenario, block) for block in blocks(scenario))


def _annotation(client: str, scenario: ScenarioLine, block: Sequence[str]) -> str:
    word = block[0].rpartition("[")[2].rstrip("]")
    severity = SEVERITY.get(word, "error" if word in ("error", "fixed") else "notice")
    return _command(severity, f"{client}: {scenario['title']}", "\n".join(block))


def _command(severity: str, title: str, message: str) -> str:
    return f"::{severity} title={_property(title)}::{_data(message)}"


def _data(value: str) -> str:
    return plain(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")

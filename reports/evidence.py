"""Which line of a transcript a check speaks of: the one most like what the check calls closest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .record import Check, TranscriptLine

TOKEN = re.compile(r"""<[\w:.-]+|[\w:.-]+=(?:'[^']*'|"[^"]*"|\[[^\]]*\]|[^\s,]+)""")
ENOUGH = 0.5  # of the tokens in common


def evidence_of(check: Check, transcript: Sequence[TranscriptLine]) -> int | None:
    """The index of that line, None where nothing is like it. Only what did not pass needs evidence."""
    closest = check.get("closest", "")
    if not closest or check["outcome"] == "pass":
        return None
    wanted = _stanza(closest) if closest.startswith("<") else _event(closest)
    likeness = [(_alike(wanted, _tokens(line)), _nearness(line, check), n) for n, line in enumerate(transcript)]
    best, _, index = max(likeness, default=(0.0, 0, 0))
    return index if best >= ENOUGH else None


def _nearness(line: TranscriptLine, check: Check) -> int:
    """Of equals the one of the latest stimulus before the row counts."""
    row = line.get("row", 0)
    return row if row <= check["row"] else -row


def _alike(wanted: frozenset[str], found: frozenset[str]) -> float:
    return len(wanted & found) / max(len(wanted), 1) if found else 0.0


def _tokens(line: TranscriptLine) -> frozenset[str]:
    if line.get("fence"):
        return frozenset()
    if event := line.get("event"):
        return _fields(str(event.get("event", "")), event)
    if answer := line.get("answer"):
        return _fields("ok", answer) if answer.get("ok") else _fields("refused", answer.get("error") or {})
    return _stanza(line.get("xml", ""))


def _fields(name: str, fields: Mapping[str, object]) -> frozenset[str]:
    return frozenset({f"<{name}", *(f"{key}={value!r}" for key, value in fields.items())})


def _stanza(xml: str) -> frozenset[str]:
    return frozenset(token.replace('"', "'") for token in TOKEN.findall(xml))


def _event(shown: str) -> frozenset[str]:
    name, _, fields = shown.partition(" ")
    return frozenset({f"<{name}", *TOKEN.findall(fields)})

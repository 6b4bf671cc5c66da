"""The draft itself: what the clients did, and what a right client would have reported of it, as a scenario file."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..load import load, load_all
from ..model import Action, Arrange, Kind, Names, Outcome, Perform, Scenario
from ..rehearse import Rehearsal, rehearse
from ..substitute import escape
from . import toml
from .heard import BadTranscript
from .script import Row, Script

KEPT = (  # fields of events that are the same every time
    "nick", "old", "self", "created", "role", "affiliation", "show", "status", "cause", "actor", "reason", "alternate",
    "body", "history", "subject", "mode", "inviter", "password", "condition", "type",
)  # fmt: skip
GENERAL = "xep-0045/7.2.2-10"  # where no scenario has such a row yet
TITLE = "What happened"
Said = tuple[str, str, Mapping[str, Any]]  # "event" or "answer", the session, its fields


def write(script: Script, title: str = "") -> str:
    """A scenario file that is sound and that the reference client passes. Raises `BadTranscript`, `BadScenario`."""
    if not script.rows:
        raise BadTranscript("nothing in it was done to a room")
    requirements = _requirements()
    heard = _listen(read(_file(script, script.rows, title)))
    rows = [
        row for number, deed in enumerate(script.rows, 1) for row in _with(deed, heard[number], requirements, script)
    ]
    return _file(script, _passed(script, rows, title), title)


def read(text: str) -> Scenario:
    """The scenario that is in this text. Raises `BadScenario`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, root=Path(folder))[0]


def _file(script: Script, rows: Sequence[Row], title: str) -> str:
    named = next((row["req"] for row in rows if "req" in row), GENERAL)
    room = [f"rooms       = {toml.value(script.rooms)}", ""] if script.rooms else []
    lines = [
        "# A draft: give it a title, say which requirement each row is about, and take out what is beside the point.",
        *(toml.comment(note) for note in script.notes),
        f"title       = {toml.value(title or TITLE)}",
        f"requirement = {toml.value(named)}",
        f"subject     = {toml.value(script.subject.partition('/')[0])}",
        "",
        *room,
        "steps = [",
        *(f"  {toml.value(row)}," for row in rows),
        "]",
    ]
    return "\n".join(lines) + "\n"


# what a right client reports


class _Listening(Rehearsal):
    """A rehearsal that notes what was said after which row."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, frozenset(), Names(), None)
        self.heard: dict[int, list[Said]] = defaultdict(list)
        self._row = 0

    def _do(self, action: Action) -> None:
        if isinstance(action, Perform | Arrange):
            self._row = action.step.number
        before = len(self.transcript)
        super()._do(action)
        said = [line for line in self.transcript[before:] if line[0] in ("event", "answer")]
        self.heard[self._row] += said


def _listen(scenario: Scenario) -> Mapping[int, list[Said]]:
    """Row -> what the subject's sessions said. No row waits for a good answer: refusals are heard too."""
    listening = _Listening(scenario)
    listening.play()
    return listening.heard


def _with(deed: Row, heard: Sequence[Said], requirements: Mapping[str, str], script: Script) -> Iterator[Row]:
    yield deed
    for kind, session, fields in heard:
        if kind == "answer" and not fields.get("ok"):
            condition = dict(fields.get("error") or {}).get("condition", "")
            refused = {"who": session, "completes": deed["does"], "ok": False}
            yield _rated({**refused, **({"condition": condition} if condition else {})}, requirements)
        elif kind == "event":
            room = {"room": fields["room"].partition("@")[0]} if "room" in fields else {}
            told = {key: fields[key] for key in KEPT if fields.get(key) or (key == fields["event"] and key in fields)}
            yield _rated({"who": session, "sees": fields["event"], **escape(room | told)}, requirements)


def _rated(row: Row, requirements: Mapping[str, str]) -> Row:
    names = [
        f"{row.get('sees', row.get('completes'))}/{row.get('cause', '')}",
        f"{row.get('sees', row.get('completes'))}/",
    ]
    return {**row, "req": next((requirements[name] for name in names if name in requirements), GENERAL)}


@lru_cache
def _requirements() -> dict[str, str]:
    """`EVENT/CAUSE` -> the requirement that the packaged scenarios name most for such rows."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for scenario in load_all(about_service=False):
        for step in scenario.steps:
            if step.kind in (Kind.SEES, Kind.COMPLETES):
                for cause in {str(step.details.get("cause", "")), ""}:
                    counted[f"{step.what}/{cause}"][step.requirement] += 1
    return {name: most.most_common(1)[0][0] for name, most in counted.items()}


def _passed(script: Script, rows: list[Row], title: str) -> list[Row]:
    """The rows that the reference client passes: what does not repeat itself is left out."""
    scenario = read(_file(script, rows, title))
    verdict = rehearse(scenario).verdict
    failed = {check.step.number for check in verdict.checks if check.outcome is not Outcome.PASS}
    if not failed:
        return rows
    kept = [row for number, row in enumerate(rows, 1) if number not in failed or "does" in row or "service" in row]
    if len(kept) == len(rows):
        raise BadTranscript(f"what was done does not go the same way again: {verdict.outcome} at row {min(failed)}")
    return _passed(script, kept, title)

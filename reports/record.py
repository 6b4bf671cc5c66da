"""The record of a run, version 1: JSON Lines, one header, one line a scenario, one footer (schema beside this file)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, cast

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

VERSION = 1
OUTCOMES = ("pass", "fail", "known", "fixed", "unsupported", "ungraded", "skipped", "error")  # of scenarios
SERVER = "server"  # the personality of what `run --server` met
USUAL = ("xep", SERVER)  # personalities that go without saying: the strict mock, a server of somebody else
ORDER = re.compile("hs*f?")  # header, scenarios, footer, by first letters
SCHEMA = Path(__file__).with_name("record.schema.json")


class ClientInfo(TypedDict):
    """The library under test. `version` is the one that was really loaded."""

    name: str
    version: str
    language: str
    driver: NotRequired[str]
    library: NotRequired[str]


class Header(TypedDict):
    """The first line. `scenarios` is how many were planned, repeats counted once."""

    record: Literal["header"]
    version: int
    mucspec: str
    started: str  # ISO 8601 with zone
    client: ClientInfo
    personality: str
    seed: int
    scenarios: int
    repeat: NotRequired[int]
    source: NotRequired[str]
    commit: NotRequired[str]
    dependencies: NotRequired[Mapping[str, str]]
    can: NotRequired[Sequence[str]]
    reports: NotRequired[Sequence[str]]
    catalogue: NotRequired[str]
    platform: NotRequired[str]
    faults: NotRequired[Sequence[str]]  # of the wire, under which every scenario was played


Check = TypedDict(
    "Check",
    {
        "id": str,  # SCENARIO#REQUIREMENT[.n], or the row's own id
        "row": int,  # 1-based, as in the file
        "requirement": str,
        "level": str,  # MUST, MUST NOT, SHOULD, SHOULD NOT, MAY, IMPLIED
        "section": NotRequired[str],
        "anchor": NotRequired[str],
        "class": str,  # see reports.tally.class_of
        "outcome": str,
        "says": NotRequired[str],  # the row as text
        "expected": NotRequired[str],
        "closest": NotRequired[str],
        "why": NotRequired[str],
        "known": NotRequired[str],  # reason and link of the entry in the list of known failures
    },
)


class TranscriptLine(TypedDict):
    """One moment. `in` and `out` are the server's: `in` came from this session, `out` was sent to it."""

    t: float  # seconds since the scenario began
    dir: Literal["in", "out", "command", "answer", "event", "note"]
    session: NotRequired[str]
    row: NotRequired[int]
    xml: NotRequired[str]
    event: NotRequired[Mapping[str, Any]]
    command: NotRequired[Mapping[str, Any]]
    answer: NotRequired[Mapping[str, Any]]
    text: NotRequired[str]
    fault: NotRequired[str]  # of a note: the name of the fault that acted here
    fence: NotRequired[bool]  # the harness's own: a ping, or a note that everything was read and told
    jid: NotRequired[str]  # of a note about a session that logged in: its full JID


class ScenarioLine(TypedDict):
    """What became of one scenario; with `--repeat` each time has a line of its own."""

    record: Literal["scenario"]
    id: str
    title: str
    outcome: str
    duration_ms: float
    requirements: Sequence[str]
    checks: Sequence[Check]
    transcript: Sequence[TranscriptLine]
    repeat: str  # the command that runs just this one again
    why: NotRequired[str]
    topic: NotRequired[str]
    tags: NotRequired[Sequence[str]]
    subject: NotRequired[str]
    personality: NotRequired[str]
    repeat_no: NotRequired[int]
    stderr: NotRequired[str]


class Footer(TypedDict):
    """The last line; a record without it is of a broken run."""

    record: Literal["footer"]
    totals: Mapping[str, int]
    duration_s: float


class BadRecord(Exception):
    """A record that cannot be read: one line with file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record."""

    header: Header
    scenarios: Sequence[ScenarioLine] = ()
    footer: Footer | None = None

    @property
    def broken(self) -> bool:
        """The run ended before its time: there is no footer."""
        return self.footer is None

    @property
    def name(self) -> str:
        """The client and its version, and what kind of server it met: `slixmpp 1.17.0 (prosody)`."""
        client, personality = self.header["client"], self.header["personality"]
        name = f"{client['name']} {client['version']}".strip()
        return name if personality in USUAL else f"{name} ({personality})"


def totals(scenarios: Iterable[ScenarioLine]) -> dict[str, int]:
    """How many scenario lines ended in which way; every outcome is listed."""
    counts = Counter(scenario["outcome"] for scenario in scenarios)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def validate(line: Any) -> None:
    """Raise ValueError, with place and remedy in one line, unless this is a valid line of a record."""
    kind = line.get("record") if isinstance(line, dict) else None
    if kind not in ("header", "scenario", "footer"):
        raise ValueError('not a line of a mucspec record: needs "record": header, scenario or footer')
    from jsonschema.exceptions import best_match  # late: a run writes records and reads none

    error = best_match(_validator(str(kind)).iter_errors(line))
    if error:
        place = error.json_path.removeprefix("$").removeprefix(".") or str(kind)
        raise ValueError(f"{place}: {error.message[:200]}")


@cache
def _validator(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # late, as above

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


def read(path: Path | str) -> Record:
    """The record in this file; one without a footer is `broken`. Raises BadRecord."""
    path = Path(path)
    try:
        with path.open(encoding="utf-8") as file:
            lines = list(_lines(path, file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecord(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    kinds = "".join(line["record"][0] for _, line in lines)
    sound = ORDER.match(kinds)
    end = sound.end() if sound else 0
    if end < len(kinds) or not kinds:
        raise BadRecord(f"{path}:{lines[end][0] if lines else 1}: {_disorder(kinds, end)}")
    values = [line for _, line in lines]
    footer = cast(Footer, values.pop()) if kinds.endswith("f") else None
    return Record(cast(Header, values[0]), tuple(cast(Sequence[ScenarioLine], values[1:])), footer)


def _disorder(kinds: str, place: int) -> str:
    if place == 0:
        return "a record begins with its header"
    return "a second header; a record is one file" if kinds[place] == "h" else "nothing may follow the footer"


def _lines(path: Path, file: IO[str]) -> Iterator[tuple[int, Any]]:
    """The lines with their numbers. A last line that was cut off is left out: the run was interrupted there."""
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            validate(line)
        except json.JSONDecodeError as error:
            if number > 1 and not text.endswith("\n"):
                return
            raise BadRecord(f"{path}:{number}: not JSON: {error.msg}, column {error.colno}") from None
        except ValueError as error:
            raise BadRecord(f"{path}:{number}: {error}") from None
        yield number, line

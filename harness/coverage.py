"""Coverage: which requirements and seed items a passing row shows, which are excluded and why, which are untested.

A requirement is covered when a row that names it passed (in stored records, or in a rehearsal of the corpus in
memory). A seed item is covered when its word (`seed-words.toml`) is in a row that passed, in a stimulus or on the wire
of a scenario that passed, or is that scenario itself.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from . import words
from .catalogue import FOLDER, requirements, seeds
from .evidence import Evidence
from .model import STIMULI, Requirement, Scenario

STATES = ("covered", "excluded", "untested")
SUBJECTS = ("client", "service")
REASONS = ("untestable", "needs-federation", "optional-not-offered", "contradictory")
OF_A_MUST = ("untestable", "contradictory")
EXCLUDED, SEED_WORDS = FOLDER / "excluded.toml", FOLDER / "seed-words.toml"


class BadCatalogue(Exception):
    """A list of exclusions or of seed words that says something impossible; one line."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why something is left out. `note` is for people."""

    reason: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.note}" if self.note else self.reason


@dataclass(frozen=True, slots=True)
class Coverage:
    """For each subject and for the seeds: id -> state, and the exclusions that hold."""

    client: Mapping[str, str]
    service: Mapping[str, str]
    seeds: Mapping[str, str]
    exclusions: Mapping[str, Exclusion]
    source: str

    def totals(self) -> dict[str, dict[str, int]]:
        """`{"client": {"covered": N, ...}, "service": ..., "seeds": ...}`."""
        return {name: count(getattr(self, name).values()) for name in (*SUBJECTS, "seeds")}

    def documents(self) -> dict[str, dict[str, dict[str, int]]]:
        """The same for each document of the catalogue."""
        names = sorted({name.partition("/")[0] for name in requirements()})
        return {name: {s: count(_of(getattr(self, s), name)) for s in SUBJECTS} for name in names}

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"totals": self.totals(), "documents": self.documents(), "source": self.source}


def cover(scenarios: Sequence[Scenario], evidence: Evidence) -> Coverage:
    """The coverage of this corpus, as far as the evidence goes. Raises `BadCatalogue`."""
    shown = {
        subject: {s.requirement for one in scenarios if _about(one) == subject for s in _passed(one, evidence)}
        for subject in SUBJECTS
    }
    spoken = frozenset(word for one in scenarios for word in _spoken(one, evidence))
    spoken |= {f"tag:{tag}" for tag in evidence.tags}
    left_out = exclusions()
    tables = {
        subject: {r.id: _state(r.id, r.id in shown[subject], left_out) for r in _bound(subject)} for subject in SUBJECTS
    }
    items = {i["id"]: _state(i["id"], bool(words_of_seed(i["id"]) & spoken), left_out) for i in seeds()}
    return Coverage(tables["client"], tables["service"], items, left_out, evidence.source)


def count(states: Iterable[str]) -> dict[str, int]:
    """How many of each state."""
    counted = Counter(states)
    return {state: counted[state] for state in STATES}


def _of(table: Mapping[str, str], document: str) -> Iterator[str]:
    return (state for name, state in table.items() if name.partition("/")[0] == document)


def _about(scenario: Scenario) -> str:
    return "service" if scenario.subject == "service" else "client"


def _bound(subject: str) -> list[Requirement]:
    return [r for r in requirements().values() if r.subject in (subject, "both")]


def _state(name: str, shown: bool, left_out: Mapping[str, Exclusion]) -> str:
    return "covered" if shown else "excluded" if name in left_out else "untested"


def _passed(scenario: Scenario, evidence: Evidence) -> Iterator[Any]:
    return (step for step in scenario.steps if step.check in evidence.checks and step.kind not in STIMULI)


def _spoken(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    for step in _passed(scenario, evidence):
        yield from words.of_step(step)
    if scenario.id in evidence.scenarios:
        yield words.of_story(scenario)
        yield from words.of_rooms(scenario)
        for step in scenario.steps:
            if step.kind in STIMULI:
                yield from words.of_step(step, own=step.who.partition("/")[0] == scenario.subject)
        yield from words.of_xml(evidence.stanzas.get(scenario.id, ()))


# what is left out, and what seeds mean


@cache
def exclusions() -> Mapping[str, Exclusion]:
    """Requirements and seed items that are left out: those the catalogue calls untestable, and `excluded.toml`."""
    found = {r.id: Exclusion("untestable") for r in requirements().values() if r.testable == "no"}
    for entry in _read(EXCLUDED).get("exclude", ()):
        reason = entry.get("reason", "")
        if reason not in REASONS:
            raise BadCatalogue(f"{EXCLUDED.name}: {entry.get('ids')}: reason is one of {', '.join(REASONS)}")
        for name in _named(entry, EXCLUDED):
            known = requirements().get(name)
            if known and known.level.startswith("MUST") and reason not in OF_A_MUST:
                raise BadCatalogue(
                    f"{EXCLUDED.name}: {name} is a MUST: it is left out only as {' or '.join(OF_A_MUST)}"
                )
            found[name] = Exclusion(reason, str(entry.get("note", "")))
    return found


def words_of_seed(item: str) -> frozenset[str]:
    """The words that show this item; one of them is enough."""
    return _seed_words().get(item, frozenset())


@cache
def _seed_words() -> Mapping[str, frozenset[str]]:
    """From `seed-words.toml`: the first entry that names an item counts; `{}` is what a `*` at the end stands for.

    Raises `BadCatalogue` for a word that no scenario can have as its own.
    """
    found: dict[str, frozenset[str]] = {}
    raw = _read(SEED_WORDS)
    places = {f"{{{short}}}": f"{{{uri}}}" for short, uri in raw.get("namespaces", {}).items()}
    for entry in raw.get("seed", ()):
        for item in _named(entry, SEED_WORDS):
            filled = {"{}": item.rpartition(".")[2], "{item}": item, **places}
            found.setdefault(item, frozenset(_possible(_filled(word, filled)) for word in entry["words"]))
    return found


def _possible(word: str) -> str:
    if word.startswith("scenario:") and not words.STORY.fullmatch(word):
        raise BadCatalogue(f"{SEED_WORDS.name}: {word!r}: a scenario is named by its file, scenario:TOPIC/NAME")
    return word


def _filled(word: str, places: Mapping[str, str]) -> str:
    for place, text in places.items():
        word = word.replace(place, text)
    return word


def _named(entry: Mapping[str, Any], path: Path) -> list[str]:
    """The requirements and seed items that `ids` names. Raises `BadCatalogue` for one that names nothing."""
    everything = [*requirements(), *(item["id"] for item in seeds())]
    names: list[str] = []
    for pattern in entry.get("ids", ()):
        fitting = [name for name in everything if fnmatchcase(name, pattern)]
        if not fitting:
            raise BadCatalogue(f"{path.name}: {pattern!r} names no requirement and no seed item")
        names += fitting
    return names


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as complaint:
        raise BadCatalogue(f"{path.name}: {complaint}") from None

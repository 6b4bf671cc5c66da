"""Which scenarios a command is about: `-k EXPR`, topic, level, priority, shard. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .catalogue import requirements
from .clients import near
from .model import Scenario

WORDS = re.compile(r"[()]|[^\s()]+")
LEVELS = {"must": {"MUST", "MUST NOT", "IMPLIED"}, "should": {"SHOULD", "SHOULD NOT"}, "may": {"MAY"}}
Holds = Callable[[str], bool]
Reading = Callable[[list[str], Collection[str]], tuple[Holds, list[str]]]  # what the first words mean, and the rest


class BadSelection(Exception):
    """An expression that says nothing, or a choice that leaves nothing; one line."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for. `level` should has MUST and SHOULD; `shard` is (1, 3)."""

    expression: str = ""
    topic: str = ""
    level: str = ""
    priority: int = 0
    shard: tuple[int, int] = (1, 1)


def select(scenarios: Sequence[Scenario], wanted: Wanted) -> list[Scenario]:
    """The scenarios that are wanted, in their order. Raises `BadSelection` where none is."""
    chosen = by_expression(scenarios, wanted.expression)
    if wanted.topic:
        topics = {s.topic for s in scenarios}
        if wanted.topic not in topics:
            hint = near(wanted.topic, topics) or f"; there are {', '.join(sorted(topics))}"
            raise BadSelection(f"--topic: there is no topic {wanted.topic!r}{hint}")
        chosen = [s for s in chosen if s.topic == wanted.topic]
    if wanted.level:
        levels = _levels(wanted.level)
        chosen = [s for s in chosen if requirements()[s.requirement].level in levels]
    if wanted.priority:
        chosen = [s for s in chosen if s.priority is not None and s.priority <= wanted.priority]
    if not chosen:
        raise BadSelection(f"none of the {len(scenarios)} scenarios is left; `mucspec list` shows them")
    number, of = wanted.shard
    return chosen[number - 1 :: of]


def by_expression(scenarios: Sequence[Scenario], expression: str) -> list[Scenario]:
    """Those whose id `expression` holds for; all for the empty one. Raises `BadSelection`."""
    holds = parse(expression, {s.id for s in scenarios})
    chosen = [s for s in scenarios if holds(s.id)]
    if not chosen:
        ids = {s.id for s in scenarios} | {s.id.partition("/")[2] for s in scenarios}
        hint = near(expression, ids) or "; `mucspec list` shows their ids"
        raise BadSelection(f"-k: no scenario fits {expression!r}{hint}")
    return chosen


def by_id(scenarios: Sequence[Scenario], name: str) -> list[Scenario]:
    """The scenario of this id, else those that the pattern or part of an id fits. Raises `BadSelection`."""
    try:
        return by_expression(scenarios, name)
    except BadSelection:
        hint = near(name, {s.id for s in scenarios}) or "; `mucspec list` shows their ids"
        raise BadSelection(f"there is no scenario {name!r}{hint}") from None


def read_shard(text: str) -> tuple[int, int]:
    """`2/3` as (2, 3). Raises `BadSelection`."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise BadSelection(f"--shard {text!r}: write I/N, for instance 1/3")
    return int(number), int(of)


def parse(expression: str, ids: Collection[str]) -> Holds:
    """What `-k` means: words with `and`, `or`, `not` and parentheses. Raises `BadSelection`."""
    words = WORDS.findall(expression)
    if not words:
        return lambda _: True
    holds, rest = _either(words, ids)
    if rest:
        raise BadSelection(f"-k {expression!r}: nothing fits before {rest[0]!r}; use and, or, not, ( )")
    return holds


def _either(words: list[str], ids: Collection[str]) -> tuple[Holds, list[str]]:
    return _chain(words, ids, link="or", part=_both, whole=any)


def _both(words: list[str], ids: Collection[str]) -> tuple[Holds, list[str]]:
    return _chain(words, ids, link="and", part=_not, whole=all)


def _chain(
    words: list[str], ids: Collection[str], *, link: str, part: Reading, whole: Callable[[Iterable[bool]], bool]
) -> tuple[Holds, list[str]]:
    """Parts with this word between them."""
    first, rest = part(words, ids)
    parts = [first]
    while rest[:1] == [link]:
        another, rest = part(rest[1:], ids)
        parts.append(another)
    return (lambda name: whole(holds(name) for holds in parts)), rest


def _not(words: list[str], ids: Collection[str]) -> tuple[Holds, list[str]]:
    if not words or words[0] in (")", "and", "or"):
        raise BadSelection(f"-k: a word is missing before {words[0] if words else 'the end'!r}")
    if words[0] == "not":
        inner, rest = _not(words[1:], ids)
        return (lambda name: not inner(name)), rest
    if words[0] == "(":
        inner, rest = _either(words[1:], ids)
        if rest[:1] != [")"]:
            raise BadSelection("-k: a ) is missing")
        return inner, rest[1:]
    return _word(words[0], ids), words[1:]


def _word(word: str, ids: Collection[str]) -> Holds:
    """A whole id means just that one; anything else is a part of an id, or a pattern with * and ?."""
    if word in ids:
        return lambda name: name == word
    if "*" in word or "?" in word:
        return lambda name: fnmatchcase(name, word)
    return lambda name: word in name


def _levels(level: str) -> set[str]:
    names = list(LEVELS)
    return set().union(*(LEVELS[name] for name in names[: names.index(level) + 1]))

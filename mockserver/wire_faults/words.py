"""The words of a fault: `drop presence to=pistol times=1`, and the same as a table of keys."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Iterable, Mapping

from .fault import MATCHING, BadFault, Fault
from .kinds import KINDS, Kind

BARE = {
    "message": "stanza", "presence": "stanza", "iq": "stanza", "in": "way", "out": "way", "now": "now",
}  # fmt: skip
COUNTING = ("times", "skip", "now")
FORM = "drop presence to=pistol times=1"


def parse(text: str) -> Fault:
    """The fault that this text says: its name, then words and key=value in any order. Raises `BadFault`."""
    try:
        name, *words = shlex.split(text)
    except ValueError as complaint:
        what = "nothing is said" if not text.strip() else f"{text!r}: {complaint}"
        raise BadFault(f"{what}; a fault looks like {FORM!r}") from None
    keys: dict[str, object] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            key, value = _bare(name, word)
        if key in keys:
            raise BadFault(f"{name}: {key} is said twice")
        keys[key] = value
    return make(name, keys)


def make(name: str, keys: Mapping[str, object]) -> Fault:
    """The fault of this name, told these keys; numbers and booleans will do for texts. Raises `BadFault`."""
    kind = KINDS.get(name)
    if kind is None:
        raise BadFault(f"no fault {name!r}{near(name, KINDS)}; there are {', '.join(KINDS)}")
    said = {key: _text(value) for key, value in keys.items()}
    _check(kind, said)
    match = {**_unsaid(kind, said), **{key: said[key] for key in MATCHING if key in said}}
    now = said.get("now") == "yes"
    return Fault(
        name,
        " ".join([name, *(_word(key, value) for key, value in said.items())]),
        {k: v for k, v in match.items() if k == "to" or not now},
        {key: said[key] for key in kind.told if key in said and key not in MATCHING},
        _times(kind, said.get("times", "")),
        int(said.get("skip", "0")),
        now,
    )


def _unsaid(kind: Kind, said: Mapping[str, str]) -> Mapping[str, str]:
    """What the kind waits for where it is not told which stanza."""
    told_which = not said.keys().isdisjoint(("stanza", "type", "element"))
    return {k: v for k, v in kind.match.items() if k == "way" or not told_which}


def _word(key: str, value: str) -> str:
    if key == "now":
        return "now" if value == "yes" else "now=no"
    return value if BARE.get(value) == key else f"{key}={shlex.quote(value)}"


def _bare(name: str, word: str) -> tuple[str, str]:
    key = BARE.get(word)
    if key is None:
        raise BadFault(f"{name}: {word!r} is no word here; write key=value, or one of {', '.join(BARE)}")
    return key, "yes" if key == "now" else word


def _times(kind: Kind, said: str) -> int | None:
    if said == "all":
        return None
    return int(said) if said else (1 if kind.once else None)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _check(kind: Kind, said: Mapping[str, str]) -> None:
    allowed = tuple(dict.fromkeys((*kind.told, *MATCHING, *COUNTING)))
    for key in said:
        if key not in allowed:
            raise BadFault(f"{kind.name}: no key {key!r} here{near(key, allowed)}; possible: {', '.join(allowed)}")
    if lacking := [key for key in kind.needs if key not in said]:
        raise BadFault(f"{kind.name} needs {lacking[0]}={EXAMPLES.get(lacking[0], '...')}")
    if kind.one_of and not any(key in said for key in kind.one_of):
        raise BadFault(f"{kind.name} needs one of {', '.join(kind.one_of)}")
    for key, value in said.items():
        if key in RULES and not RULES[key][0](value):
            raise BadFault(f"{kind.name}: {key}={value}: {RULES[key][1]}")
    if said.get("now") == "yes":
        _check_at_once(kind, said)
    if kind.match["way"] == "in" != said.get("way", "in"):
        raise BadFault(f"{kind.name}: it acts on what clients send; leave out {said['way']!r}")


def _check_at_once(kind: Kind, said: Mapping[str, str]) -> None:
    if kind.at_once is None:
        raise BadFault(f"{kind.name}: it needs a stanza to act on; leave out 'now'")
    beside = [key for key in (*MATCHING, "place", "skip", "times") if key in said and key != "to"]
    if beside:
        raise BadFault(f"{kind.name}: 'now' waits for no stanza; leave out {beside[0]}, or 'now'")


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) < 10 and int(text) >= 1


def _is_seconds(text: str) -> bool:
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False


def one_of(*words: str) -> tuple[Callable[[str], bool], str]:
    return (lambda text: text in words), f"one of {', '.join(words)}"


MOST = 100_000  # stanzas that one fault makes or holds: more would break the server itself
COUNT = (lambda text: _is_count(text) and int(text) <= MOST, f"a number from 1 to {MOST}")
SECONDS = (_is_seconds, "a number of seconds, more than 0")
CONDITION = (
    lambda text: re.fullmatch("[a-z]+(-[a-z]+)*", text) is not None,
    "the name of an error condition, such as conflict",
)
EXAMPLES = {"condition": "conflict", "xml": "'<message/>'"}
RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "times": (lambda text: text == "all" or _is_count(text), "a number from 1 up, or all"),
    "skip": (str.isdecimal, "a number"),
    "now": one_of("yes", "no"),
    "way": one_of("in", "out"),
    "stanza": one_of("message", "presence", "iq"),
    "echo": one_of("yes", "no"),
    "by": COUNT,
    "sender": one_of("occupant", "room"),
    "place": one_of("before", "after", "instead"),
    "error_type": one_of("auth", "cancel", "continue", "modify", "wait"),
    "copies": COUNT,
    "count": COUNT,
    "seconds": SECONDS,
    "condition": CONDITION,
}


def near(word: str, words: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(words), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""

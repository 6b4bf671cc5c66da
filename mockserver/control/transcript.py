"""The latest stanzas of a server, and what its operator did: bounded, numbered, and waited for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

ENTRIES = 10_000
CHARACTERS = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """`in` came from the client whose session is named, `out` was sent to it, `do` is what was done from outside.

    `time` is the service's, in seconds since the epoch.
    """

    n: int
    time: float
    dir: Literal["in", "out", "do"]
    session: str
    text: str


class Transcript:
    """`seconds` tells the time. What is too old to keep is forgotten; numbers go on."""

    def __init__(self, seconds: Callable[[], float], *, entries: int = ENTRIES, characters: int = CHARACTERS) -> None:
        self._seconds = seconds
        self._most, self._characters = entries, characters
        self._kept: deque[Entry] = deque()
        self._size = 0
        self._waiting: list[Callable[[], None]] = []
        self.followers: list[Callable[[Entry], None]] = []  # told of every entry
        self.last = 0  # the number of the latest entry

    def traffic(self, direction: str, session: str, text: str, *, fence: bool) -> None:
        """`on_traffic` of a porch."""
        if not fence:
            self._add("in" if direction == "in" else "out", session, text)

    def note(self, text: str) -> None:
        """What was done from outside."""
        self._add("do", "", text)

    def since(self, number: int, *, most: int = ENTRIES) -> list[Entry]:
        """The entries behind this one, the oldest first."""
        first = self.last - len(self._kept)
        return list(islice(self._kept, max(0, number - first), max(0, number - first) + most))

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._kept))

    def when_there_is_more(self, call: Callable[[], None]) -> Callable[[], None]:
        """`call` once with the next entry; the result takes that back."""
        self._waiting.append(call)
        return lambda: self._waiting.remove(call) if call in self._waiting else None

    def _add(self, direction: Literal["in", "out", "do"], session: str, text: str) -> None:
        self.last += 1
        entry = Entry(self.last, self._seconds(), direction, session, text)
        self._kept.append(entry)
        self._size += len(text)
        while len(self._kept) > self._most or self._size > self._characters:
            self._size -= len(self._kept.popleft().text)
        for follow in self.followers:
            follow(entry)
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

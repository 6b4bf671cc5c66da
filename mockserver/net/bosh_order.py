"""Which request comes when, and what was answered before: XEP-0124 14 and 15. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha1
from typing import Protocol

from mockserver.muc.xml import Element

MOST_UNREAD = 64  # requests of one session


class Call(Protocol):
    """One HTTP request that has not been answered."""

    def answer(self, data: bytes, *, kind: str = ..., status: int = 200) -> None:
        """Nothing happens where the client is gone."""

    def abort(self) -> None:
        """End its connection at once."""


class Verdict(Enum):
    NEW = "to be taken when those before it have been"
    AGAIN = "it was taken, and is not answered yet"
    ANSWERED = "it was answered, and the answer is still there"
    ALIEN = "nobody can have a reason to send this"


@dataclass(slots=True)
class Place:
    """A request; without `call` its connection is gone, and its client may send it again."""

    body: Element
    call: Call | None


def keep(unread: list[Place], place: Place) -> None:
    """While nothing is read; where too much waits the connection is broken off, and its client may ask again."""
    if len(unread) < MOST_UNREAD:
        unread.append(place)
    elif place.call is not None:
        place.call.abort()


@dataclass(slots=True)
class Order:
    """The requests of one session. `taken` is the last that has come with all before it, `window` what may be ahead."""

    taken: int
    window: int
    ahead: dict[int, Place] = field(default_factory=dict)  # the next one is not among them
    waiting: dict[int, Place] = field(default_factory=dict)  # taken and to be answered, in their order
    answers: dict[int, tuple[str, bytes]] = field(default_factory=dict)  # key and response of the last ones

    def judge(self, rid: int, *, last: bool) -> Verdict:
        """`last`: it pauses or ends the session, and so may be one more."""
        if self.taken < rid <= self.taken + self.window + last:
            return Verdict.NEW
        if rid in self.waiting:
            return Verdict.AGAIN
        return Verdict.ANSWERED if rid in self.answers else Verdict.ALIEN

    def follow(self) -> Iterator[tuple[int, Place]]:
        """Those that can be taken now."""
        while (place := self.ahead.pop(self.taken + 1, None)) is not None:
            self.taken += 1
            self.waiting[self.taken] = place
            yield self.taken, place

    def answered(self, rid: int, response: bytes) -> Place:
        """It is, by this; one that paused need not be remembered."""
        place = self.waiting.pop(rid)
        if not place.body.has("pause"):
            self.answers[rid] = place.body.get("key"), response
        for old in [known for known in self.answers if known <= rid - self.window]:
            del self.answers[old]
        return place

    @property
    def live(self) -> list[int]:
        """Those that wait on a connection, oldest first."""
        return [rid for rid, place in self.waiting.items() if place.call is not None]

    def calls(self) -> list[Call]:
        """All connections that wait for something, the oldest request's first."""
        ahead = (place for _, place in sorted(self.ahead.items()))
        return [place.call for place in (*self.waiting.values(), *ahead) if place.call is not None]


class Keys:
    """The protection of sessions without TLS: each key is what the one before it is the hash of."""

    def __init__(self, first: str) -> None:
        self._expected = first.lower()

    def fit(self, body: Element) -> bool:
        """Whether this is the next request of who began the session; one without keys has nothing to prove."""
        if not self._expected:
            return True
        key = body.get("key").lower()
        fits = sha1(key.encode(), usedforsecurity=False).hexdigest() == self._expected
        self._expected = body.get("newkey").lower() or key
        return fits

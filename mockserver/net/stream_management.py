"""What a stream counts, so that nothing is lost with it: XEP-0198. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mockserver.muc.namespaces import NS_SM, NS_STANZAS
from mockserver.muc.xml import BadXml, E, Element, parse, render

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

WRAP = 2**32
MOST = 10_000  # stanzas that may wait for an acknowledgement
REQUEST = render(E("r", uri=NS_SM))


class Ledger:
    """The stanzas that came and went on one stream. `name` is how it can be resumed; empty where it cannot."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.handled = 0  # stanzas of the client
        self.waiting: deque[str] = deque()  # what it has not acknowledged
        self._acknowledged = 0
        self._asked = False

    def took(self) -> None:
        self.handled = (self.handled + 1) % WRAP

    def wrote(self, text: str) -> None:
        self.waiting.append(text)

    def ask(self) -> str:
        """A request for an acknowledgement, if something waits for one and nobody has asked yet."""
        if self._asked or not self.waiting:
            return ""
        self._asked = True
        return REQUEST

    def acknowledge(self, h: str) -> bool:
        """The client has handled so many stanzas; False where it cannot have."""
        new = (int(h) - self._acknowledged) % WRAP if h.isdecimal() else MOST + 1
        if new > len(self.waiting):
            return False
        for _ in range(new):
            self.waiting.popleft()
        self._acknowledged = int(h)
        self._asked = False
        return True

    @property
    def full(self) -> bool:
        return len(self.waiting) > MOST


class Absent:
    """Stands where a stream was whose client may come back: it keeps what is written. `end` gives the session up."""

    def __init__(self, ledger: Ledger, address: str, end: Callable[[], None]) -> None:
        self.ledger = ledger
        self.address = address
        self.inactive = False
        self.silent = True
        self.held: list[str] = []
        self.fences: dict[str, Deferred[str]] = {}
        self.timer: Any = None
        self._end = end

    def write(self, text: str) -> None:
        self.ledger.wrote(text)
        if self.ledger.full:
            self._end()

    def stop(self) -> Iterator[Element]:
        """Nobody comes back: the stanzas that the client never acknowledged."""
        if self.timer.active():
            self.timer.cancel()
        for text in self.ledger.waiting:
            with suppress(BadXml):
                yield parse(text)

    def put(self, text: str) -> None:
        """What is no stanza is not kept."""

    def reset(self) -> None:
        self._end()

    def close(self) -> None:
        self._end()

    def fail(self, condition: str, text: str = "") -> None:
        self._end()


# what is written


def failed(condition: str) -> Element:
    return E("failed", E(condition, uri=NS_STANZAS), uri=NS_SM)


def enabled(ledger: Ledger, seconds: float) -> Element:
    resumable = bool(ledger.name)
    return E(
        "enabled",
        uri=NS_SM,
        id=ledger.name or None,
        resume="true" if resumable else None,
        max=str(int(seconds)) if resumable else None,
    )


def resumed(ledger: Ledger) -> Element:
    return E("resumed", uri=NS_SM, h=str(ledger.handled), previd=ledger.name)


def answer(ledger: Ledger) -> str:
    return render(E("a", uri=NS_SM, h=str(ledger.handled)))


def wants_resumption(element: Element) -> bool:
    return element.get("resume") in ("1", "true")

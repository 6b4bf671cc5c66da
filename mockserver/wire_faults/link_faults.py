"""Faults beside the stanzas: raw XML, a flood, the end of a link, a link that is dark, a service that is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from mockserver.muc.jid import JID
from mockserver.muc.xml import E, render

from .active import Active
from .acts import Act, Cut, ShutDown, Write
from .fault import Passing

Goes = Iterator[Passing | Act]
Does = Callable[[Active, str, float], Iterator[Act]]  # to this session, now
MANY = 200  # stanzas of a flood
DARK, LIGHT = "black-hole", "light"  # ways of `Porch.sever`


def inject(active: Active, session: str, now: float) -> Iterator[Act]:
    """The client gets this text, whatever it is."""
    yield Write(active.fault.told["xml"], JID(session))


def flood(active: Active, session: str, now: float) -> Iterator[Act]:
    """The client gets `count` stanzas at once; `xml` is their text, with {n} for the number."""
    told = active.fault.told
    text = told.get("xml") or _headline(session)
    for number in range(1, int(told.get("count", MANY)) + 1):
        yield Write(text.replace("{n}", str(number)), JID(session))


def _headline(session: str) -> str:
    return render(E("message", E("body", "{n}"), type="headline", from_=JID(session).domain, to=session))


def half_close(active: Active, session: str, now: float) -> Iterator[Act]:
    """The server writes nothing more (TCP FIN, no end of the stream) and goes on reading."""
    yield Cut("half-close", JID(session))


def close(active: Active, session: str, now: float) -> Iterator[Act]:
    """The server closes the stream as streams are closed."""
    yield Cut("close", JID(session))


def stream_error(active: Active, session: str, now: float) -> Iterator[Act]:
    """The stream ends with this stream error."""
    yield Cut(f"stream-error:{active.fault.told['condition']}", JID(session))


def malformed(active: Active, session: str, now: float) -> Iterator[Act]:
    """The client gets what is no XML."""
    yield Cut("malformed", JID(session))


def reset(active: Active, session: str, now: float) -> Iterator[Act]:
    """The connection ends with a TCP reset."""
    yield Cut("reset", JID(session))


def black_hole(active: Active, session: str, now: float) -> Iterator[Act]:
    """Nothing gets through, either way, until the fault ends (or after `seconds`): then all of it does."""
    active.cut.append(session)
    _until(active, now)
    yield Cut(DARK, JID(session))


def shutdown(active: Active, session: str, now: float) -> Iterator[Act]:
    """The MUC service goes down (332) and refuses whatever it is asked, until the fault ends (or after `seconds`)."""
    active.lasts = True
    _until(active, now)
    yield ShutDown(active.fault.told.get("reason", ""))


def _until(active: Active, now: float) -> None:
    seconds = active.fault.told.get("seconds")
    active.until = now + float(seconds) if seconds else None


def beside(does: Does) -> Callable[[Active, Passing, float], Goes]:
    """The same with a stanza: behind it, before it or in its place."""

    def at(active: Active, passing: Passing, now: float) -> Goes:
        acts = chain([active.acts(passing.session, passing)], does(active, passing.session, now))
        match active.fault.told.get("place"):
            case "before":
                yield from acts
                yield passing
            case "instead":
                yield from acts
            case _:
                yield passing
                yield from acts

    at.__doc__ = does.__doc__
    return at

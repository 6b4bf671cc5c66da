"""Every kind of fault, in the order in which they act on one stanza."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import link_faults, stanza_faults
from .active import Active
from .acts import Act
from .fault import Passing

Goes = Callable[[Active, Passing, float], Iterator[Passing | Act]]
At = Callable[[Active, str, float], Iterator[Act]]


def always(passing: Passing, told: Mapping[str, str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """What faults of this name are told (`needs` all, `one_of` at least one, `takes`), and what they do.

    `at_once` is there for those that need no stanza. `once` ones act once where they are not told how often.
    """

    name: str
    does: Goes
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    match: Mapping[str, str] = field(
        default_factory=lambda: {"way": "out"}
    )  # what they wait for where they are told nothing else
    able: Callable[[Passing, Mapping[str, str]], bool] = always
    at_once: At | None = None
    of_service: bool = False  # it is about no session

    @property
    def about(self) -> str:
        """One sentence."""
        return self.does.__doc__ or ""

    @property
    def once(self) -> bool:
        return self.at_once is not None

    @property
    def told(self) -> tuple[str, ...]:
        """Its keys, those of the stanza left out."""
        return tuple(dict.fromkeys((*self.needs, *self.one_of, *self.takes, *(("place",) if self.at_once else ()))))


def _at_once(name: str, does: At, **more: Any) -> Kind:
    return Kind(name, link_faults.beside(does), at_once=does, **more)


ORDER = (
    _at_once("shutdown", link_faults.shutdown, takes=("reason", "seconds"), of_service=True),
    Kind(
        "refuse",
        stanza_faults.refuse,
        needs=("condition",),
        takes=("echo", "text", "error_type", "sender"),
        match={"way": "in", "stanza": "presence", "type": "none"},
        able=stanza_faults.can_be_refused,
    ),
    Kind("drop", stanza_faults.drop),
    Kind(
        "rewrite",
        stanza_faults.rewrite,
        one_of=("id", "nick", "body"),
        able=stanza_faults.can_be_rewritten,
    ),
    Kind("strip", stanza_faults.strip, one_of=("element", "status")),
    Kind("duplicate", stanza_faults.duplicate, takes=("copies",)),
    Kind("reorder", stanza_faults.reorder, takes=("by",)),
    Kind("delay", stanza_faults.delay, takes=("seconds",)),
    _at_once("inject", link_faults.inject, needs=("xml",)),
    _at_once("flood", link_faults.flood, takes=("count", "xml")),
    _at_once("black-hole", link_faults.black_hole, takes=("seconds",)),
    _at_once("half-close", link_faults.half_close),
    _at_once("close", link_faults.close),
    _at_once("stream-error", link_faults.stream_error, needs=("condition",)),
    _at_once("malformed", link_faults.malformed),
    _at_once("reset", link_faults.reset),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ORDER}
PLACE = {kind.name: place for place, kind in enumerate(ORDER)}
OF_LINKS = ("black-hole", "half-close", "close", "stream-error", "malformed", "reset")  # they end or stop a link

"""Timeouts that count only the time in which this process was awake."""

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.task import Clock

from harness.patience import patiently


def waiting(clock: Clock, seconds: float) -> tuple[Deferred[str], list[object]]:
    """A Deferred with a timeout, and what became of it."""
    ends: list[object] = []
    deferred: Deferred[str] = Deferred()
    patiently(deferred, seconds, clock).addBoth(ends.append)
    return deferred, ends


def test_who_gives_no_answer_is_waited_for_as_long_as_was_said() -> None:
    """Two and a half seconds are two ticks and a half."""
    clock = Clock()
    _, ends = waiting(clock, 2.5)
    clock.pump([1.0, 1.0, 0.4])
    assert not ends
    clock.advance(0.1)
    assert isinstance(getattr(ends[0], "value", None), TimeoutError)


def test_a_standstill_of_this_process_takes_one_tick() -> None:
    """Six seconds in one go, then the answer: it came in time."""
    clock = Clock()
    deferred, ends = waiting(clock, 5)
    clock.advance(6)
    assert not ends
    deferred.callback("here")
    assert ends == ["here"]


def test_an_answer_ends_the_countdown() -> None:
    """Nothing is left on the clock."""
    clock = Clock()
    deferred, ends = waiting(clock, 5)
    clock.advance(1)
    deferred.callback("here")
    assert (ends, clock.getDelayedCalls()) == (["here"], [])

"""A client's processes side by side: how many there are, the order of outcomes, and that none outlives the others."""

from dataclasses import replace
from typing import Any, cast

import pytest
from twisted.internet.defer import CancelledError, Deferred, succeed

from harness import team
from harness.load import load_all
from harness.model import Verdict
from harness.runner import Job, Options
from harness.team import InOrder, processes, together
from harness.write_up import Played


@pytest.mark.parametrize(
    ("jobs", "options", "wanted"),
    [
        (0, Options(), 1),
        (199, Options(), 1),
        (200, Options(), 2),
        (400, Options(), 4),
        (10_000, Options(), team.MOST),
        (400, Options(jobs=1), 1),
        (400, Options(jobs=3), 3),
        (400, Options(isolate=True), 1),
    ],
)
def test_as_many_processes_as_are_worth_their_start(
    jobs: int, options: Options, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred jobs each; `--jobs 1` and `--isolate` mean one."""
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert processes(jobs, options) == wanted


def test_no_more_processes_than_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with one there is one."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert processes(10_000, Options()) == 1


def test_outcomes_are_told_in_the_order_of_places() -> None:
    """However they come in."""
    scenario = load_all()[0]
    played = Played(scenario, cast(Verdict, None))
    told: list[int] = []
    in_order = InOrder(lambda job, _: told.append(job.place))
    first = Job(0, scenario)
    for place in (2, 1, 0, 4, 3):
        in_order(replace(first, place=place), played)
    assert told == [0, 1, 2, 3, 4]


async def waiting(on: Deferred[None]) -> None:
    await on


def test_one_that_fails_ends_the_others_and_is_waited_for() -> None:
    """The failure comes out once the others are over."""
    over: list[str] = []
    slow: Deferred[None] = Deferred(lambda _: over.append("cancelled"))
    failing: Deferred[None] = Deferred()
    both = Deferred.fromCoroutine(together([waiting(slow), waiting(failing)]))
    failing.errback(RuntimeError("disk full"))
    failures: list[Any] = []
    both.addErrback(failures.append)
    assert over == ["cancelled"]
    assert [type(f.value) for f in failures] == [RuntimeError]


def test_cancelled_together() -> None:
    """Ctrl-C reaches every process."""
    members: list[Deferred[None]] = [Deferred(), Deferred()]
    both = Deferred.fromCoroutine(together(map(waiting, members)))
    failures: list[Any] = []
    both.addErrback(failures.append)
    both.cancel()
    assert all(member.called for member in members)
    assert failures[0].check(CancelledError)


def test_nothing_failed() -> None:
    """Then nothing is raised."""
    both = Deferred.fromCoroutine(together([waiting(succeed(None)), waiting(succeed(None))]))
    assert both.called

"""The clock of a client's process, put forward by libfaketime: where that is, what it needs, how it is told."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from .model import Kind, Scenario

ADVANCE = "advance"  # the operation of `service` rows
PLACES = ("lib/*/faketime/libfaketime.so.1", "lib/faketime/libfaketime.so.1", "local/lib/faketime/libfaketime.so.1")
VARIABLE = "MUCSPEC_FAKETIME"
MISSING = "libfaketime is not installed: apt install faketime"
LIBC, OWN = "libc", "own"  # `clock` of a driver.toml: whom the program asks what time it is
DEAF = f'the driver does not hear libfaketime: its driver.toml says clock = "{OWN}"'
SHARED = Path("/dev/shm")
STEP = 60.0  # seconds


def library() -> Path | None:
    """Where it is, if it is there; `MUCSPEC_FAKETIME` names another file."""
    if named := os.environ.get(VARIABLE):
        return Path(named).absolute() if Path(named).is_file() else None
    return next((path for place in PLACES for path in sorted(Path("/usr").glob(place))), None)


def advances(scenario: Scenario) -> bool:
    """Whether the scenario puts the clock forward."""
    return any(step.kind is Kind.SERVICE and step.what == ADVANCE for step in scenario.steps)


class Forward(Protocol):
    """A clock that can be put forward."""

    def advance(self, seconds: float) -> None: ...


async def advance(
    seconds: float,
    clocks: Sequence[Forward],
    look: Callable[[], Awaitable[bool]],
    settle: Callable[[], Awaitable[None]],
) -> None:
    """Let time pass for all these clocks, and in each step what is due by then happen.

    `look` makes the client hear something, and see that it is later: only then its timers; it says whether anything
    came of it. If so, `settle` waits for the rest; at the end once more, for what the last step began.
    """
    for step in steps(seconds):
        for clock in clocks:
            clock.advance(step)
        if await look():
            await settle()
    await settle()


def moments(begin: float, seconds: float, next_timer: Callable[[], float | None]) -> Iterator[float]:
    """In memory: the times at which something is due, one after the other, and the end."""
    end = begin + seconds
    while (due := next_timer()) is not None and due <= end:
        begin = max(begin, due)
        yield begin
    yield end


def steps(seconds: float) -> Iterator[float]:
    """The time in small steps: a library that watches its stream for silence hears something in each."""
    while seconds > 0:
        yield min(seconds, STEP)
        seconds -= STEP


class Hand:
    """Moves the clock of the processes that have its `environment`, with the time of day and the monotonic one."""

    def __init__(self, preloaded: Path, folder: Path) -> None:
        self._file, self._ahead = folder / "ahead", 0.0
        self.environment: Mapping[str, str] = {
            "LD_PRELOAD": " ".join(filter(None, [str(preloaded), os.environ.get("LD_PRELOAD", "")])),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "0",
        }
        self.processes: list[int] = []  # that had the environment, for `sweep`
        self.advance(0)

    def advance(self, seconds: float) -> None:
        """It is later by so much, from the next look at it."""
        self._ahead += seconds
        written = self._file.with_suffix(".new")
        written.write_text(f"+{self._ahead:.6f}\n", encoding="ascii")
        written.replace(self._file)  # whoever looks meanwhile must not find half of it

    def sweep(self) -> None:
        """Remove the shared memory that the library leaves behind where a process is replaced by exec, or killed."""
        for process in self.processes:
            for name in (f"faketime_shm_{process}", f"sem.faketime_sem_{process}"):
                (SHARED / name).unlink(missing_ok=True)


def obstacle(clock: str) -> str:
    """Why the clock of a program cannot be put forward, or nothing. `clock` is what its driver.toml says."""
    if clock == OWN:
        return DEAF
    return "" if library() else MISSING


def _memory() -> Path | None:
    """Where files are kept in memory, if there is such a place: the clock is put forward hundreds of times."""
    return SHARED if os.access(SHARED, os.W_OK) else None


@contextmanager
def hand(clock: str = LIBC) -> Iterator[Hand | None]:
    """A hand for as long as it is needed; None where something is in its way."""
    if obstacle(clock) or (preloaded := library()) is None:
        yield None
        return
    with TemporaryDirectory(prefix="mucspec-clock-", dir=_memory()) as folder:
        made = Hand(preloaded, Path(folder))
        try:
            yield made
        finally:
            made.sweep()

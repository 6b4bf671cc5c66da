"""The fence: the client has processed and reported everything that was sent to it. Nothing here waits by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

MOST_ROUNDS = 10
QUIET = 1  # rounds in a row in which nothing else moved
QUIET_IN_DOUBT = 2  # the same while a command has no answer, or after a stream was cut


async def rounds(
    ping: Callable[[], Awaitable[None]],
    sync: Callable[[], Awaitable[None]],
    moved: Callable[[], int],
    *,
    doubtful: Callable[[], bool],
) -> None:
    """Sync, then ping and sync until nothing else moves.

    What the client was told to do has reached the wire after the first sync; what the server sent because of it has
    been read when the ping is answered; what the library made of that has been written after the sync. If anything
    moved meanwhile, something may have come of that in turn.
    """
    await sync()
    quiet = 0
    for _ in range(MOST_ROUNDS):
        before = moved()
        await ping()
        await sync()
        quiet = quiet + 1 if moved() == before else 0
        if quiet >= (QUIET_IN_DOUBT if doubtful() else QUIET):
            return

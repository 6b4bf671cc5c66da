"""The fence: the client has processed and reported everything that was sent to it. Nothing here waits by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

MOST_ROUNDS = 10
QUIET = 1  # rounds in a row in which nothing else moved
QUIET_IN_DOUBT = 2  # the same while a command has no answer
QUIET_AFTER_A_CUT = 5  # the same after a stream was cut: layers of TLS notice it one after the other


def calm(*, cut: bool, unanswered: bool) -> int:
    """How many rounds must be quiet."""
    return QUIET_AFTER_A_CUT if cut else QUIET_IN_DOUBT if unanswered else QUIET


async def rounds(
    ping: Callable[[], Awaitable[None]],
    sync: Callable[[], Awaitable[None]],
    sent: Callable[[], int],
    told: Callable[[], int],
    *,
    calm: Callable[[], int],
) -> None:
    """Sync, then ping and sync until nothing else moves.

    What the client was told to do has reached the wire after the first sync; what the server sent because of it has
    been read when the ping is answered; what the library made of that has been written after the sync that follows.
    That round was the last one if the client sent nothing in it that the server could have replied to, and told nothing
    either, or nothing more when it was asked once more. `calm` says how many rounds must be quiet.
    """
    await sync()
    quiet = 0
    for _ in range(MOST_ROUNDS):
        stanzas, lines = sent(), told()
        await ping()
        await sync()
        if told() != lines:
            lines = told()
            await sync()
        quiet = quiet + 1 if (sent(), told()) == (stanzas, lines) else 0
        if quiet >= calm():
            return

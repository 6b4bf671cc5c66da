"""The fence: when a client has come to rest."""

import asyncio
from collections.abc import Callable

from harness import fence


class Client:
    """Replies to the ping and tells at the sync what a script says, one entry each time."""

    def __init__(self, *, sends: tuple[int, ...] = (), tells: tuple[int, ...] = ()) -> None:
        self.sent = self.told = self.pings = self.syncs = 0
        self._sends, self._tells = iter(sends), iter(tells)

    async def ping(self) -> None:
        self.pings += 1
        self.sent += next(self._sends, 0)

    async def sync(self) -> None:
        self.syncs += 1
        self.told += next(self._tells, 0)

    def rest(self, calm: Callable[[], int] = lambda: 1) -> int:
        """The pings that it took."""
        asyncio.run(fence.rounds(self.ping, self.sync, lambda: self.sent, lambda: self.told, calm=calm))
        return self.pings


def test_a_client_that_only_tells_what_it_was_sent_is_asked_once() -> None:
    """It told all that before the first sync behind the ping was answered."""
    assert Client(tells=(2, 5)).rest() == 1


def test_a_stanza_that_crossed_the_ping_may_have_had_an_answer() -> None:
    """What the server replied came behind the ping: there must be another."""
    assert Client(sends=(1,)).rest() == 2
    assert Client(sends=(1, 1, 1)).rest() == 4


def test_who_tells_something_when_asked_again_is_not_at_rest() -> None:
    """Between the two syncs behind a ping nothing may be told."""
    assert Client(tells=(0, 1, 1)).rest() == 2
    assert Client(tells=(0, 1, 1, 1, 1)).rest() == 3


def test_who_told_nothing_is_not_asked_again() -> None:
    """One sync before the ping, one behind it."""
    client = Client()
    client.rest()
    assert (client.pings, client.syncs) == (1, 2)


def test_quiet_rounds_in_a_row_are_counted() -> None:
    """One that is not quiet begins the count anew."""
    assert Client().rest(lambda: 3) == 3
    assert Client(sends=(0, 1)).rest(lambda: 2) == 4


def test_a_client_that_never_rests_is_left_after_ten_rounds() -> None:
    """It is graded on what it did so far."""
    assert Client(sends=(1,) * 99).rest() == fence.MOST_ROUNDS

"""The claim of `--state` under fire: kill -9 while clients write, again and again, loses nothing acknowledged.

MUCSPEC_ROUNDS says how often (5; `tox -e kill` has 50).
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from .killed import missing, write_and_kill
from .lasting import ROOMS, USERS, Client, Server, enter, logged_in
from .ledger import Ledger, configuration

ROUNDS = int(os.environ.get("MUCSPEC_ROUNDS", "5"))
WRITES = 120  # a client and round


def test_what_was_acknowledged_outlasts_every_kill(tmp_path: Path) -> None:
    """Messages, affiliations, configurations and preferences: after each kill those of its round, at the end all."""
    ledger, news = Ledger(Random(45)), {room: dict[str, str]() for room in ROOMS}
    for turn in range(ROUNDS):
        before = {room: set(said) for room, said in ledger.said.items()}
        assert fight(tmp_path, ledger, news, first=not turn) == []
        news = {room: {n: said[n] for n in said.keys() - before[room]} for room, said in ledger.said.items()}
    server = Server(tmp_path)
    with logged_in(server) as clients:
        assert check(clients, ledger, news) == []
        assert check(clients, ledger, ledger.said) == []
        server.kill()
    assert ledger.acknowledged > ROUNDS * 20


def fight(folder: Path, ledger: Ledger, news: dict[str, dict[str, str]], *, first: bool) -> list[str]:
    """One round: what is missing of the last one; writes on every stream, a kill when some of them are acknowledged."""
    server = Server(folder)
    with logged_in(server) as clients:
        lines = check(clients, ledger, news)
        for client in clients if first else ():
            found(client)
        for client in clients:
            enter(client)
            client.load(ledger.stanzas(client.user, WRITES))
        write_and_kill(server, clients, ledger, after=ledger.random.randrange(1, 2 * WRITES))
    return lines


def found(client: Client) -> None:
    """Make this user's room, so that the others may come in."""
    room = ROOMS[USERS.index(client.user)]
    join = f"<presence to='{room}/{client.user}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
    client.ask(f"{join}<iq type='set' id='q' to='{room}'>{configuration('')}</iq>")


def check(clients: list[Client], ledger: Ledger, rooms: dict[str, dict[str, str]]) -> list[str]:
    """What is missing, as a new server tells it."""
    one, *others = clients
    lines = missing(one, ledger, rooms)  # everybody may read every archive
    return lines + [line for other in others for line in missing(other, ledger, {})]

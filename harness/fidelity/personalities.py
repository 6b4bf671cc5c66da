"""`python -m harness.fidelity.personalities`: the probe of every row that is said to be measured, on the server itself.

Each row of `prosody` and `ejabberd` has to show there what it shows on the mock (mockserver/tests).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from mockserver.muc.xml import parse
from mockserver.personalities import Row, load
from mockserver.personalities.probes import Heard, Probe, probe_for

from ..drivers.reference.login import Wish
from ..drivers.reference.stanzas import E, named, render
from ..drivers.reference.wire import Stream
from ..storing import write
from .ejabberd import ejabberd
from .prosody import prosody
from .servers import DOMAIN, LOOPBACK, MUC, NotHere, Server, running

MEASURED: Mapping[str, Server] = {"prosody": prosody, "ejabberd": ejabberd}
PATIENCE = 20.0  # seconds that a log-in or an answer may take
FENCE = "fence-"
INFO = "http://jabber.org/protocol/disco#info"


class Session:
    """One of the cast, on a stream of its own. What it hears goes to `heard`, fences apart."""

    def __init__(self, who: str, heard: list[tuple[str, str]]) -> None:
        self.who = who
        self._heard = heard
        self._waiting: asyncio.Future[None] | None = None
        self._stream: Stream | None = None
        self._count = count(1)

    async def enter(self, port: int, *, fresh: bool) -> None:
        local, _, resource = self.who.partition("/")
        wish = Wish(f"{local}@{DOMAIN}/{resource or 'x'}", "secret", "none", nonce="n", enrol=fresh)
        stream = self._stream = Stream(wish, None, self)
        await asyncio.get_running_loop().create_connection(lambda: stream, LOOPBACK, port)
        async with asyncio.timeout(PATIENCE):
            await stream.bound

    def say(self, xml: str) -> None:
        assert self._stream is not None
        self._stream.write(fromstring(with_namespace(xml)))

    async def fence(self, room: str) -> None:
        """Until the room has answered this session: it has sent before all that came of what it got before.

        A room that ends just then may lose what it was asked: then it is asked once more.
        """
        with suppress(TimeoutError):
            return await self._ask(room, within=PATIENCE / 8)
        return await self._ask(room, within=PATIENCE)

    async def _ask(self, room: str, *, within: float) -> None:
        assert self._stream is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._stream.write(E("iq", E("query", uri=INFO), type="get", id=f"{FENCE}{next(self._count)}", to=room))
        async with asyncio.timeout(within):
            await self._waiting

    def leave(self) -> None:
        if self._stream is not None:
            self._stream.close()

    # what the stream tells

    def bound(self, jid: str) -> None:
        pass

    def received(self, stanza: Element) -> None:
        fence = named(stanza)[1] == "iq" and stanza.get("id", "").startswith(FENCE)
        if fence and self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        elif not fence:
            self._heard.append((self.who, render(stanza)))

    def lost(self, condition: str, text: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(f"{self.who}: {condition} {text}"))


def with_namespace(xml: str) -> str:
    """The stanza with the namespace of streams between clients and servers."""
    name = xml[1:].split(maxsplit=1)[0].rstrip("/>")
    return f"<{name} xmlns='jabber:client'{xml[1 + len(name) :]}"


@asynccontextmanager
async def cast(
    probe: Probe, port: int, enrolled: set[str], heard: list[tuple[str, str]]
) -> AsyncIterator[dict[str, Session]]:
    """All who are in the story, logged in and available."""
    sessions = {who: Session(who, heard) for who in probe.cast}
    try:
        for who, session in sessions.items():
            local = who.partition("/")[0]
            await session.enter(port, fresh=local not in enrolled)
            enrolled.add(local)
            session.say("<presence/>")
        yield sessions
    finally:
        for session in sessions.values():
            session.leave()


async def played(probe: Probe, port: int, enrolled: set[str], number: int) -> Heard:
    """The story in a room of its own; what was heard is told as of the room of the story."""
    heard, told = Heard(), list[tuple[str, str]]()
    room = f"harfleur{number}@{MUC}"
    async with cast(probe, port, enrolled, told) as sessions:
        for session in sessions.values():
            await session.fence(room)
        for line, (who, xml) in enumerate(probe.story):
            told.clear()
            sessions[who].say(xml.replace(f"harfleur@{MUC}", room))
            await sessions[who].fence(room)
            for session in sessions.values():
                await session.fence(room)
            heard.lines = line + 1
            stanzas = ((to, parse(text.replace(f"harfleur{number}", "harfleur"))) for to, text in told)
            heard.stanzas += [(line, to, stanza) for to, stanza in stanzas]
    return heard


async def measure(name: str, server: Server) -> list[tuple[Row, bool]]:
    """Each row of the personality, and whether the server shows it. Raises `NotHere`."""
    enrolled: set[str] = set()
    async with running(server) as port:
        found = []
        for number, row in enumerate(load(name).rows):
            probe = probe_for(row)
            heard = await played(probe, port, enrolled, number)
            found.append((row, _shown(probe, heard, row)))
        return found


def _shown(probe: Probe, heard: Heard, row: Row) -> bool:
    try:
        return probe.shows(heard, row.given)
    except ValueError:  # there are more stanzas, or fewer, than the probe looks for
        return False


def as_markdown(found: Mapping[str, Sequence[tuple[Row, bool]]]) -> str:
    """The table that is published."""
    lines = ["# Personalities, measured", "", INTRODUCTION]
    for name, rows in found.items():
        lines += ["", f"## {name}: {load(name).about}", "", "| row | what it does | shown |", "| --- | --- | --- |"]
        lines += [f"| `{row.name}` | {row.says} | {'yes' if shown else 'NO'} |" for row, shown in rows]
    return "\n".join([*lines, ""])


INTRODUCTION = (
    "The probes of the rows that are said to be measured, played to the servers themselves over sockets: the same"
    " stanzas that show the rows on the mock. `python -m harness.fidelity.personalities` makes this page again."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: every row shows; 1: one does not; 3: a server is not there."""
    parser = argparse.ArgumentParser(prog="personalities", description=INTRODUCTION)
    parser.add_argument("--only", choices=list(MEASURED), help="this one; without it all")
    parser.add_argument("--out", type=Path, default=Path("reports/published/personalities.md"))
    chosen = parser.parse_args(arguments)
    found: dict[str, list[tuple[Row, bool]]] = {}
    for name in [chosen.only] if chosen.only else MEASURED:
        try:
            found[name] = asyncio.run(measure(name, MEASURED[name]))
        except NotHere as complaint:
            print(f"personalities: {complaint}", file=sys.stderr)
            return 3
        for row, shown in found[name]:
            print(f"{'shown    ' if shown else 'NOT SHOWN'} {name}: {row.name}")
    write(chosen.out, as_markdown(found))
    return int(not all(shown for rows in found.values() for _, shown in rows))


if __name__ == "__main__":
    sys.exit(main())

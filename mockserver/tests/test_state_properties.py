"""Whatever happens to a host that is kept: who opens the file after a kill finds what was there at the last save."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockserver.host import Host
from mockserver.muc.xml import BadXml, E, Element, parse, render
from mockserver.net.credentials import AnyPassword
from mockserver.state.store import Store
from mockserver.state.watched import Rows

from .property_draws import draws, scripts, sessions
from .property_steps import NS, Draw, Step
from .property_world import CONFIGS, World
from .stores import portrait
from .test_properties import EXAMPLES, PROFILE

FEWER = settings(PROFILE, max_examples=EXAMPLES or 25)

# scripts in which much is written, by accounts too

ROSTER, BLOCK, PUBSUB = "jabber:iq:roster", "urn:xmpp:blocking", NS + "pubsub"
WRITERS = ("say", "say", "say", "subject", "change", "change", "configure", "register", "unregister", "take back",
           "have taken back", "command", "show an avatar", "write to a user", "join", "instant", "role")  # fmt: skip
STORED: tuple[Callable[[Draw], Element], ...] = (
    lambda d: E("query", E("item", uri=ROSTER, jid=d.user, name=d.nick, subscription=_either(d, "remove")), uri=ROSTER),
    lambda d: E("query", E("a", d.nick, uri=f"urn:{d.number}"), uri="jabber:iq:private"),
    lambda d: E(_either(d, "unblock") or "block", E("item", uri=BLOCK, jid=d.user), uri=BLOCK),
    lambda d: E("pubsub", E("publish", _item(d, E("a", d.nick, uri="urn:a")), uri=PUBSUB, node="urn:n"), uri=PUBSUB),
    lambda d: E("pubsub", E("retract", _item(d), uri=PUBSUB, node="urn:n"), uri=PUBSUB),
    lambda d: E("pubsub", E("delete", uri=f"{PUBSUB}#owner", node="urn:n"), uri=f"{PUBSUB}#owner"),
)


def _either(draw: Draw, name: str) -> str | None:
    return name if draw.number % 3 == 0 else None


def _item(draw: Draw, *payload: Element) -> Element:
    return E("item", *payload, uri=PUBSUB, id=str(draw.number % 3))


def _request(who: str, draw: Draw, payload: Callable[[Draw], Element]) -> Step:
    return Step(who, "raw", draw, E("iq", payload(draw), type="set", id="s"))


written = st.builds(Step, sessions, st.sampled_from(WRITERS), draws)
stored = st.builds(_request, sessions, draws, st.sampled_from(STORED))
busy = st.lists(st.one_of(written, written, stored), min_size=15, max_size=40)


def _sendable(script: list[Step]) -> bool:
    """Whether each of its elements could come over a stream."""
    try:
        return all(parse(render(step.raw)) is not None for step in script if step.raw)
    except BadXml:
        return False


def _kept(world: World, folder: Path) -> Store:
    """Keep a world that is there already; the room that it began with is the first news."""
    store = Store(folder)
    world.host.archives = world.host.accounts.archives = store.archives
    store.attach(world.host, AnyPassword())
    return store


def _found(folder: Path) -> Host:
    """What another process finds there now."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        store = Store(Path(place))
        host = Host(new_id=str, secret=store.secret, archives=store.archives)
        store.attach(host, AnyPassword())
        store.close()
    return host


@FEWER
@given(st.integers(0, len(CONFIGS) - 1), st.one_of(busy, busy, scripts), st.sets(st.integers(0, 40)))
def test_what_was_saved_is_found(config: int, script: list[Step], saves: set[int]) -> None:
    """However the steps fall into turns: the rooms in their order with all that they are, accounts and archives."""
    assume(_sendable(script))
    world = World(config)
    with tempfile.TemporaryDirectory() as place:
        store = _kept(world, Path(place))
        for turn, step in enumerate([*world.prologue, *script]):
            world.do(step)
            if turn in saves:
                assert store.save()
        assert store.save()
        assert portrait(_found(Path(place))) == portrait(world.host)
        store.close()


CHANGES = st.lists(
    st.tuples(st.sampled_from(("add", "cut", "set", "swap", "keep", "drop", "insert", "save")), st.integers(0, 6)),
    max_size=30,
)


@FEWER
@given(CHANGES)
def test_a_list_knows_what_is_new_in_it(changes: list[tuple[str, int]]) -> None:
    """Whatever is done to it: rows with places that hear of nothing but its news say what it says."""
    rows: Rows[int] = Rows()
    table: dict[int, int] = {}
    for fresh, (what, n) in enumerate(changes):
        place = n % len(rows) if rows else None
        match what:
            case "add":
                rows.append(fresh)
            case "cut":
                del rows[:-n]
            case "set" if place is not None:
                rows[place] = fresh
            case "swap":
                rows[:] = [v for v in rows if v % 2]
            case "keep":
                rows[:] = list(rows)
            case "drop" if place is not None:
                del rows[place]
            case "insert":
                rows.insert(n, fresh)
            case "save":
                _write(rows, table)
    _write(rows, table)
    assert [table[place] for place in sorted(table)] == rows
    assert sorted(table) == list(range(rows.first, rows.first + len(rows)))


def _write(rows: Rows[int], table: dict[int, int]) -> None:
    for place in [p for p in table if rows.whole or p < rows.first]:
        del table[place]
    table.update(rows.news())
    rows.settle()

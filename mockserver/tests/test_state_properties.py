"""Whatever happens to a host that is kept: who opens the file after a kill finds what was there at the last save."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockserver.host import Host
from mockserver.muc.xml import BadXml, parse, render
from mockserver.net.credentials import AnyPassword
from mockserver.state.store import Store
from mockserver.state.watched import Rows

from .property_draws import scripts
from .property_steps import Step
from .property_world import CONFIGS, World
from .stores import portrait
from .test_properties import EXAMPLES, PROFILE

FEWER = settings(PROFILE, max_examples=EXAMPLES or 25)


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
@given(st.integers(0, len(CONFIGS) - 1), st.booleans(), scripts, st.sets(st.integers(0, 40)))
def test_what_was_saved_is_found(config: int, seated: bool, script: list[Step], saves: set[int]) -> None:
    """However the steps fall into turns: the rooms in their order with all that they are, accounts and archives."""
    assume(_sendable(script))
    world = World(config, seated=seated)
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

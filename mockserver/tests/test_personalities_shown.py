"""Every row of every personality, on the wire: its probe shows it, and does not show it without the row."""

from __future__ import annotations

from itertools import count

import pytest

from mockserver.host import Host
from mockserver.personalities import BEHAVIOURS, Personality, Row, apply, load, names
from mockserver.personalities.probes import PROBES, play, probe_for

ROWS = [(name, row) for name in names() for row in load(name).rows]


def shown(row: Row, personality: Personality) -> bool:
    """Whether the probe of this row shows it on a host of this personality."""
    ids = count(1)
    host = Host(new_id=lambda: f"id-{next(ids)}", secret="figo")
    apply(host, personality)
    probe = probe_for(row)
    return probe.shows(play(probe.story, host), row.given)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}: {row.name}" for name, row in ROWS])
def test_a_row_is_shown_on_the_wire_and_not_without_it(name: str, row: Row) -> None:
    """The whole personality shows it, so does this row alone, and the strict one does not."""
    whole = load(name)
    assert shown(row, whole)
    assert shown(row, whole.only(row))
    assert not shown(row, load("xep"))


def test_every_behaviour_is_some_personality_s() -> None:
    """No behaviour and no probe is there for nothing."""
    used = {row.does for _, row in ROWS}
    assert sorted(set(BEHAVIOURS) - used) == []
    assert sorted(set(PROBES) - {row.name for _, row in ROWS} - used) == []

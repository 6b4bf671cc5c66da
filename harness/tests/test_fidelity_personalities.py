"""The personalities as they are measured: what is published, and the same probes over sockets against the mock."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from harness.fidelity.mock import mock
from harness.fidelity.personalities import MEASURED, as_markdown, measure
from harness.fidelity.personality_tables import GUIDE, with_tables
from harness.fidelity.servers import Launch, Server
from mockserver.personalities import load, names

PUBLISHED = Path(__file__).resolve().parents[2] / "reports" / "published" / "personalities.md"


def like(name: str) -> Server:
    """The mock, started with this personality."""

    def prepare(folder: Path, port: int) -> Launch:
        launch = mock.prepare(folder, port)
        return Launch((*launch.command, "--personality", name), launch.ready, launch.environment)

    return Server(mock.name, mock.program, prepare)


@pytest.mark.parametrize("name", [name for name in names() if name != "xep"])
def test_a_server_with_a_personality_shows_every_row_over_sockets(name: str) -> None:
    """`mucspec serve --personality NAME`, and the probes that real servers are measured with."""
    found = asyncio.run(measure(name, like(name)))
    assert [row.name for row, shown in found if not shown] == []


def test_the_strict_server_shows_no_row() -> None:
    """The same probes against `mucspec serve` alone."""
    found = asyncio.run(measure("legacy", mock))
    assert [row.name for row, shown in found if shown] == []


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_published_has_every_row_and_every_row_was_shown(name: str) -> None:
    """A row that was changed or added has to be measured again."""
    text = PUBLISHED.read_text(encoding="utf-8")
    told = re.findall(
        r"^\| `(.+?)` \| .* \| (yes|NO) \|$", text.partition(f"## {name}: ")[2].partition("\n## ")[0], re.M
    )
    assert told == [(row.name, "yes") for row in load(name).rows]
    assert all(row.source.startswith("measured") for row in load(name).rows)


@pytest.mark.parametrize("name", [name for name in names() if name not in (*MEASURED, "slidge")])
def test_what_was_not_measured_does_not_say_so(name: str) -> None:
    """Its rows cite where they are known from."""
    assert [row.name for row in load(name).rows if "measured" in row.source] == []


def test_a_row_that_is_not_shown_stands_out() -> None:
    """The table has yes and NO."""
    rows = load("prosody").rows
    text = as_markdown({"prosody": [(rows[0], True), (rows[1], False)]})
    assert f"| `{rows[0].name}` | {rows[0].says} | yes |" in text
    assert f"| `{rows[1].name}` | {rows[1].says} | NO |" in text


def test_the_guide_has_the_tables() -> None:
    """docs/personalities.md shows every row with its source, as they are now."""
    guide = GUIDE.read_text(encoding="utf-8")
    assert with_tables(guide) == guide

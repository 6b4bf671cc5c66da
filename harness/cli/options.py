"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.selection import LEVELS, Wanted, read_shard

from .tables import together

FAIL_ON = ("violation", "consistency", "warning")
BROKE = 3  # exit status: the harness or a driver broke

scenarios = click.option(
    "--scenarios", type=click.Path(path_type=Path), metavar="DIR", help="Your own scenarios instead."
)
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
known = click.option("--known", type=click.Path(path_type=Path), metavar="FILE", help="Failures that are known.")
weighing = together(
    click.option("--strict", is_flag=True, help="Warnings, notes and robustness count too."),
    click.option(
        "--fail-on", type=click.Choice(FAIL_ON), default="consistency", help="The least grave failure that counts."
    ),
)
formats = click.option(
    "--format", "formats", default="", metavar="F,...", help="More reports: junit,markdown,annotations,..."
)
choosing = together(
    click.option(
        "-k", "expression", default="", metavar="EXPR", help="Ids, parts of ids, * and ?, with and, or, not, ( )."
    ),
    click.option("--topic", default="", metavar="T", help="One folder of scenarios, for instance `joining`."),
    click.option("--level", type=click.Choice(list(LEVELS)), default=None, help="`should`: MUST and SHOULD."),
    click.option("--priority", type=int, default=0, metavar="N", help="Requirements of this priority or higher."),
    scenarios,
)


def wanted(expression: str, topic: str, level: str | None, priority: int, shard: str = "") -> Wanted:
    """The choice that these options make."""
    return Wanted(expression, topic, level or "", priority, read_shard(shard) if shard else (1, 1))


def corpus(folder: Path | None, *, about_service: bool | None = None) -> list[Any]:
    """The scenarios of a folder, or the packaged ones; of services, of clients, or all. Raises `BadScenario`."""
    from harness.catalogue import SCENARIOS
    from harness.load import BadScenario, load_all

    if folder is not None and not folder.exists():
        raise BadScenario(f"--scenarios {folder}: there is no such folder")
    return load_all(folder or SCENARIOS, about_service=about_service)

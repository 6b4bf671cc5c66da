"""`mucspec rehearse`: the scenarios in memory, with the reference client; with every defect in turn."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@options.choosing
@click.option("--defects", is_flag=True, help="With every defect in turn: which rows does it break?")
@options.as_json
def rehearse(
    expression: str, topic: str, level: str | None, priority: int, scenarios: Path | None, defects: bool, json_: bool
) -> int:
    """Play the scenarios in memory against the reference client. Status 1 if one does not pass, or with a hole.

    \b
    mucspec rehearse
    mucspec rehearse -k nick_conflict
    mucspec rehearse --defects --json
    """
    from harness.selection import select

    chosen = select(options.corpus(scenarios), options.wanted(expression, topic, level, priority))
    return _defects(chosen, json_=json_) if defects else _once(chosen, json_=json_)


def _once(chosen: list[Any], *, json_: bool) -> int:
    from harness import rehearse as memory

    verdicts = {scenario.id: memory.rehearse(scenario).verdict for scenario in chosen}
    bad = [name for name, verdict in verdicts.items() if verdict.outcome != "pass"]
    if json_:
        click.echo(json.dumps({name: str(verdict.outcome) for name, verdict in verdicts.items()}, indent=1))
        return int(bool(bad))
    for name in bad:
        click.echo(f"{verdicts[name].outcome}: {name} {verdicts[name].why}")
        for check in verdicts[name].checks:
            if check.outcome != "pass":
                click.echo(f"  row {check.step.number} {check.outcome}: expected {check.expected}")
                click.echo(f"    closest: {check.closest}\n    why: {check.why}")
    click.echo(f"{len(verdicts)} rehearsed, {len(bad)} did not pass")
    return int(bool(bad))


def _defects(chosen: list[Any], *, json_: bool) -> int:
    from harness.mutation import mutate

    found = mutate(chosen, progress=_progress)
    holes = found.holes()
    if json_:
        tables = {"scenarios": found.scenarios, "defects": found.defects, "rows": found.rows}
        click.echo(json.dumps({**tables, "coarse": list(found.coarse)}, indent=1))
        return int(bool(holes))
    for hole in holes:
        click.echo(f"nothing breaks it, or it breaks nothing: {hole}")
    sizes = f"{len(found.scenarios)} scenarios, {len(found.rows)} rows, {len(found.defects)} defects"
    click.echo(f"{sizes}: {len(holes)} holes")
    return int(bool(holes))


def _progress(defect: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{defect}", end="\r", file=sys.stderr, flush=True)

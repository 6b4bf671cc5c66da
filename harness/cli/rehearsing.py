"""`mucspec rehearse`: the scenarios in memory; with every defect and every fault in turn."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from . import options


@click.command()
@options.choosing
@click.option("--defects", is_flag=True, help="With every defect and fault in turn: which rows does it break?")
@click.option("--jobs", type=click.IntRange(1), default=None, metavar="N", help="At most N processes.")
@options.as_json
def rehearse(defects: bool, jobs: int | None, json_: bool, **choice: Any) -> int:
    """Play the scenarios in memory against the reference client. Status 1 if one does not pass, or with a hole.

    A hole is a scenario or row that no defect (of the client) or fault (of the service, in scenarios about it) breaks,
    or, in the whole corpus, a defect or fault that breaks none.

    \b
    mucspec rehearse
    mucspec rehearse --defects -k nick_conflict
    mucspec rehearse --defects --json
    """
    from harness.selection import select

    folder = choice.pop("scenarios")
    corpus = options.corpus(folder)
    chosen = select(corpus, options.wanted(**choice))
    if not defects:
        return _once(chosen, json_=json_)
    part = folder is not None or len(chosen) < len(corpus)
    return _defects(chosen, whole=options.corpus(None) if part else corpus, jobs=jobs, json_=json_)


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


def _defects(chosen: list[Any], *, whole: list[Any], jobs: int | None, json_: bool) -> int:
    from harness.drivers.reference.defects import DEFECTS
    from harness.load import SERVICE
    from harness.mutation import mutate

    steps = len(DEFECTS) + sum(scenario.subject == SERVICE for scenario in chosen)
    found = mutate(chosen, whole=whole, jobs=jobs, progress=_progress(steps))
    part = chosen != whole
    holes = found.holes(part=part)
    if json_:
        tables = {"scenarios": found.scenarios, "defects": found.defects, "rows": found.rows}
        click.echo(json.dumps({**tables, "coarse": list(found.coarse)}, indent=1))
        return int(bool(holes))
    for row, breakers in found.rows.items() if part else ():
        click.echo(f"{row}: {', '.join(breakers) or 'nothing breaks it'}")
    for hole in holes:
        click.echo(f"hole: {hole}")
    sizes = f"{len(found.scenarios)} scenarios, {len(found.rows)} rows, {len(found.defects)} defects and faults"
    click.echo(f"{sizes}: {len(holes)} holes")
    return int(bool(holes))


def _progress(total: int) -> Callable[[str], None]:
    """Tells on a terminal which defect (or scenario about the service) is done, and how many are."""
    done = itertools.count(1)

    def tell(name: str) -> None:
        end = "" if (number := next(done)) == total else f"{number}/{total} {name}"
        if sys.stderr.isatty():
            print(f"\r\033[K{end}", end="", file=sys.stderr, flush=True)

    return tell

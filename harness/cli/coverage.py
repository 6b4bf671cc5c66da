"""`mucspec coverage`: requirements and seed items: covered, excluded (with the reason), untested."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@click.option("--subject", type=click.Choice(["client", "service", "seeds"]), help="List one subject's, one by one.")
@click.option(
    "--record",
    "records",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="RECORD",
    help="What passed there; a .jsonl file or a folder. May be repeated.",
)
@options.scenarios
@options.as_json
def coverage(subject: str | None, records: tuple[Path, ...], scenarios: Path | None, json_: bool) -> None:
    """What the scenarios show: a requirement is covered when a row that names it passed.

    Passed in the records that --record names; without it, in a rehearsal of all scenarios in memory with the reference
    client. Seed items are the operations, options, events and elements of the libraries that the project began with.

    \b
    mucspec coverage
    mucspec coverage --subject client
    mucspec coverage --record mucspec-report --json
    """
    from harness import evidence
    from harness.coverage import cover
    from harness.gateways.shown import tags
    from harness.storing import stored

    corpus = options.corpus(scenarios)
    seen = evidence.of_records(stored(records)) if records else evidence.of_rehearsal(corpus)
    _tell(cover(corpus, replace(seen, tags=tags())), subject, json_)


def _tell(found: Any, subject: str | None, json_: bool) -> None:
    if json_:
        lists = {subject: dict(getattr(found, subject))} if subject else {}
        click.echo(json.dumps({**found.as_dict(), **lists}, indent=1))
    elif subject:
        _list(found, subject)
    else:
        _table(found)


def _list(found: Any, subject: str) -> None:
    for name, state in getattr(found, subject).items():
        why = f"  ({found.exclusions[name]})" if state == "excluded" else ""
        click.echo(f"{state:9} {name}{why}")


def _table(found: Any) -> None:
    from harness.coverage import STATES, SUBJECTS

    click.echo(f"{'':12}" + "".join(f"{f'{s} {state}':>19}" for s in SUBJECTS for state in STATES))
    for name, figures in found.documents().items():
        click.echo(f"{name:12}" + "".join(f"{figures[s][state]:19}" for s in SUBJECTS for state in STATES))
    for name, figures in found.totals().items():
        click.echo(f"{name}: " + ", ".join(f"{figures[state]} {state}" for state in STATES))
    click.echo(f"passed in: {found.source}")

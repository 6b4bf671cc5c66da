"""`mucspec replay`: stored transcripts graded again, without the library, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="BUNDLE...")
@options.choosing
@options.known
@options.weighing
@click.option("--unchanged", is_flag=True, help="Status 1 only where something is graded otherwise than then.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where records and reports go as graded now."
)
@options.formats
def replay(bundles: tuple[Path, ...], **given: Any) -> int:
    """Grade a stored transcript again, offline: BUNDLE is a record (.jsonl), or a folder with records.

    Nothing is installed and nothing runs: the referee reads what a library did then, and this mucspec, its scenarios
    and your --known list say what it is worth. What is graded otherwise than then is told at the end. Status as of
    `mucspec run`: 0 as expected, 1 a failure that counts, 3 a record that is broken or does not fit the scenarios.

    \b
    mucspec replay mucspec-report/slixmpp-1.17.0.jsonl
    mucspec replay evidence.jsonl -k moderation/kick_with_reason
    mucspec replay mucspec-report --known known.toml --out graded-again
    mucspec replay mucspec-report --scenarios scenarios --unchanged
    """
    from harness.regrading import execute

    chosen = [given.pop(name) for name in ("expression", "topic", "level", "priority")]
    given["wanted"] = options.wanted(*chosen)
    return execute(bundles, given)

"""`mucspec report` and `diff`: stored records rendered, merged and compared, without a rerun."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from . import options

RECORDS = "RECORD..."


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=RECORDS)
@click.option("--format", "formats", default="html", show_default=True, metavar="F,...", help="One or more formats.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, metavar="PATH", help="A file, a folder, or - for stdout."
)
def report(records: tuple[Path, ...], formats: str, out: Path | None) -> int:
    """Render stored records, several in one report. RECORD is a .jsonl file, or a folder with such files.

    Formats: html, junit, markdown, annotations, badge, badge-json. Without --out the file goes into this folder under
    its usual name. A record that broke off is told on stderr, and ends with status 3.

    \b
    mucspec report mucspec-report/slixmpp-1.17.0.jsonl
    mucspec report mucspec-report --format junit --out results.xml
    mucspec report shard-*/ --format html,markdown --out all/
    mucspec report mucspec-report --format markdown --out - >> "$GITHUB_STEP_SUMMARY"
    """
    from harness.storing import merged, place, stored
    from harness.storing import wanted_formats as wanted

    names = wanted(formats)
    found = merged(stored(records))
    to = place(out, names)
    for name in names:
        _deliver(name, found, to[name])
    broken = [record for record in found if record.broken]
    for record in broken:
        click.echo(f"mucspec: {record.name}: its run broke off, there is no footer: run it again", err=True)
    return options.BROKE if broken else 0


def _deliver(name: str, records: Sequence[Any], path: Path | None) -> None:
    import reports
    from harness.storing import write

    text = reports.FORMATS[name].render(records)
    if path is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write(path, text)
        click.echo(path, err=True)


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@options.as_json
def diff(old: Path, new: Path, json_: bool) -> int:
    """What changed between two records: regressions, fixes, new checks, checks that are gone.

    Status 1 on a regression: what passed and fails now, or what passed or failed and cannot be seen any more
    (unsupported, left to the application, an error).

    \b
    mucspec diff main/slixmpp-1.17.0.jsonl mucspec-report/slixmpp-1.17.0.jsonl
    mucspec diff old.jsonl new.jsonl --json
    """
    from harness.storing import read_record
    from reports.diff import diff as compare

    found = compare(read_record(old), read_record(new))
    click.echo(json.dumps(found.as_dict(), indent=1) if json_ else str(found), nl=json_)
    return found.exit_status

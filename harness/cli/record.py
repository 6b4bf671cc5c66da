"""`mucspec record`: what a live session of `mucspec serve` did, as the draft of a scenario."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option("--subject", default="", metavar="NAME", help="The account under test.  [default: who came first]")
@click.option("--title", default="", help="Of the scenario.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="A new file.  [default: stdout]")
def record(transcript: Path, subject: str, title: str, out: Path | None) -> int:
    """Turn TRANSCRIPT into a scenario: what clients did, and what a right client reports of it.

    The draft is sound (`mucspec lint`) and the reference client passes it. Everybody but the subject becomes a puppet.

    \b
    mucspec serve --transcript-json talk.jsonl      then play it through with your client, and Ctrl-C
    mucspec record talk.jsonl --subject pistol --out scenarios/my_topic/my_story.toml
    """
    from harness.drafting.draft import write
    from harness.drafting.heard import read
    from harness.drafting.script import Reading

    text = write(Reading(read(transcript), subject).script(), title)
    if out is None:
        click.echo(text, nl=False)
        return 0
    _create(out, text)
    click.echo(f"{out}: {text.count('{ who') + text.count('{ service')} rows; now `mucspec lint {out}`", err=True)
    return 0


def _create(out: Path, text: str) -> None:
    """Write a new file. Raises `BadTranscript` with the remedy."""
    from harness.drafting.heard import BadTranscript

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as complaint:
        raise BadTranscript(f"--out {out} is there already; name a new file") from complaint
    except OSError as complaint:
        raise BadTranscript(f"--out {out}: {complaint.strerror or complaint}") from complaint

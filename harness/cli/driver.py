"""`mucspec driver check`: is a driver honest and well-behaved, before any scenario?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from . import options
from .tables import together

MARKS = {"ok": "ok       ", "wrong": "WRONG    ", "not tried": "not tried"}
GIVEN = together(
    click.option("--toml", type=click.Path(path_type=Path), metavar="FILE", help="Its driver.toml."),
    click.option(
        "--env", type=click.Path(path_type=Path), help="For a client of `mucspec clients`: where its library is."
    ),
    click.option(
        "--tls",
        type=click.Choice(["starttls", "direct", "none"]),
        default=None,
        help="How it connects. [default: starttls]",
    ),
    click.option(
        "--timeout-factor",
        type=click.FloatRange(0, min_open=True),
        default=1.0,
        help="More patience (5 s for an answer).",
    ),
    click.option("-k", "only", default="", metavar="TEXT", help="Only the checks with this in their names."),
    options.as_json,
)


@click.group()
def driver() -> None:
    """For authors of drivers.

    \b
    mucspec driver check "node my-driver.js"
    """


@driver.command()
@click.argument("command", metavar="CMD")
@GIVEN
def check(command: str, timeout_factor: float, json_: bool, **given: Any) -> int:
    """Try whether a driver keeps what the protocol promises. CMD is a command line, or a name from `mucspec clients`.

    It has to greet, log in, be honest about what it lacks, report 500 messages before it answers `sync`, and end when
    it is told to. Status 1 if it does something wrong.

    \b
    mucspec driver check "python my_driver.py"
    mucspec driver check "node driver.js" --toml my-client/driver.toml
    mucspec driver check slixmpp -k honest
    """
    from harness.driver_check import execute

    findings = execute(command, factor=timeout_factor, says=None if json_ else _say, **given)
    if json_:
        click.echo(json.dumps([_about(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.outcome]}  {finding.name}")
            if finding.text:
                click.echo(f"           {finding.text}")
    return int(any(finding.outcome == "wrong" for finding in findings))


def _say(text: str) -> None:
    click.echo(f"... {text}", err=True)


def _about(finding: Any) -> dict[str, str]:
    return {"check": finding.name, "outcome": finding.outcome, "text": finding.text}

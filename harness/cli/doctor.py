"""`mucspec doctor`: what this machine has of what mucspec uses."""

from __future__ import annotations

import json
from typing import Any

import click

from . import options


@click.command()
@options.as_json
def doctor(json_: bool) -> int:
    """What is here and what is missing, with the remedy: Pythons, the package index, the cache, faketime, servers.

    Only what is listed for a client is needed to run that client. Status 3 if something is missing that nothing goes
    without.

    \b
    mucspec doctor
    mucspec doctor --json
    """
    from harness.health import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not json_:
            click.echo(_told(finding))
    if json_:
        click.echo(json.dumps([_about(finding) for finding in findings], indent=1))
    return options.BROKE if any(f.needed and not f.found for f in findings) else 0


def _told(finding: Any) -> str:
    return f"{finding.outcome:8} {finding.name:15} {finding.found or finding.remedy}"


def _about(finding: Any) -> dict[str, str]:
    remedy = {} if finding.found else {"remedy": finding.remedy}
    return {"name": finding.name, "outcome": finding.outcome, "found": finding.found, **remedy}

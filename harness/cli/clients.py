"""`mucspec clients`: the client libraries that there are drivers for."""

from __future__ import annotations

import json
from typing import Any

import click

from . import options


@click.command()
@options.as_json
def clients(json_: bool) -> None:
    """Which client libraries can be tried: their language, what they need, and which are installed already.

    \b
    mucspec clients
    mucspec clients --json
    """
    from harness.clients import drivers

    rows = [_about(driver) for driver in drivers().values()]
    if json_:
        click.echo(json.dumps(rows, indent=1))
        return
    heads = {"name": "CLIENT", "version": "VERSION", "language": "LANGUAGE", "needs": "NEEDS", "installed": "INSTALLED"}
    table = [heads, *({**row, "installed": ", ".join(row["installed"]) or "-"} for row in rows)]
    widths = {key: max(len(str(row[key])) for row in table) for key in heads}
    for row in table:
        click.echo("  ".join(f"{row[key]:{widths[key]}}" for key in heads).rstrip())


def _about(driver: Any) -> dict[str, Any]:
    from harness.own import own_version
    from harness.provision import installed_versions

    part_of_us = not driver.packages
    needs = f"Python {driver.python}" if driver.python else driver.runtime
    return {
        "name": driver.name,
        "version": own_version() if part_of_us else driver.default_version or "newest",
        "language": driver.language,
        "python": driver.python,
        "runtime": driver.runtime,
        "needs": needs or "-",
        "installed": [own_version()] if part_of_us else installed_versions(driver),
        "packages": list(driver.packages),
        "can": len(driver.can),
        "reports": len(driver.reports),
    }

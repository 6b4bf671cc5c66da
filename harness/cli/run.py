"""`mucspec run`: clients against the scenarios, over real sockets, with records and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from . import options
from .tables import together

OF_CLIENTS = (
    "driver",
    "env",
    "known",
    "update_known",
    "isolate",
    "repeat",
    "seed",
    "offline",
    "personalities",
    "faults",
)
OF_SERVERS = ("accounts", "domain", "muc_domain", "ca", "insecure")
PLAYING = together(
    click.option(
        "--personality", "personalities", multiple=True, metavar="P", help="Like this server; may be repeated."
    ),
    click.option(
        "--fault", "faults", multiple=True, metavar="WORDS", help="Goes wrong in every scenario: docs/faults.md."
    ),
    click.option("--jobs", type=click.IntRange(1), default=None, metavar="N", help="At most N scenarios at a time."),
    click.option("--isolate", is_flag=True, help="A driver process of its own for every scenario."),
    click.option("--shard", default="", metavar="I/N", help="The I-th of N parts of the scenarios."),
    click.option("--repeat", type=click.IntRange(1), default=1, metavar="N", help="Everything N times."),
    click.option(
        "--seed", type=int, default=0, metavar="N", help="Play in a shuffled order; the record keeps the usual one."
    ),
    click.option(
        "--timeout-factor", type=click.FloatRange(0, min_open=True), default=1.0, help="More patience (5 s each)."
    ),
)
CLIENTS = together(
    click.option("--env", "env", type=click.Path(path_type=Path), help="A Python or environment that has the library."),
    click.option("--driver", "driver", default="", metavar="CMD", help="Any program that speaks the driver protocol."),
    click.option("--offline", is_flag=True, help="Install nothing; only environments that are there."),
    options.known,
    click.option("--update-known", is_flag=True, help="Write the failures of this run into the list of known ones."),
)
TOLD = together(
    options.weighing,
    click.option(
        "--out", type=click.Path(path_type=Path), default=Path("mucspec-report"), metavar="DIR", show_default=True
    ),
    options.formats,
)
SERVER = together(
    click.option(
        "--server", default="", metavar="HOST:PORT", help="The scenarios about services, against this server."
    ),
    click.option(
        "--account", "accounts", multiple=True, metavar="JID:PASSWORD", help="With --server; may be repeated."
    ),
    click.option("--domain", default="", metavar="NAME", help="With --server: its domain.  [default: HOST]"),
    click.option("--muc-domain", default="", metavar="NAME", help="With --server: that of its rooms."),
    click.option("--ca", type=click.Path(path_type=Path), metavar="FILE", help="With --server: whom its TLS trusts."),
    click.option("--insecure", is_flag=True, help="With --server: any certificate will do."),
)


@click.command()
@click.argument("clients", nargs=-1, metavar="CLIENT...")
@options.choosing
@PLAYING
@CLIENTS
@TOLD
@SERVER
def run(clients: tuple[str, ...], **given: Any) -> int:
    """Try client libraries: CLIENT is NAME, NAME==VERSION or NAME@PATH (`mucspec clients` lists them).

    Writes a record for each client and report.html for all of them. Status 0: as expected; 1: a failure that counts;
    2: wrong usage; 3: a driver or mucspec itself broke.

    \b
    mucspec run slixmpp aioxmpp
    mucspec run slixmpp==1.10.0 -k joining/nick_conflict
    mucspec run slixmpp@. --format junit --fail-on violation
    mucspec run slixmpp --env .venv
    mucspec run --driver "node my-driver.js"
    mucspec run --server localhost:5222 --insecure
    """
    chosen = [given.pop(name) for name in ("expression", "topic", "level", "priority", "shard")]
    given["wanted"] = options.wanted(*chosen)
    return _visit(clients, given) if given["server"] else _try(clients, given)


def _try(clients: Sequence[str], given: Mapping[str, Any]) -> int:
    """Clients, each in processes of its own."""
    from harness.running import execute

    _refuse(given, OF_SERVERS, "without --server")
    if given["faults"]:
        _refuse(given, ("known", "update_known"), "with --fault: no failure is known there")
    return execute(clients, given)


def _visit(clients: Sequence[str], given: Mapping[str, Any]) -> int:
    """A server of somebody else."""
    from harness.visiting.run import execute

    if clients:
        raise click.UsageError("--server is a run of its own: name no CLIENT beside it")
    _refuse({**given, "repeat": given["repeat"] - 1}, OF_CLIENTS, "with --server")
    return execute(given)


def _refuse(given: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    """No option is passed over in silence."""
    if meant := [name for name in names if given[name]]:
        shown = meant[0].replace("personalities", "personality").removesuffix("s").replace("_", "-")
        raise click.UsageError(f"--{shown} means nothing {where}")

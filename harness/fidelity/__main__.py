"""`python -m harness.fidelity`: the mock and the servers that people run, on the same stanzas; the agreement table."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports import console
from reports.record import Record
from reports.tally import BROKE

from ..model import Scenario
from ..selection import Wanted
from ..storing import writable, write, write_reports
from ..visiting.guest import CannotVisit, Door
from ..visiting.lanes import Purse
from ..visiting.run import PATIENCE, visit, wanted_scenarios
from .ejabberd import ejabberd
from .mock import mock
from .prosody import prosody
from .reasons import BadReasons, Reasons, load, stale
from .servers import DOMAIN, LOOPBACK, NotHere, Server, running
from .table import Agreement, as_json, as_markdown, compare

SERVERS = (mock, prosody, ejabberd)


async def play(server: Server, scenarios: Sequence[Scenario], out: Path, live: console.Live) -> Record:
    """The record of one server. Raises `NotHere` or `CannotVisit`."""
    async with running(server) as port:
        door = Door(LOOPBACK, port, DOMAIN, patience=PATIENCE)
        given: dict[str, Any] = {"server": f"{LOOPBACK}:{port}", "domain": DOMAIN}
        absent = {"muc_domain": "", "ca": None, "scenarios": None, "insecure": False, "jobs": None}
        return await visit(scenarios, Purse(), door, out, {**absent, **given}, live)


async def play_all(scenarios: Sequence[Scenario], out: Path) -> tuple[dict[str, Record | None], list[str]]:
    """The records by server, and one line for each server that is missing."""
    records: dict[str, Record | None] = {}
    missing = []
    with console.Live() as live:
        for server in SERVERS:
            try:
                records[server.name] = await play(server, scenarios, out, live)
            except (NotHere, CannotVisit) as complaint:
                missing.append(str(complaint))
                print(f"fidelity: {server.name} is left out: {complaint}", file=sys.stderr)
                records[server.name] = None
    return records, missing


def publish(agreement: Agreement, reasons: Reasons, folder: Path, *, whole: bool) -> None:
    """Write the table, and say which reasons have nothing to explain any more."""
    write(folder / "fidelity.md", as_markdown(agreement, reasons))
    write(folder / "fidelity.json", as_json(agreement, reasons))
    for requirement, name in stale(agreement.rows, reasons, whole=whole):
        print(f"fidelity: stale reason: {requirement} does not fail at {name}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: the mock passes; 1: it fails a row; 3: it did not run."""
    parser = argparse.ArgumentParser(prog="fidelity", description="the mock beside the servers that people run")
    parser.add_argument("-k", default="", metavar="EXPR", help="these scenarios only")
    parser.add_argument("--out", type=Path, default=Path("reports/published"), help="where the table goes")
    parser.add_argument("--records", type=Path, default=Path("mucspec-report"), help="where records and report.html go")
    chosen = parser.parse_args(arguments)
    try:
        reasons = load()
    except BadReasons as complaint:
        parser.error(str(complaint))
    scenarios = wanted_scenarios({"scenarios": None, "wanted": Wanted(chosen.k)})
    records, missing = asyncio.run(play_all(scenarios, writable(chosen.records)))
    there = [record for record in records.values() if record]
    write_reports(there, chosen.records, ["html"])
    publish(compare(records, missing), reasons, chosen.out, whole=not chosen.k)
    console.show(there)
    own = records[mock.name]
    return BROKE if own is None else int(any(line["outcome"] in ("fail", "error") for line in own.scenarios))


if __name__ == "__main__":
    sys.exit(main())

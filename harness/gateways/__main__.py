"""`python -m harness.gateways`: slidge is hosted by our server, and the scenarios about gateways are played."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from reports import console
from reports.record import Record
from reports.tally import BROKE
from reports.writing import Writer

from ..load import load_all
from ..model import Scenario
from ..provision import CannotProvision, Place
from ..selection import Wanted, select
from ..storing import writable, write_reports
from ..visiting.guest import CannotVisit, Door
from ..visiting.run import header
from ..write_up import line
from .hosting import DOMAIN, GATE, HERE, SECRET, NoGateway, Post, hosted, place, server
from .playing import Streets

SCENARIOS = HERE / "scenarios"
PATIENCE = 30.0  # seconds; a gateway is slow on a busy machine


async def visit(scenarios: list[Scenario], c2s: str, out: Path, live: console.Live, version: str) -> Record:
    """The record of the gateway behind this server."""
    host, _, port = c2s.rpartition(":")
    door = Door(host, int(port), DOMAIN, patience=PATIENCE)
    streets = Streets(scenarios, door, GATE, version, folder=SCENARIOS, jobs=None)
    house = await streets.look_round()
    live.begin(house.software, len(scenarios))
    with Writer(out / "slidge.jsonl", header(house, house.software, len(scenarios))) as writer:
        async for played in streets.played():
            made = line(played, again=[])
            made["repeat"] = f"python -m harness.gateways -k {played.scenario.id}"
            writer.write(made)
            live.seen(house.software, made)
    live.end(house.software)
    return writer.record


def publish(record: Record, path: Path) -> None:
    """The record without what passed on the wire."""
    with Writer(path, record.header) as writer:
        for one in record.scenarios:
            writer.write({**one, "transcript": []})


def run(where: Place, scenarios: list[Scenario], out: Path) -> Record:
    """Host the gateway, play. Raises `NoGateway` or `CannotVisit`."""
    home = out / "slidge"  # its data and its log
    shutil.rmtree(home, ignore_errors=True)
    options = ("--component-privileges", "--open-registration")
    version = where.facts.get("dependencies", {}).get("slidge", "")
    with (
        server(*options, transcript=out / "transcript.txt") as addresses,
        hosted(where, Post(addresses["component"], SECRET, GATE), home),
        console.Live() as live,
    ):
        return asyncio.run(visit(scenarios, addresses["c2s"], out, live, version))


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: all pass; 1: a row fails; 3: the gateway did not run."""
    parser = argparse.ArgumentParser(prog="gateways", description="a slidge gateway, as its users see it")
    parser.add_argument("-k", default="", metavar="EXPR", help="these scenarios only")
    parser.add_argument("--out", type=Path, default=Path("mucspec-report"), help="where record and report.html go")
    parser.add_argument("--publish", type=Path, metavar="FILE", help="the record without stanzas, for the coverage")
    chosen = parser.parse_args(arguments)
    scenarios = select(load_all(SCENARIOS), Wanted(chosen.k))
    try:
        where = place(says=lambda text: print(f"slidge: {text}", file=sys.stderr))
        record = run(where, scenarios, writable(chosen.out))
    except (CannotProvision, NoGateway, CannotVisit) as complaint:
        print(f"gateways: {complaint}", file=sys.stderr)
        return BROKE
    write_reports([record], chosen.out, ["html"])
    if chosen.publish:
        publish(record, chosen.publish)
    console.show([record])
    return int(any(line["outcome"] in ("fail", "error") for line in record.scenarios))


if __name__ == "__main__":
    sys.exit(main())

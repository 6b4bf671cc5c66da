"""`mucspec run --server`: the scenarios about the service against a server that is there, with record and reports."""

from __future__ import annotations

import asyncio
import platform
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from reports import console
from reports.record import SERVER, VERSION, Header, Record, ScenarioLine
from reports.tally import exit_status
from reports.writing import Writer

from ..model import Scenario
from ..own import own_version
from ..selection import select
from ..session import catalogue
from ..storing import file_name, wanted_formats, writable, write_reports
from ..write_up import line
from .guest import CannotVisit, Door
from .house import House
from .lanes import Lanes, Purse

PATIENCE = 5.0  # seconds, times --timeout-factor


def execute(given: Mapping[str, Any]) -> int:
    """Run; returns the exit status. Raises the errors that the command line tells in one line."""
    formats = wanted_formats(f"html,{given['formats']}")
    scenarios = wanted_scenarios(given)
    purse = Purse.read(given["accounts"])
    door = read_door(given, purse)
    out = writable(given["out"])
    with console.Live() as live:
        record = asyncio.run(visit(scenarios, purse, door, out, given, live))
    write_reports([record], out, formats)
    console.show([record])
    print(f"\n{out / 'report.html'}")
    return exit_status([record], given["fail_on"], given["strict"])


def wanted_scenarios(given: Mapping[str, Any]) -> list[Scenario]:
    """The scenarios about services that were chosen. Raises `BadScenario` or `BadSelection`."""
    from ..cli.options import corpus

    everything = corpus(given["scenarios"], about_service=True)
    return select(everything, given["wanted"])


def read_door(given: Mapping[str, Any], purse: Purse) -> Door:
    """HOST:PORT with its domain and what is trusted there. Raises `CannotVisit`."""
    host, colon, port = given["server"].rpartition(":")
    if not colon or not port.isdecimal() or not host:
        raise CannotVisit(f"--server {given['server']!r}: write HOST:PORT, for instance localhost:5222")
    domain = given["domain"] or purse.domain or host
    return Door(host.strip("[]"), int(port), domain, trusted(given), PATIENCE * given["timeout_factor"])


def trusted(given: Mapping[str, Any]) -> ssl.SSLContext:
    """How the server's certificate is looked at. Raises `CannotVisit`."""
    try:
        context = ssl.create_default_context(cafile=given["ca"])
    except OSError as complaint:
        raise CannotVisit(f"--ca {given['ca']}: {complaint.strerror or complaint}") from complaint
    if given["insecure"]:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def visit(
    scenarios: Sequence[Scenario], purse: Purse, door: Door, out: Path, given: Mapping[str, Any], live: console.Live
) -> Record:
    """The record of these scenarios against the server behind this door. Raises `CannotVisit`."""
    lanes = Lanes(scenarios, purse, door, muc=given["muc_domain"], folder=given["scenarios"], jobs=given["jobs"])
    house = await lanes.look_round()
    title = f"{house.software} {house.version}".strip() or house.domain
    live.begin(title, len(scenarios))
    record = await play(lanes, out, given, seen=partial(live.seen, title))
    live.end(title)
    return record


async def play(lanes: Lanes, out: Path, given: Mapping[str, Any], *, seen: Callable[[ScenarioLine], None]) -> Record:
    """All of them; every line is written as soon as those before it are."""
    house = lanes.house
    name = (house.software or house.domain).lower().replace(" ", "-")
    path = out / f"{file_name(name, house.version)}.jsonl"
    with Writer(path, header(house, name, len(lanes.scenarios))) as writer:
        async for played in lanes.played():
            made = line(played, again=again(given))
            writer.write(made)
            seen(made)
    return writer.record


def again(given: Mapping[str, Any]) -> list[str]:
    """The arguments of `mucspec run` that mean the same server; no password is among them."""
    named = ("server", "domain", "muc_domain", "ca", "scenarios")
    options = [(f"--{name.replace('_', '-')}", given[name]) for name in named if given[name]]
    return [*(str(word) for option in options for word in option), *(["--insecure"] if given["insecure"] else [])]


def header(house: House, name: str, scenarios: int) -> Header:
    """The first line of the record: the server stands where else the client does."""
    made = {
        "record": "header",
        "version": VERSION,
        "mucspec": own_version(),
        "started": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "client": {"name": name, "version": house.version, "language": "", "library": house.software},
        "personality": SERVER,
        "seed": 0,
        "scenarios": scenarios,
        "catalogue": catalogue(),
        "platform": platform.platform(),
    }
    return cast(Header, made)

"""What `mucspec run` does: clients, scenarios, environments, runs, reports, exit status."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from mockserver.net.certificate import Certificate
from mockserver.personalities import load
from mockserver.personalities.model import DEFAULT
from reports import console
from reports.record import Record, ScenarioLine
from reports.tally import BROKE, exit_status

from . import lenience
from .clients import BadClient, Client, any_program, drivers, read_client
from .ground import Ground
from .known import Known, look_up, update, where_to_write
from .model import Names, Scenario
from .process import CannotStart, check
from .provision import CannotProvision, Place, provision
from .reacting import run as react
from .runner import DriverWontStart, Options
from .selection import select
from .session import Plan, play
from .storing import wanted_formats, writable, write_reports
from .under_fault import lenient, wanted_faults

PATIENCE = 5.0  # seconds, times --timeout-factor
COLLECTED = 20_000, 20, 100  # new objects, and rounds, between collections: what a run makes, its record keeps
STALE = "nothing that this entry names fails any more: take it out of the list"


def execute(arguments: Sequence[str], given: Mapping[str, Any]) -> int:
    """Run; returns the exit status. Raises the errors that the command line tells in one line."""
    clients = wanted_clients(arguments, given["driver"])
    formats = wanted_formats(f"html,{given['formats']}")
    scenarios = wanted_scenarios(given)
    lists = known_lists(clients, given)
    personalities = wanted_personalities(given)
    wanted_faults(given["faults"])  # before anything is installed
    out = writable(given["out"])
    live = console.Live()
    with live:
        places, broken = provide(clients, given, live)
        taken: set[Path] = set()
        plans = [
            replace(under(plan(client, place, scenarios, out, given, lists[client.argument]), one), taken=taken)
            for client, place in places
            for one in personalities
        ]
        gc.freeze()  # what was loaded stays
        gc.set_threshold(*COLLECTED)
        records = react(lambda reactor: _runs(plans, reactor, given, live, broken)) if plans else []
    for text in broken:
        print(f"mucspec: {text}", file=sys.stderr)
    if records:
        write_reports(records, out, formats)
        console.show(records)
        print(f"\n{out / 'report.html'}")
    return BROKE if broken or not records else judged(records, list(lists.values()), given)


def judged(records: Sequence[Record], lists: Sequence[Known], given: Mapping[str, Any]) -> int:
    """The exit status, once what the lists of known failures say is told, or written where that is asked for."""
    status = exit_status(records, given["fail_on"], given["strict"])
    if given["update_known"] and status != BROKE:
        path = where_to_write(given["known"])
        added, fixed = update(path, _lines(records))
        print(f"{path}: {added} added, {fixed} taken out")
        return 0
    stale = [entry for known in lists for entry in known.stale()]
    for entry in stale:
        print(f"mucspec: {entry.source}: {entry.check}: {STALE}", file=sys.stderr)
    return status or int(bool(stale))


def _lines(records: Sequence[Record]) -> Iterator[tuple[str, str, ScenarioLine]]:
    for record in records:
        client = record.header["client"]
        yield from ((client["name"], client["version"], line) for line in record.scenarios)


# what is asked for


def known_lists(clients: Sequence[Client], given: Mapping[str, Any]) -> dict[str, Known]:
    """What each client is known to fail. Raises `BadKnown`."""
    named = given["known"]
    if given["faults"]:
        return {client.argument: Known() for client in clients}
    if given["update_known"]:
        where_to_write(named)
        named = named if named and named.is_file() else None
    return {client.argument: look_up(client.driver.name, named, steady=given["repeat"] == 1) for client in clients}


def wanted_clients(arguments: Sequence[str], driver: str) -> list[Client]:
    """The clients. Raises `BadClient`, and `CannotStart` for a --driver that is no program."""
    if driver:
        if len(arguments) > 1:
            raise BadClient("--driver is one program: name one CLIENT at most, for its driver.toml")
        base = read_client(arguments[0]) if arguments else None
        client = any_program(driver, base)
        check(client.driver.command)
        return [client]
    if not arguments:
        raise BadClient("name a CLIENT: `mucspec run slixmpp`; `mucspec clients` lists them")
    found = [read_client(text) for text in arguments]
    return list({(c.driver.name, c.version or c.driver.default_version, c.path): c for c in found}.values())


def wanted_scenarios(given: Mapping[str, Any]) -> list[Scenario]:
    """The scenarios about clients that were chosen. Raises `BadScenario` or `BadSelection`."""
    from .cli.options import corpus

    everything = corpus(given["scenarios"], about_service=False)
    return select(everything, given["wanted"])


def wanted_personalities(given: Mapping[str, Any]) -> list[str]:
    """The names, each once. Raises `BadPersonality`."""
    return [load(name).name for name in dict.fromkeys(given["personalities"] or [DEFAULT])]


# the runs


def provide(
    clients: Sequence[Client], given: Mapping[str, Any], live: console.Live
) -> tuple[list[tuple[Client, Place]], list[str]]:
    """An environment for each client that can have one, and one line for each that cannot."""
    places, broken = [], []
    for client in clients:
        says = partial(live.says, client.argument)
        try:
            places.append((client, provision(client, env=given["env"], offline=given["offline"], says=says)))
        except CannotProvision as complaint:
            live.end(client.argument, "left out")
            broken.append(f"{client.argument}: {complaint}")
    return places, broken


def plan(
    client: Client, place: Place, scenarios: Sequence[Scenario], out: Path, given: Mapping[str, Any], known: Known
) -> Plan:
    """How this client is run."""
    options = Options(given["jobs"] or 0, given["isolate"], place.environment)
    return Plan(
        client,
        place.command,
        scenarios,
        out,
        options=options,
        repeat=given["repeat"],
        seed=given["seed"],
        facts={**place.facts, **({"faults": list(given["faults"])} if given["faults"] else {})},
        judge=lenient if given["faults"] else known.judge,
        again=again(client, given),
    )


def under(plan: Plan, name: str) -> Plan:
    """The same with a service of this personality."""
    return replace(plan, personality=name, judge=lenience.under(name, plan.judge, plan.scenarios))


def again(client: Client, given: Mapping[str, Any]) -> list[str]:
    """The arguments that say which client in which environment, and which scenarios."""
    packaged = client.driver.name in drivers()
    options = [(f"--{name}", given[name]) for name in ("driver", "env", "scenarios") if given[name]]
    return [*([client.argument] if packaged else []), *(str(word) for option in options for word in option)]


async def _runs(
    plans: Sequence[Plan], reactor: Any, given: Mapping[str, Any], live: console.Live, broken: list[str]
) -> list[Record]:
    names = Names()
    certificate = Certificate.make([names.domain, names.muc])
    faults = wanted_faults(given["faults"])
    ground = Ground(reactor, certificate, PATIENCE * given["timeout_factor"], names, faults=faults)
    records = []
    try:
        for each in plans:
            title = each.title
            here = replace(ground, personality=load(each.personality))
            live.begin(title, len(each.scenarios) * each.repeat)
            try:
                records.append(await play(each, here, seen=partial(live.seen, title)))
                live.end(title)
            except (DriverWontStart, CannotStart) as complaint:
                live.end(title, "left out")
                broken.append(f"{title}: {complaint}")
    finally:
        certificate.remove()
    return records

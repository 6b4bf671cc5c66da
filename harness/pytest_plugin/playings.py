"""Scenario files and their playing, for pytest: `load` a file, `play` what was loaded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness import session
from harness.clients import Client, any_program, read_client
from harness.ground import Ground
from harness.known import Known, look_up
from harness.load import load
from harness.model import Names, Scenario
from harness.process import check
from harness.provision import provision
from harness.runner import Options
from harness.storing import writable
from harness.under_fault import lenient, wanted_faults
from mockserver.net.certificate import Certificate
from mockserver.personalities import load as load_personality
from mockserver.personalities.model import DEFAULT
from reports.record import ScenarioLine

from .told import Rules, told

Also = Callable[[Any], None]


class Playings:
    """What was loaded, by key; a key is the number under which pytest knows a scenario."""

    def __init__(self, reactor: Any) -> None:
        self.does = {"client": self.client, "conditions": self.conditions, "load": self.load, "play": self.play}
        self._reactor = reactor
        self._loaded: list[Scenario] = []

    async def stop(self) -> None:
        """Nothing is left: what was being played has been cancelled."""

    async def client(self, request: Mapping[str, Any], also: Also) -> str:
        """Whether there is such a client; its name. Raises `BadClient` or `CannotStart`."""
        return _client(request).driver.name

    async def conditions(self, request: Mapping[str, Any], also: Also) -> None:
        """Whether there is such a personality, and whether these are faults. Raises `BadPersonality` or `BadFault`."""
        load_personality(request["personality"] or DEFAULT)
        wanted_faults(request["fault"])

    async def load(self, request: Mapping[str, Any], also: Also) -> list[dict[str, Any]]:
        """The scenarios of a file that are about clients. Raises `BadScenario`."""
        path, root = Path(request["path"]), Path(request["root"])
        found = [scenario for scenario in load(path, root=root) if scenario.subject != "service"]
        first = len(self._loaded)
        self._loaded += found
        return [{"key": key, "id": s.id, "title": s.title} for key, s in enumerate(found, first)]

    async def play(self, request: Mapping[str, Any], also: Also) -> dict[str, Any]:
        """Play these keys; what is told of each comes before the answer, in this order."""
        from harness.running import PATIENCE, STALE, under  # late: to collect needs less

        client, keys = _client(request), list(request["keys"])
        like, faults = load_personality(request["personality"] or DEFAULT), wanted_faults(request["fault"])
        names, lists = Names(), Known() if faults else look_up(client.driver.name, _path(request["known"]))
        certificate = Certificate.make([names.domain, names.muc])
        kept = writable(Path(request["out"])) if request["out"] else None
        out = kept or Path(tempfile.mkdtemp(prefix="mucspec-"))
        patience, places = PATIENCE * request["timeout_factor"], iter(keys)

        def seen(line: ScenarioLine) -> None:
            also({"key": next(places), **told(line, rules)})

        try:
            plan = under(self._plan(request, client, keys, out=out, known=lists, also=also), like.name)
            rules = Rules(plan.title, request["fail_on"], request["strict"])
            ground = Ground(self._reactor, certificate, patience, names, personality=like, faults=faults)
            record = await session.play(plan, ground, seen=seen)
        finally:
            certificate.remove()
            if kept is None:
                shutil.rmtree(out, ignore_errors=True)
        stale = [f"{entry.source}: {entry.check}: {STALE}" for entry in lists.stale()]
        return {"client": record.name, "record": str(kept) if kept else "", "stale": stale}

    def _plan(
        self, request: Mapping[str, Any], client: Client, keys: list[int], *, out: Path, known: Known, also: Also
    ) -> session.Plan:
        place = provision(
            client, env=_path(request["env"]), offline=request["offline"], says=lambda text: also({"says": text})
        )
        return session.Plan(
            client,
            place.command,
            [self._loaded[key] for key in keys],
            out,
            options=Options(request["jobs"], environment=place.environment),
            facts={**place.facts, **({"faults": list(request["fault"])} if request["fault"] else {})},
            judge=lenient if request["fault"] else known.judge,
        )


def _client(request: Mapping[str, Any]) -> Client:
    """As `mucspec run` understands CLIENT and --driver. Raises `BadClient` or `CannotStart`."""
    base = read_client(request["client"]) if request["client"] else None
    if base is not None and not request["driver"]:
        return base
    client = any_program(request["driver"], base)
    check(client.driver.command)
    return client


def _path(text: str) -> Path | None:
    return Path(text) if text else None

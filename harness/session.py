"""One client from its driver to its record: header, run, lines in order, footer."""

from __future__ import annotations

import platform
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from reports.record import VERSION, Header, Record, ScenarioLine
from reports.writing import Writer

from .catalogue import FOLDER
from .clients import Client
from .ground import Ground
from .lenience import Judge
from .lines import Hello
from .model import Scenario
from .own import own_version
from .runner import Job, Options
from .storing import free, record_name
from .team import Team
from .write_up import Played, line


@dataclass(frozen=True, slots=True)
class Plan:
    """What a client is run with."""

    client: Client
    command: Sequence[str]
    scenarios: Sequence[Scenario]
    out: Path
    options: Options = field(default_factory=Options)
    repeat: int = 1
    seed: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)  # for the header: source, commit, dependencies
    judge: Judge = lambda line, _: line
    again: Sequence[str] = ()  # arguments of `mucspec run` that say the same; without them the client's alone
    taken: set[Path] = field(default_factory=set)  # records that the same command has written already
    personality: str = "xep"

    @property
    def title(self) -> str:
        """How it is called while it goes on."""
        return self.client.argument if self.personality == "xep" else f"{self.client.argument} ({self.personality})"


Seen = Callable[[ScenarioLine], None]


async def play(plan: Plan, ground: Ground, *, seen: Seen) -> Record:
    """Run it; every line is written as soon as those before it are. Raises `DriverWontStart`."""
    team = Team(plan.client, plan.command, jobs(plan), ground=ground, options=plan.options)
    hello = await team.start()
    name = record_name(plan.client.driver.name, hello.version, plan.personality)
    path = free(plan.out / f"{name}.jsonl", plan.taken)
    again = arguments(plan, hello)
    with Writer(path, header(plan, hello)) as writer:

        def write(job: Job, played: Played) -> None:
            made = line(played, again=again, repeat_no=job.repeat_no)
            judged = plan.judge(made, hello.version)
            writer.write(judged)
            seen(judged)

        await team.play(write)
    return writer.record


def arguments(plan: Plan, hello: Hello) -> list[str]:
    """What `mucspec run` is given to run this client again, in the version that was really loaded."""
    client = plan.client
    given = list(plan.again) or [client.argument]
    if given == [client.argument] and client.driver.packages and not client.path and hello.version:
        given = [f"{client.driver.name}=={hello.version}"]
    given += [word for text in plan.facts.get("faults", ()) for word in ("--fault", text)]
    return given if plan.personality == "xep" else [*given, "--personality", plan.personality]


def jobs(plan: Plan) -> list[Job]:
    """What is to be played: the scenarios as often as wanted; a seed shuffles them, the record stays in order."""
    rounds = range(1, plan.repeat + 1)
    numbered = [(s, n if plan.repeat > 1 else 0) for n in rounds for s in plan.scenarios]
    planned = [Job(place, scenario, number) for place, (scenario, number) in enumerate(numbered)]
    if plan.seed:
        random.Random(plan.seed).shuffle(planned)
    return planned


def header(plan: Plan, hello: Hello) -> Header:
    """The first line of the record."""
    driver = plan.client.driver
    made: dict[str, Any] = {
        "record": "header",
        "version": VERSION,
        "mucspec": own_version(),
        "started": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "client": {
            "name": driver.name,
            "version": hello.version,
            "language": hello.language,
            "driver": hello.driver,
            "library": hello.library,
        },
        "personality": plan.personality,
        "seed": plan.seed,
        "scenarios": len(plan.scenarios),
        "can": list(hello.can),
        "reports": list(hello.reports),
        "catalogue": catalogue(),
        "platform": platform.platform(),
    }
    repeat = {"repeat": plan.repeat} if plan.repeat > 1 else {}
    return cast(Header, {**made, **repeat, **plan.facts})


def catalogue() -> str:
    """A digest of the requirements catalogue."""
    digest = sha256()
    for path in sorted(FOLDER.glob("*-*.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

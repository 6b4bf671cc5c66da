"""`mucspec list`, `show` and `lint`: what scenarios there are, one of them, and whether they are sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from . import options


@click.command("list")
@options.choosing
@click.option("--verbs", is_flag=True, help="The verbs and events of the driver protocol instead.")
@options.as_json
def list_(
    expression: str, topic: str, level: str | None, priority: int, scenarios: Path | None, verbs: bool, json_: bool
) -> None:
    """What is tried.

    \b
    mucspec list --topic joining
    mucspec list -k "kick and not ban" --json
    mucspec list --verbs
    """
    if verbs:
        click.echo(_vocabulary_json() if json_ else _vocabulary())
        return
    from harness.selection import select

    chosen = select(options.corpus(scenarios), options.wanted(expression, topic, level, priority))
    if json_:
        click.echo(json.dumps([_about(s) for s in chosen], ensure_ascii=False, indent=1))
        return
    width = max(len(s.id) for s in chosen)
    for scenario in chosen:
        click.echo(f"{scenario.id:{width}}  {scenario.title}")


def _about(scenario: Any) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "topic": scenario.topic,
        "tags": list(scenario.tags),
        "subject": scenario.subject,
        "requirements": sorted({s.requirement for s in scenario.steps if s.requirement}),
        "priority": scenario.priority,
        "checks": [s.check for s in scenario.steps if s.check],
    }


def _vocabulary() -> str:
    from harness.vocabulary import EVENTS, VERBS

    lines = ["Verbs: arguments [optional ones] -> result"]
    for verb in VERBS:
        takes = f" [{' '.join(verb.takes)}]" if verb.takes else ""
        gives = f" -> {' '.join(verb.gives)}" if verb.gives else ""
        lines.append(f"  {verb.name:24} {' '.join(verb.needs)}{takes}{gives}\n{'':29}{verb.about}")
    lines.append("Events: fields")
    lines += [f"  {event.name:24} {' '.join(event.has)}\n{'':29}{event.about}" for event in EVENTS]
    return "\n".join(lines)


def _vocabulary_json() -> str:
    from dataclasses import asdict

    from harness.vocabulary import EVENTS, VERBS

    return json.dumps({"verbs": list(map(asdict, VERBS)), "events": list(map(asdict, EVENTS))}, indent=1)


@click.command()
@click.argument("scenario_id", metavar="ID")
@click.option("--scenarios", type=click.Path(path_type=Path), metavar="DIR", help="Your own scenarios instead.")
def show(scenario_id: str, scenarios: Path | None) -> None:
    """One scenario: what it tries, row by row, and what the requirements say.

    \b
    mucspec show joining/nick_conflict
    """
    from harness.catalogue import requirements
    from harness.selection import by_id
    from harness.write_up import says

    for scenario in by_id(options.corpus(scenarios), scenario_id):
        click.echo(f"{scenario.id}: {scenario.title}")
        for room in scenario.rooms:
            seated = ", ".join(str(o["nick"]) for o in room.occupants) or "nobody"
            click.echo(f"  room {room.name}: {seated} in it")
        for step in scenario.steps:
            click.echo(f"  {step.number:2}  {says(step)}")
        for name in sorted({s.requirement for s in scenario.steps if s.requirement}):
            known = requirements()[name]
            click.echo(f"  {name} ({known.level}): {' '.join(known.text.split())}")
        click.echo("")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def lint(path: Path | None) -> int:
    """Are the scenarios sound? Every complaint names file, step and key. Status 2 if there is one.

    \b
    mucspec lint
    mucspec lint my-scenarios/joining/bad_nick.toml
    """
    from harness.catalogue import SCENARIOS
    from harness.load import BadScenario, find, load

    root = path or SCENARIOS
    if not root.exists():
        raise BadScenario(f"{root}: there is no such file or folder")
    top = root if root.is_dir() else root.parent
    complaints, sound = [], 0
    for file in find(root):
        try:
            sound += len(load(file, root=top))
        except BadScenario as complaint:
            complaints.append(str(complaint))
    for text in complaints:
        click.echo(text, err=True)
    click.echo(f"{sound} scenarios are sound" + (f", {len(complaints)} files are not" if complaints else ""))
    return 2 if complaints else 0

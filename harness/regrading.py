"""A stored record graded again, offline: what a run of today would say of what was seen then."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from reports import console
from reports.diff import Diff, diff
from reports.record import SERVER, BadRecord, Footer, Header, Record, ScenarioLine, totals
from reports.tally import BROKE, exit_status
from reports.writing import text_of

from .clients import DRIVERS, Driver, drivers
from .known import Known, look_up
from .lacking import not_offered
from .lenience import under
from .model import Scenario
from .own import own_version
from .replaying import Astray, Replay
from .selection import select
from .storing import (
    CannotWrite,
    files,
    free,
    merged,
    record_name,
    stored,
    wanted_formats,
    writable,
    write,
    write_reports,
)
from .under_fault import lenient
from .write_up import Played, failed, line, with_exceptions


def execute(bundles: Sequence[Path], given: Mapping[str, Any]) -> int:
    """Grade, tell, write; the exit status. Raises the errors that the command line tells in one line."""
    from .cli.options import corpus

    formats = wanted_formats(f"html,{given['formats']}")
    records = merged(stored(bundles))
    to = _files(records, bundles, given["out"])
    everything = corpus(given["scenarios"], about_service=False)
    chosen, ids = select(everything, given["wanted"]), frozenset(scenario.id for scenario in everything)
    found = [regraded(record, chosen, _known(record.header, given["known"]), all_ids=ids) for record in records]
    now = [each.now for each in found]
    for record, path in zip(now, to, strict=False):
        write(path, text_of(record))
    if to:
        write_reports(now, given["out"], formats)
    console.show(now)
    for each in found:
        _tell(each)
    status = exit_status(now, given["fail_on"], given["strict"])
    if given["unchanged"] and status < BROKE:
        return int(not all(each.changes.empty for each in found))
    return status


def _files(records: Sequence[Record], bundles: Sequence[Path], out: Path | None) -> list[Path]:
    """Where the records go as they are graded now; nowhere without --out. Raises `CannotWrite`."""
    if out is None:
        return []
    taken: set[Path] = set()
    headers = [record.header for record in records]
    names = [record_name(h["client"]["name"], h["client"]["version"], h["personality"]) for h in headers]
    paths = [free(writable(out) / f"{name}.jsonl", taken) for name in names]
    sources = {path.resolve() for path in files(bundles)}
    if lost := next((path for path in paths if path.resolve() in sources), None):
        raise CannotWrite(f"--out {out} holds {lost.name}, which is graded again; name another folder")
    return paths


def _known(header: Header, named: Path | None) -> Known:
    return look_up(header["client"]["name"], named, steady=header.get("repeat", 1) == 1)


def _tell(graded: Regraded) -> None:
    """What changed, and what could not be graded."""
    name, changes = graded.now.name, graded.changes
    print(f"{name}: everything is graded as it was" if changes.empty else f"graded otherwise: {changes}")
    for names, why in ((graded.missing, "there is no such scenario, left out"), (graded.kept, "nothing was seen")):
        if names:
            print(f"mucspec: {name}: {why}: {', '.join(names)}", file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Regraded:
    """A record as it is graded now. `missing`: there is no such scenario any more; `kept`: there is no evidence."""

    now: Record
    changes: Diff
    missing: tuple[str, ...]
    kept: tuple[str, ...]


def regraded(record: Record, scenarios: Sequence[Scenario], known: Known, *, all_ids: Collection[str]) -> Regraded:
    """Grade these scenarios of it. A playing that broke, or never began, stays as it was. Raises `BadRecord`."""
    header = record.header
    if header["personality"] == SERVER:
        raise BadRecord(f"{record.name}: a record of `run --server`: only those of clients can be graded again")
    chosen = {scenario.id: scenario for scenario in scenarios}
    then = [stored for stored in record.scenarios if stored["id"] in chosen]
    if not then:
        raise BadRecord(f"{record.name}: holds none of the scenarios that are wanted")
    judge = under(header["personality"], lenient if header.get("faults") else known.judge, scenarios)
    now = [
        judge(_again(chosen[stored["id"]], stored, header), header["client"]["version"]) if _graded(stored) else stored
        for stored in then
    ]
    missing = dict.fromkeys(stored["id"] for stored in record.scenarios if stored["id"] not in all_ids)
    kept = dict.fromkeys(stored["id"] for stored in then if not _graded(stored))
    graded = _with(record, now)
    return Regraded(graded, diff(_with(record, then), graded), tuple(missing), tuple(kept))


def _graded(stored: ScenarioLine) -> bool:
    """Whether there is something to grade: it was played, and neither a driver nor mucspec broke."""
    return stored["outcome"] != "error" and bool(stored["transcript"] or stored["outcome"] == "unsupported")


def _again(scenario: Scenario, stored: ScenarioLine, header: Header) -> ScenarioLine:
    driver = drivers().get(header["client"]["name"], Driver("", DRIVERS))
    can, reports = header.get("can", ()), header.get("reports", ())
    replay = Replay(scenario, stored, can=can, reports=reports, lacks=driver.lacks)
    unseen = None if stored["transcript"] else not_offered(scenario, can, driver.lacks)
    try:
        verdict = unseen or with_exceptions(replay.play(), replay.exceptions)
    except Astray as complaint:
        verdict = failed(scenario, f"cannot be graded again: {complaint}")
    crashed = any(check["class"] == "crash" for check in stored["checks"])
    played = Played(scenario, verdict, stored["transcript"], stored["duration_ms"] / 1000, crashed=crashed)
    made: Mapping[str, object] = line(played, again=(), repeat_no=stored.get("repeat_no", 0))
    stays = {key: stored[key] for key in ("repeat", "stderr") if key in stored}
    return cast(ScenarioLine, {**made, **stays})


def _with(record: Record, lines: Sequence[ScenarioLine]) -> Record:
    header = cast(Header, {**record.header, "mucspec": own_version(), "scenarios": len({each["id"] for each in lines})})
    footer = cast(Footer, {**record.footer, "totals": totals(lines)}) if record.footer else None
    return Record(header, tuple(lines), footer)

"""Stored records found, merged and rendered into files: what `report` and `coverage` stand on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import reports
from reports.record import BadRecord, Record, read, totals

from .clients import near


class BadFormat(Exception):
    """A report format that there is none of; one line with those that there are."""


class CannotWrite(Exception):
    """The reports have nowhere to go; one line."""


def wanted_formats(text: str) -> list[str]:
    """The formats of `html,junit`. Raises `BadFormat`."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in reports.FORMATS:
            there = ", ".join(reports.FORMATS)
            raise BadFormat(f"--format: there is no format {name!r}{near(name, reports.FORMATS)}; there are {there}")
    return list(dict.fromkeys(names))


def stored(paths: Sequence[Path]) -> list[Record]:
    """The records of these files, and of the .jsonl files in these folders. Raises `BadRecord`."""
    return [read_record(path) for path in files(paths)]


def files(paths: Sequence[Path]) -> list[Path]:
    """These files, and the .jsonl files in these folders, each once. Raises `BadRecord`."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not inside:
            raise BadRecord(f"{path}: there is no record (.jsonl) in this folder: `mucspec run` writes them")
        found += inside
    return list(dict.fromkeys(found))


def read_record(path: Path) -> Record:
    """The record in this file. Raises `BadRecord`."""
    if not path.exists():
        raise BadRecord(f"{path}: there is no such file; `mucspec run` writes records into its --out folder")
    return read(path)


def merged(records: Sequence[Record]) -> list[Record]:
    """Records of one client and version become one: the shards of a run. A broken part breaks the whole."""
    by_client: dict[str, list[Record]] = {}
    for record in records:
        by_client.setdefault(record.name, []).append(record)
    return [parts[0] if len(parts) == 1 else _joined(parts) for parts in by_client.values()]


def _joined(parts: Sequence[Record]) -> Record:
    lines = tuple(line for part in parts for line in part.scenarios)
    header = parts[0].header.copy()
    header["scenarios"] = len({line["id"] for line in lines})
    header["started"] = min(part.header["started"] for part in parts)
    spent = sum(part.footer["duration_s"] for part in parts if part.footer)
    whole = all(part.footer for part in parts)
    footer = {"record": "footer", "totals": totals(lines), "duration_s": round(spent, 3)} if whole else None
    return Record(header, lines, footer)  # type: ignore[arg-type]  # a TypedDict put together from parts


def place(out: Path | None, formats: Sequence[str]) -> dict[str, Path | None]:
    """Where each format goes: `out` is a file for one format, a folder for several; `-` is stdout (None)."""
    files = {name: Path(reports.FORMATS[name].file) for name in formats}
    if out is None:
        return dict(files)
    if len(formats) == 1 and str(out) == "-":
        return {formats[0]: None}
    if len(formats) == 1 and not out.is_dir() and out.suffix:
        return {formats[0]: out}
    return {name: writable(out) / file for name, file in files.items()}


def free(path: Path, taken: set[Path]) -> Path:
    """This path, or where the same command has written it already, `...-2.jsonl`: it is taken from now on."""
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    chosen = path if path not in taken else next(one for one in numbered if one not in taken)
    taken.add(chosen)
    return chosen


def record_name(name: str, version: str, personality: str) -> str:
    """`slixmpp-1.17.0`; under another personality than the strict one `slixmpp-1.17.0-prosody`."""
    named = file_name(name, version)
    return named if personality == "xep" else f"{named}-{personality}"


def file_name(name: str, number: str) -> str:
    """`slixmpp-1.17.0`, with nothing in it that a file name cannot have."""
    return re.sub(r"[^A-Za-z0-9._+-]", "_", f"{name}-{number}" if number else name)


def write(path: Path, text: str) -> None:
    """Write a report. Raises `CannotWrite`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as complaint:
        raise CannotWrite(f"--out {path} cannot be written ({complaint.strerror}); name another path") from None


def write_reports(records: Sequence[Record], out: Path, formats: Sequence[str]) -> None:
    """Every format into its file. Raises `CannotWrite`."""
    for name in formats:
        chosen = reports.FORMATS[name]
        write(out / chosen.file, chosen.render(records))


def writable(out: Path) -> Path:
    """The folder, made if need be. Raises `CannotWrite`."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".mucspec"
        probe.touch()
        probe.unlink()
    except OSError as complaint:
        raise CannotWrite(f"--out {out} cannot be written ({complaint.strerror}); name another folder") from None
    return out

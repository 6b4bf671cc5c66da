"""A record while it is written, line by line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .record import Footer, Header, Record, ScenarioLine, totals


def text_of(record: Record) -> str:
    """The whole record as its file has it."""
    footer = _text(record.footer) if record.footer else ""
    return "".join([_text(record.header), *map(_text, record.scenarios), footer])


def _text(line: Header | ScenarioLine | Footer) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


class Writer:
    """Writes a record line by line; what was written survives a crash. The footer comes at the end of a `with`.

    An exception inside the `with` leaves the record without footer: a broken run. `record` is what was written.
    """

    def __init__(self, path: Path | str, header: Header, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._header, self._clock = Path(path), header, clock
        self._scenarios: list[ScenarioLine] = []
        self._footer: Footer | None = None
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        self._began = self._clock()
        self._file = self._path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        self._append(self._header)
        return self

    def write(self, line: ScenarioLine) -> None:
        """Append a scenario's line."""
        self._scenarios.append(line)
        self._append(line)

    @property
    def record(self) -> Record:
        """The record as far as it goes."""
        return Record(self._header, tuple(self._scenarios), self._footer)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        assert self._file
        if kind is None:
            spent = round(self._clock() - self._began, 3)
            self._footer = {"record": "footer", "totals": totals(self._scenarios), "duration_s": spent}
            self._append(self._footer)
        self._file.close()

    def _append(self, line: Header | ScenarioLine | Footer) -> None:
        assert self._file
        self._file.write(_text(line))
        self._file.flush()

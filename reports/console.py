"""The terminal: live progress on stderr while a run goes on, failures and a summary table at its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from .phrases import TITLES, Summary, blocks, plain, summary, worst_lines
from .record import Record, ScenarioLine
from .tally import CLASSES

STYLES = {
    "violation": "bold red",
    "crash": "bold red",
    "error": "bold red",
    "consistency": "dark_orange",
    "warning": "yellow",
    "note": "blue",
    "robustness": "magenta",
    "security": "magenta",
    "fixed": "cyan",
}
ALWAYS = ("violation", "consistency", "warning", "note")
OTHERS = ("fixed", "known", "unsupported", "ungraded", "skipped", "error")
STEPS = 4  # lines of progress a client, where there is no terminal


class Live:
    """Progress of a run: `with Live() as live`, then `begin`, `seen` for every scenario, `end`, for each client.

    On a terminal one bar a client; elsewhere (a pipe, a CI system) a plain line at every quarter and every failure.
    """

    def __init__(self, stream: IO[str] | None = None, *, terminal: bool | None = None) -> None:
        stream = stream or sys.stderr
        live = stream.isatty() and "CI" not in os.environ if terminal is None else terminal
        self._console = Console(file=stream, force_terminal=live or None, highlight=False, soft_wrap=not live)
        self._bars = _bars(self._console) if live else None
        self._tasks: dict[str, TaskID] = {}
        self._counts: dict[str, _Count] = {}

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._bars:
            self._bars.stop()

    def says(self, client: str, text: str) -> None:
        """What is being done for a client before or between scenarios: `installing slixmpp 1.17.0`."""
        if not self._bars:
            self._line(client, text)
            return
        task = self._tasks.get(client)
        if task is None:
            task = self._tasks[client] = self._bars.add_task(plain(client), total=None, counts="")
        self._bars.update(task, counts=plain(text))

    def begin(self, client: str, total: int) -> None:
        """This client has so many scenarios (lines, with `--repeat`) before it."""
        self._counts[client] = _Count(total)
        self.says(client, f"{total} scenarios")
        if self._bars:
            self._bars.update(self._tasks[client], total=total)

    def seen(self, client: str, line: ScenarioLine) -> None:
        """One more scenario of this client is over."""
        count = self._counts[client]
        before = count.done * STEPS // max(count.total, 1)
        count.add(line["outcome"])
        if self._bars:
            self._bars.update(self._tasks[client], completed=count.done, counts=str(count))
            return
        if line["outcome"] in ("fail", "error", "fixed"):
            self._line(client, f"{line['outcome']}: {line['id']}")
        if count.done * STEPS // max(count.total, 1) != before:
            self._line(client, f"{count.done} of {count.total}: {count}")

    def end(self, client: str, text: str = "") -> None:
        """This client is done; `text` says why if it was given up."""
        if text:
            self.says(client, text)
        if self._bars and client in self._tasks:
            self._bars.stop_task(self._tasks[client])

    def _line(self, client: str, text: str) -> None:
        self._console.print(Text(f"{plain(client)}: {plain(text)}"))


class _Count:
    """Outcomes so far."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self._outcomes: dict[str, int] = {"pass": 0, "fail": 0}

    def add(self, outcome: str) -> None:
        self.done += 1
        self._outcomes[outcome] = self._outcomes.get(outcome, 0) + 1

    def __str__(self) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in self._outcomes.items())


def _bars(console: Console) -> Progress:
    columns = ("{task.description}", "{task.fields[counts]}")
    name, counts = (TextColumn(column, markup=False) for column in columns)
    return Progress(
        SpinnerColumn(), name, BarColumn(24), MofNCompleteColumn(), counts, TimeElapsedColumn(), console=console
    )


def show(records: Sequence[Record], stream: IO[str] | None = None, *, width: int | None = None) -> None:
    """What failed, a few lines each, and the summary of all clients, on stdout or this stream."""
    console = Console(file=stream or sys.stdout, highlight=False, width=width)
    if width is None and not console.is_terminal:
        console.width = 160
    for record in records:
        _show_failures(console, record)
    console.print(_table([summary(record) for record in records]))
    for client in map(summary, records):
        if client.warns:
            console.print(Text(f"{plain(client.name)}: {client.warns}", style="bold red"))


def _show_failures(console: Console, record: Record) -> None:
    found = [block for scenario in worst_lines(record) for block in blocks(scenario)]
    if found:
        console.print(Text(f"{plain(record.name)}: {len(found)} to look at", style="bold"), soft_wrap=True)
    for first, *rest in found:
        word = first.rpartition("[")[2].rstrip("]")
        console.print(Text(f"  {first}", style=STYLES.get(word, "")), soft_wrap=True)
        console.print(Text("".join(f"    {text}\n" for text in rest)), soft_wrap=True)


def _table(clients: Sequence[Summary]) -> Table:
    """One row a client. Classes that nobody fails, and outcomes that nobody has, get no column."""
    classes = [c for c in CLASSES if c in ALWAYS or any(client.classes[c] for client in clients)]
    others = [o for o in OTHERS if any(client.outcomes[o] for client in clients)]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("client", no_wrap=True)
    for title in ("pass", "", *(TITLES[name] for name in classes), *others):
        table.add_column(title, justify="right")
    for client in clients:
        passed = Text(f"{client.share.passed} of {client.share.graded}", style="green")
        figures = [_figure(client.classes[c], STYLES[c]) for c in classes]
        figures += [_figure(client.outcomes[o], STYLES.get(o, "")) for o in others]
        table.add_row(Text(plain(client.name)), passed, client.share.percent, *figures)
    return table


def _figure(count: int, style: str) -> Text:
    return Text(str(count), style=style if count else "dim")

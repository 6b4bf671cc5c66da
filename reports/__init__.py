"""Reports: the record of a run, and from it every format that people and CI systems read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from .record import Record


@dataclass(frozen=True, slots=True)
class Format:
    """A report format: the name of its file, and the module that renders it (imported when it is needed)."""

    file: str
    module: str
    function: str = "render"

    def render(self, records: Sequence[Record]) -> str:
        """The text of this report on these records."""
        text: str = getattr(import_module(f"reports.{self.module}"), self.function)(records)
        return text


FORMATS: Mapping[str, Format] = {
    "html": Format("report.html", "html"),
    "junit": Format("junit.xml", "junit"),
    "markdown": Format("report.md", "markdown"),
    "annotations": Format("annotations.txt", "annotations"),
    "badge": Format("badge.svg", "badge"),
    "badge-json": Format("badge.json", "badge", "endpoint"),
}

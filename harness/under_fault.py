"""A run in which the same goes wrong in every scenario (`--fault`): what fails where it acted is robustness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from mockserver.wire_faults import Fault, parse
from reports.record import Check, ScenarioLine

ROBUSTNESS = "robustness"


def wanted_faults(texts: Sequence[str]) -> tuple[Fault, ...]:
    """What they say. Raises `BadFault`."""
    return tuple(map(parse, texts))


def lenient(line: ScenarioLine, version: str) -> ScenarioLine:
    """The line, where a fault acted with all its rows weighed as robustness; no list of known failures is asked."""
    if not any("fault" in moment for moment in line["transcript"]):
        return line
    return cast(ScenarioLine, {**line, "checks": [_weighed(check) for check in line["checks"]]})


def _weighed(check: Check) -> Check:
    return cast(Check, {**check, "class": ROBUSTNESS if check["class"] != "crash" else "crash"})

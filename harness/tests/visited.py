"""A server to visit, for tests; what is tried there stands in `visited_scenarios`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .program import START, environment

CORPUS = Path(__file__).with_name("visited_scenarios")


@dataclass(frozen=True, slots=True)
class There:
    """Where a server is, and whom to trust there."""

    address: str
    ca: str | None


@contextmanager
def served(*options: str) -> Iterator[There]:
    """`mucspec serve` as a program, on a free port."""
    args = ["serve", "--port", "0", "--ready-json", "--quiet", "--domain", "mucspec.invalid", *options]
    with subprocess.Popen(
        [*START, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment()
    ) as program:
        assert program.stdout is not None
        ready = json.loads(program.stdout.readline())
        try:
            yield There(ready["addresses"]["c2s"], ready["ca"])
        finally:
            program.terminate()

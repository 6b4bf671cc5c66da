"""What does not even greet as it should."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from harness.drivers.reference.driver import hello

HELLO = {"driver": "mini", "library": "mini", "version": "1.0", "language": "python", "can": [], "reports": []}


def _dies() -> None:
    print("ModuleNotFoundError: No module named 'mini'", file=sys.stderr)
    sys.exit(1)


def _says(message: object) -> Callable[[], None]:
    def say() -> None:
        for line in sys.stdin:
            if json.loads(line)["cmd"] == "start":
                print(json.dumps(message), flush=True)

    return say


def _says_nothing() -> None:
    sys.stdin.read()


AT_START: dict[str, Callable[[], None]] = {
    "dies-at-start": _dies,
    "says-nothing": _says_nothing,
    "greets-with-a-list": _says([1, 2]),
    "hides-what-it-can": _says({k: v for k, v in HELLO.items() if k != "can"}),
    "can-juggle": _says({**HELLO, "can": ["connect", "disconnect", "sync", "juggle"]}),
    "can-nothing": _says(HELLO),
    "reports-too-much": _says({**hello(), "reports": [*hello()["reports"], "weather"]}),
}

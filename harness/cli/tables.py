"""Many options of one command in tables: light, for `serve` is to be there at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]
Decorator = Callable[[Function], Function]


def together(*given: Decorator) -> Decorator:
    """These options as one, in the order of the help."""

    def decorate(function: Function) -> Function:
        for option in reversed(given):
            function = option(function)
        return function

    return decorate

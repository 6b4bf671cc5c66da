"""The tables of the mistakes that stand beside the client's code, and how they are entered.

A mistake is one function. Its name is the name of the defect, its docstring tells it. Where one defect needs two
functions the second has no docstring; within one module it begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from ..session import Output, Session

Hears = Callable[[Session, Element], bool | None]  # may change the stanza; True if it is lost
Tells = Callable[[Session, Output], list[Output]]  # what goes out in place of an output
Remembers = Callable[[Session, str, dict[str, Any]], None]  # changes the snapshot of a room

HEARD: dict[str, Hears] = {}
TOLD: dict[str, Tells] = {}
REMEMBERED: dict[str, Remembers] = {}
TEXTS: dict[str, str] = {}


def _enter(function: Any, table: dict[str, Any]) -> None:
    name = function.__name__.strip("_").replace("_", "-")
    if name in table:
        raise ValueError(f"two mistakes are called {name}")
    table[name] = function
    if function.__doc__:
        TEXTS[name] = function.__doc__


def heard(function: Hears) -> Hears:
    """A mistake in what the client makes of a stanza before its right code sees it."""
    _enter(function, HEARD)
    return function


def told(function: Tells) -> Tells:
    """A mistake in what the client tells and sends, behind its right code."""
    _enter(function, TOLD)
    return function


def remembered(function: Remembers) -> Remembers:
    """A mistake in what the client says when it is asked for its state."""
    _enter(function, REMEMBERED)
    return function

"""What a row of a personality can say that a service does: the table of behaviours, and how they are entered.

A behaviour is one function from the row's parameters to an `Act`. Its name is the word of the row (`does`), its
docstring tells it with the parameters filled in. Faults (`mockserver.faults`) are behaviours as well: `does = "fault"`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.accounts import ALL_ACCOUNT
from mockserver.faults import EVERY
from mockserver.faults.table import Bends, Changes, Hears, Tells, for_each
from mockserver.muc.features import ALL
from mockserver.muc.model import Switches


@dataclass(frozen=True, slots=True)
class Act:
    """What a row does to a host: switches, features left out, other defaults, what happens around a stanza."""

    switches: Mapping[str, Any] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()  # features of rooms, by name
    accounts_lack: frozenset[str] = frozenset()  # features of accounts, by name
    defaults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of the configuration, by full names
    heard: Hears | None = None
    told: Tells | None = None
    bent: Bends | None = None


Behaviour = Callable[..., Act]
BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(function: Behaviour) -> Behaviour:
    """Enter a function that makes an `Act` of the parameters of a row."""
    BEHAVIOURS[function.__name__.replace("_", "-")] = function
    return function


def hears(function: Hears) -> Hears:
    """A behaviour without parameters: what the service takes a stanza for."""
    _enter(function, Act(heard=function))
    return function


def tells(function: Tells) -> Tells:
    """A behaviour without parameters: what goes out in place of all that a stanza led to."""
    _enter(function, Act(told=function))
    return function


def changes(function: Changes) -> Changes:
    """A behaviour without parameters: what becomes of every single stanza that goes out."""
    _enter(function, Act(told=for_each(function)))
    return function


def bends(function: Bends) -> Bends:
    """A behaviour without parameters: a rule that is another while a stanza is at work."""
    _enter(function, Act(bent=function))
    return function


def _enter(function: Any, act: Act) -> None:
    def plain() -> Act:
        return act

    plain.__name__, plain.__doc__ = function.__name__, function.__doc__
    behaviour(plain)


def made(does: str, given: Mapping[str, Any]) -> tuple[Act, str]:
    """The act of a row, and its sentence. Raises ValueError: no such behaviour, or other parameters than it has."""
    if does not in BEHAVIOURS:
        raise ValueError(f"no behaviour {does!r}; there are {', '.join(sorted(BEHAVIOURS))}")
    function = BEHAVIOURS[does]
    wanted = inspect.signature(function).parameters
    if set(given) != set(wanted):
        raise ValueError(f"{does} takes {', '.join(wanted) or 'no parameters'}, not {', '.join(given) or 'none'}")
    says = EVERY[given["name"]].text if does == "fault" and given["name"] in EVERY else _told(function, given)
    return function(**given), says


def _told(function: Behaviour, given: Mapping[str, Any]) -> str:
    shown = {name: ", ".join(value) if isinstance(value, list) else value for name, value in given.items()}
    return (function.__doc__ or "").partition("\n")[0].format(**shown)


# the general ones


@behaviour
def switch(name: str, value: Any) -> Act:
    """has the switch {name} at {value}"""
    if name not in Switches.__dataclass_fields__:
        raise ValueError(f"there is no switch {name!r}")
    return Act(switches={name: value})


@behaviour
def lacks(feature: str) -> Act:
    """does not have the feature {feature} of rooms"""
    if feature not in {f.name for f in ALL}:
        raise ValueError(f"rooms have no feature {feature!r}")
    return Act(lacks=frozenset({feature}))


@behaviour
def accounts_lack(feature: str) -> Act:
    """does not have the feature {feature} of accounts"""
    if feature not in {f.name for f in ALL_ACCOUNT}:
        raise ValueError(f"accounts have no feature {feature!r}")
    return Act(accounts_lack=frozenset({feature}))


@behaviour
def fault(name: str) -> Act:
    """misbehaves as the fault {name} says"""
    if name not in EVERY:
        raise ValueError(f"there is no fault {name!r}")
    known = EVERY[name]
    return Act(heard=known.heard, told=known.told, bent=known.bent)

"""Rooms that are publicly logged: XEP-0045 7.2.12, 10.2.1 (170, 171)."""

from __future__ import annotations

from collections.abc import Iterator

from ..feature import Feature
from ..model import Room, Status

feature = Feature("logging", spec="xep-0045#enter-logging")

enabled = feature.config_field(
    "muc#roomconfig_enablelogging", "boolean", "Conversations are publicly logged", "0", quiet=True
)


@feature.on_join
def warn(room: Room) -> Iterator[int]:
    if room.on("enablelogging"):
        yield Status.LOGGING_ON


@feature.on_config
def told(changed: frozenset[str], room: Room) -> Iterator[int]:
    if enabled.var in changed:
        yield Status.LOGGING_ON if room.on("enablelogging") else Status.LOGGING_OFF

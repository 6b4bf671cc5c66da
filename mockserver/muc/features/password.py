"""Password-protected rooms: XEP-0045 7.2.5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..feature import Feature
from ..model import Refuse, Room
from ..requests import Join

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("password", spec="xep-0045#enter-pw")

feature.config_field("muc#roomconfig_passwordprotectedroom", "boolean", "A password is needed", "0")
feature.config_field("muc#roomconfig_roomsecret", "text-private", "The password", "")


def secret(room: Room) -> str:
    """The password that a joiner needs; empty: none."""
    return room.text("roomsecret") if room.on("passwordprotectedroom") else ""


@feature.disco
def protected_or_not(room: Room) -> Iterator[str]:
    yield "muc_passwordprotected" if secret(room) else "muc_unsecured"


@feature.join_guard("password")
def check(service: MucService, room: Room, join: Join) -> Refuse | None:
    return Refuse("auth", "not-authorized") if secret(room) and join.password != secret(room) else None

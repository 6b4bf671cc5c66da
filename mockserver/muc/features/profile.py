"""What a room says of itself, and how long it lasts: XEP-0045 10.2, 15.5.3, 15.5.4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..feature import Feature
from ..model import Room

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("profile", spec="xep-0045#roomconfig")

feature.config_field("muc#roomconfig_roomname", "text-single", "Name", "")
feature.config_field("muc#roomconfig_roomdesc", "text-single", "Description", "")
feature.config_field("muc#roomconfig_lang", "text-single", "Language", "en")
feature.config_field("muc#roomconfig_publicroom", "boolean", "The room is listed", "1")
feature.config_field("muc#roomconfig_persistentroom", "boolean", "The room stays when it is empty", "0")
feature.config_field("muc#roomconfig_pubsub", "text-single", "Associated pubsub node", "")


@feature.disco
def lasting(room: Room) -> Iterator[str]:
    yield "muc_public" if room.on("publicroom") else "muc_hidden"
    yield "muc_persistent" if room.on("persistentroom") else "muc_temporary"


@feature.info
def described(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "muc#roominfo_description", "text-single", (room.text("roomdesc"),)
    yield "muc#roominfo_lang", "text-single", (room.text("lang"),)
    if room.text("pubsub"):
        yield "muc#roominfo_pubsub", "text-single", (room.text("pubsub"),)
    if service.switches.full_roominfo:
        yield "muc#roominfo_occupants", "text-single", (str(len(room.occupants)),)

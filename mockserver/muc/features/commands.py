"""Ad-hoc commands of rooms: XEP-0050. Other features bring them (`Feature.command`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import adhoc
from ..answers import NOT_FOUND, refused
from ..feature import Feature
from ..model import Delivery, Room
from ..namespaces import NS_COMMANDS
from ..requests import Query

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("commands", spec="xep-0050")


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:
        yield NS_COMMANDS


@feature.answer("set", "command", NS_COMMANDS)
def execute(service: MucService, room: Room, query: Query) -> list[Delivery]:
    _, command = service.commands.get(query.payload.get("node") if query.payload else "", ("", None))
    if command is None:
        return refused(query.stanza, NOT_FOUND)
    return adhoc.run(service, query) or command(service, room, query)

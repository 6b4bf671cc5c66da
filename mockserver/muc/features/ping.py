"""Pings of rooms and of the service: XEP-0199; self-ping: XEP-0410."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import result
from ..feature import Feature
from ..model import Delivery, Room
from ..namespaces import NS_PING, NS_SELF_PING
from ..requests import Query

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("ping", spec="xep-0410", announced=(NS_PING, NS_SELF_PING))


@feature.answer("get", "ping", NS_PING)
def pong(service: MucService, room: Room, query: Query) -> list[Delivery]:
    return result(query)

"""Destroying a room: XEP-0045 10.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers import result
from ..changing import destroy
from ..feature import Feature
from ..model import Delivery, Room
from ..namespaces import NS_OWNER
from ..requests import Query

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("destruction", spec="xep-0045#destroyroom")


@feature.owner_action("destroy")
def end(service: MucService, room: Room, query: Query) -> list[Delivery]:
    wish = query.payload.find("destroy", NS_OWNER) if query.payload else None
    assert wish is not None  # the table led here by this child
    reason, password = wish.find("reason", NS_OWNER), wish.find("password", NS_OWNER)
    told = destroy(service, room, reason.text if reason else "", wish.get("jid"), password.text if password else "")
    return [*told, *result(query)]

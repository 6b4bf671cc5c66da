"""Searching the rooms of a service: XEP-0433. The whole search is in the request; nothing is remembered."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import rsm
from ..answers import BAD_REQUEST, NOT_ACCEPTABLE, NOT_FOUND, UNAVAILABLE, refused, result
from ..feature import Feature
from ..forms import Values, field, form, submitted
from ..jid import JID
from ..model import Delivery, Refuse, Room
from ..namespaces import NS_DATA, NS_SEARCH
from ..requests import Query
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

NS = NS_SEARCH + ":search"
ERRORS = NS_SEARCH + ":error"
PARAMS = NS_SEARCH + ":search-params"
BY_USERS, BY_ADDRESS = (f"{{{NS_SEARCH}:order}}{name}" for name in ("nusers", "address"))
MUC = "xep-0045"
PAGE = 100
MINUTE = 60.0
SHORTEST = 2  # characters that a word to search for has at least

feature = Feature("channel-search", spec="xep-0433", announced_by_service=(NS,))

WHERE: dict[str, Callable[[Room], str]] = {
    "sinname": lambda room: room.text("roomname"),
    "sindescription": lambda room: room.text("roomdesc"),
    "sinaddress": lambda room: str(room.jid),
}
LABELS = {"sinname": "Search in name", "sindescription": "Search in description", "sinaddress": "Search in address"}
TRUE = ("1", "true")


def _form() -> Element:
    """Every field with its default: XEP-0433 5."""
    return form(
        "form",
        PARAMS,
        field("q", kind="text-single", label="Search for"),
        field("all", kind="boolean", label="Return all rooms"),
        *(field(var, "true", kind="boolean", label=LABELS[var]) for var in WHERE),
        field("min_users", "0", kind="text-single", label="The fewest occupants"),
        field("types", MUC, kind="list-multi", label="Kinds of service", options=(MUC,)),
        field("key", BY_USERS, kind="list-single", label="Order", options=(BY_USERS, BY_ADDRESS)),
    )


@feature.answer("get", "search", NS)
def search(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """The form, or a page of what was found."""
    payload = query.payload
    if room.jid != service.domain:
        return refused(query.stanza, UNAVAILABLE)
    x = payload.find("x", NS_DATA) if payload else None
    if payload is None or x is None:
        return result(query, E("search", _form(), uri=NS))
    values = submitted(x)
    if values.get("FORM_TYPE") != (PARAMS,):
        return refused(query.stanza, BAD_REQUEST)
    if no := _refusal(service, values) or _too_many(service, query):
        return refused(query.stanza, no)
    found = _ordered([r for r in service.rooms.values() if _public(r) and _fits(r, values)], values)
    try:
        page = _page(found, rsm.read(payload))
    except rsm.BadRsm:
        return refused(query.stanza, BAD_REQUEST)
    except rsm.UnknownItem:
        return refused(query.stanza, NOT_FOUND)
    return result(query, E("result", *map(_item, page.items), rsm.describe(page, key=_address), uri=NS))


# what cannot be searched for: XEP-0433 4.2.2.2 to 4.2.2.7


@dataclass
class Asked:
    """When each user searched, in the last minute."""

    times: dict[JID, list[float]] = dataclasses.field(default_factory=dict)


def _too_many(service: MucService, query: Query) -> Refuse | None:
    """4.2.2.4: says when the next search is welcome; a refused one does not count."""
    limit = service.switches.searches_a_minute
    if limit is None:
        return None
    asked = service.itself.own(Asked).times
    lately = [time for time in asked.get(query.session.bare, ()) if time > query.now - MINUTE]
    if len(lately) < limit:
        asked[query.session.bare] = [*lately, query.now]
        return None
    wait = math.ceil(lately[-limit] + MINUTE - query.now) if limit else int(MINUTE)
    rate = E("rate-limit", uri=ERRORS, **{"retry-after": str(wait)})
    return Refuse("wait", "resource-constraint", f"Search again in {wait} seconds.", detail=(rate,))


def _refusal(service: MucService, values: Values) -> Refuse | None:
    q, every = values.get("q", ()), _on(values, "all", default=False)
    if values.get("key", (BY_USERS,))[:1] not in ((BY_USERS,), (BY_ADDRESS,)):
        return _no("modify", "feature-not-implemented", "invalid-sort-key")
    if q and every:
        text = "Search for something or return all rooms, not both."
        return _no("modify", "bad-request", "conflicting-fields", text, fields=("all", "q"))
    if every and not service.switches.lists_all_rooms:
        return _no("cancel", "not-allowed", "full-set-retrieval-rejected", "Search for something.")
    if not q and not every:
        return _no("cancel", "bad-request", "no-search-conditions")
    if q and not _words(values):
        return _no("modify", "bad-request", "invalid-search-terms", f"A word has at least {SHORTEST} characters.")
    fewest = _one(values, "min_users", "0")
    return None if fewest.isdecimal() and fewest.isascii() and len(fewest) < 10 else NOT_ACCEPTABLE


def _no(kind: str, condition: str, detail: str, text: str = "", fields: Sequence[str] = ()) -> Refuse:
    names = (E("var", name, uri=ERRORS) for name in fields)
    return Refuse(kind, condition, text, detail=(E(detail, *names, uri=ERRORS),))


# searching


def _one(values: Values, var: str, default: str = "") -> str:
    return next(iter(values.get(var, ())), default)


def _on(values: Values, var: str, *, default: bool = True) -> bool:
    return _one(values, var) in TRUE if var in values else default


def _words(values: Values) -> list[str]:
    return [word for word in _one(values, "q").casefold().split() if len(word) >= SHORTEST]


def _public(room: Room) -> bool:
    return not room.locked and (not room.has("publicroom") or room.on("publicroom"))


def _fits(room: Room, values: Values) -> bool:
    """Rooms with all words in what is searched; of other kinds of service there are none here."""
    if MUC not in values.get("types", (MUC,)) or len(room.occupants) < int(_one(values, "min_users", "0")):
        return False
    text = "\n".join(part(room).casefold() for var, part in WHERE.items() if _on(values, var))
    return all(word in text for word in _words(values))


def _ordered(found: list[Room], values: Values) -> list[Room]:
    by_address = sorted(found, key=_address)
    if _one(values, "key", BY_USERS) == BY_ADDRESS:
        return by_address
    return sorted(by_address, key=lambda room: -len(room.occupants))


def _page(found: list[Room], ask: rsm.Ask) -> rsm.Page[Room]:
    order = {_address(room): place for place, room in enumerate(found)}
    return rsm.page(found, ask, key=_address, order=order, at_most=PAGE)


def _address(room: Room) -> str:
    return str(room.jid)


def _item(room: Room) -> Element:
    name, about = room.text("roomname"), room.text("roomdesc")
    is_open = not room.on("membersonly") and not room.on("passwordprotectedroom")
    shown = {
        "name": name,
        "description": about,
        "language": room.text("lang"),
        "nusers": str(len(room.occupants)),
        "service-type": MUC,
        "is-open": "true" if is_open else "false",
        "anonymity-mode": "muc_semianonymous" if room.anonymous else f"{{{NS_SEARCH}:anonymity}}none",
    }
    return E("item", *(E(key, text, uri=NS) for key, text in shown.items() if text), uri=NS, address=room.jid)

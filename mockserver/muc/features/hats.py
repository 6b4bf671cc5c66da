"""Hats: titles that a room gives to its occupants: XEP-0317. Admins and owners do, by ad-hoc commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .. import adhoc
from ..answers import FORBIDDEN, NOT_FOUND, refused
from ..feature import Feature
from ..forms import field, form
from ..hats import Hat, Rack
from ..jid import JID, BadJid
from ..model import RANK, Affiliation, Delivery, Occupant, Refuse, Room, Status
from ..namespaces import NS_DATA, NS_HATS
from ..presence import announce as show
from ..presence import notice
from ..requests import Query
from ..rights import rank
from ..xml import E, Element

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("hats", spec="xep-0317")
feature.keep(Rack)

COMMANDS = NS_HATS + ":commands"
URI, TITLE, HUE, USER = "hats#uri", "hats#title", "hats#hue", "hats#jid"
LABELS = {URI: "Hat URI", TITLE: "Hat title", HUE: "Hat hue", USER: "User address"}


@feature.disco
def announce(room: Room) -> Iterator[str]:
    if room.jid.local:
        yield NS_HATS


@feature.info
def told(service: MucService, room: Room) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if digest := room.own(Rack).digest:
        yield "hats#hash", "text-single", (digest,)


@feature.on_presence
def worn(service: MucService, room: Room, occupant: Occupant) -> Iterator[Element]:
    if hats := room.own(Rack).of(occupant.bare_jid):
        yield E("hats", *(hat.element() for hat in hats), uri=NS_HATS)


@feature.clean
def borrowed(room: Room, stanza: Element) -> Element:
    """Hats that an occupant gives to itself."""
    return stanza.without("hats", NS_HATS)


# commands


def _refusal(room: Room, query: Query) -> Refuse | None:
    return None if rank(room, query.session.bare) >= RANK[Affiliation.ADMIN] else FORBIDDEN


def _form(*fields: Element, title: str) -> Element:
    return form("form", COMMANDS, *fields, title=title)


def _needed(var: str, kind: str = "text-single", options: Iterable[str] = ()) -> Element:
    return field(var, kind=kind, label=LABELS[var], options=options).plus(E("required", uri=NS_DATA))


def _one(values: adhoc.Values, var: str) -> str:
    return next(iter(values.get(var, ())), "").strip()


@feature.command(COMMANDS + ":create", "Create or change a hat")
def create(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """A new hat, or another title or hue for one that is there: XEP-0317 3.2."""
    if no := _refusal(room, query):
        return refused(query.stanza, no)
    values = adhoc.filled(query, COMMANDS)
    if values is None:
        fields = (_needed(TITLE), _needed(URI), field(HUE, kind="text-single", label=LABELS[HUE]))
        return adhoc.ask(service, query, _form(*fields, title="Creating a hat"))
    hat = Hat(_one(values, URI), _one(values, TITLE), _one(values, HUE), query.stanza.get("xml:lang"))
    if not hat.uri or not hat.title or not _angle(hat.hue):
        return refused(query.stanza, adhoc.BAD_PAYLOAD)
    rack = room.own(Rack)
    changed = rack.hats.get(hat.uri) != hat
    rack.hats[hat.uri] = hat
    news = [*_refreshed(service, room, rack.wearers(hat.uri)), *notice(room, (Status.CONFIG_CHANGED,))]
    return [*adhoc.answered(service, query, "completed"), *(news if changed else [])]


def _angle(hue: str) -> bool:
    try:
        return not hue or 0 <= float(hue) <= 360
    except ValueError:
        return False


@feature.command(COMMANDS + ":destroy", "Destroy a hat")
def destroy(service: MucService, room: Room, query: Query) -> list[Delivery]:
    if no := _refusal(room, query):
        return refused(query.stanza, no)
    rack, values = room.own(Rack), adhoc.filled(query, COMMANDS)
    if values is None:
        return adhoc.ask(service, query, _form(_needed(URI, "list-single", rack.hats), title="Destroying a hat"))
    if _one(values, URI) not in rack.hats:
        return refused(query.stanza, NOT_FOUND)
    news = _refreshed(service, room, rack.drop(_one(values, URI)))
    return [*adhoc.answered(service, query, "completed"), *news, *notice(room, (Status.CONFIG_CHANGED,))]


@feature.command(COMMANDS + ":assign", "Give a hat to somebody")
def assign(service: MucService, room: Room, query: Query) -> list[Delivery]:
    return _hand(service, room, query, give=True)


@feature.command(COMMANDS + ":unassign", "Take a hat from somebody")
def unassign(service: MucService, room: Room, query: Query) -> list[Delivery]:
    return _hand(service, room, query, give=False)


def _hand(service: MucService, room: Room, query: Query, *, give: bool) -> list[Delivery]:
    """One hat and one user, who need not be inside: XEP-0317 3.5, 3.6."""
    if no := _refusal(room, query):
        return refused(query.stanza, no)
    rack, values = room.own(Rack), adhoc.filled(query, COMMANDS)
    if values is None:
        fields = (_needed(USER, "jid-single"), _needed(URI, "list-single", rack.hats))
        return adhoc.ask(service, query, _form(*fields, title="Giving a hat" if give else "Taking a hat"))
    try:
        user = JID.parse(_one(values, USER)).bare
    except BadJid:
        return refused(query.stanza, adhoc.BAD_PAYLOAD)
    uri = _one(values, URI)
    if uri not in rack.hats:
        return refused(query.stanza, NOT_FOUND)
    changed = rack.give(user, uri) if give else rack.take(user, uri)
    news = _refreshed(service, room, [user]) if changed else []
    return [*adhoc.answered(service, query, "completed"), *news]


def _refreshed(service: MucService, room: Room, users: Iterable[JID]) -> list[Delivery]:
    """The presence of these users again, with the hats that they wear now."""
    return [d for user in users for o in room.occupants_of(user) for d in show(service, room, o)]


# lists


@feature.command(COMMANDS + ":list", "List the hats")
def list_hats(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """For everybody who is not banned."""
    if room.affiliation(query.session.bare) is Affiliation.OUTCAST:
        return refused(query.stanza, FORBIDDEN)
    rows = [(hat.title, hat.uri, hat.hue) for hat in room.own(Rack).hats.values()]
    return adhoc.answered(service, query, "completed", _table("Hats", (TITLE, URI, HUE), rows))


@feature.command(COMMANDS + ":list-assigned", "List who wears which hat")
def list_assigned(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """For admins and owners; for occupants where addresses are no secret."""
    inside = room.occupant_of(query.session) is not None
    if _refusal(room, query) and not (inside and not room.anonymous):
        return refused(query.stanza, FORBIDDEN)
    rack = room.own(Rack)
    rows = [(user, hat.uri, hat.title, hat.hue) for user in rack.worn for hat in rack.of(user)]
    return adhoc.answered(service, query, "completed", _table("Assigned hats", (USER, URI, TITLE, HUE), rows))


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Element:
    """A report: XEP-0004 3.4. It has no fields besides; every row has every column."""
    reported = (field(var, kind="jid-single" if var == USER else "text-single", label=LABELS[var]) for var in columns)
    items = (
        E("item", *(field(var, text) for var, text in zip(columns, row, strict=True)), uri=NS_DATA) for row in rows
    )
    name = E("title", title, uri=NS_DATA)
    return E("x", name, E("reported", *reported, uri=NS_DATA), *items, uri=NS_DATA, type="result")

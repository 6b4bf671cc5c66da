"""The owner's configuration form: XEP-0045 10.1, 10.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..answers import BAD_REQUEST, FORBIDDEN, NOT_ACCEPTABLE, refused, result
from ..changing import Change, configure, destroy, set_affiliation
from ..feature import Feature
from ..forms import form, offered, submitted
from ..jid import JID, BadJid
from ..model import Affiliation, ConfigField, Delivery, Room
from ..namespaces import NS_CONFIG, NS_DATA, NS_OWNER
from ..requests import Query
from ..xml import E

if TYPE_CHECKING:
    from ..service import MucService

feature = Feature("configuration", spec="xep-0045#roomconfig")

Values = Mapping[str, tuple[str, ...]]
LISTS = {"muc#roomconfig_roomadmins": Affiliation.ADMIN, "muc#roomconfig_roomowners": Affiliation.OWNER}
TRUTH = {"true": "1", "false": "0", "1": "1", "0": "0"}


@feature.answer("get", "query", NS_OWNER)
def offer(service: MucService, room: Room, query: Query) -> list[Delivery]:
    if room.affiliation(query.session.bare) is not Affiliation.OWNER:
        return refused(query.stanza, FORBIDDEN)
    fields = [offered(f, _current(room, f)) for f in (*service.fields.values(), *room.extra_fields)]
    title = f"Configuration for {room.jid}"
    return result(query, E("query", form("form", NS_CONFIG, *fields, title=title), uri=NS_OWNER))


def _current(room: Room, described: ConfigField) -> tuple[str, ...]:
    if described.var in LISTS:
        return tuple(sorted(u for u, a in room.affiliations.items() if a is LISTS[described.var]))
    return room.config.get(described.var, described.default)


@feature.answer("set", "query", NS_OWNER)
def act(service: MucService, room: Room, query: Query) -> list[Delivery]:
    """What an owner does: whatever the child of the query is that some feature answers."""
    if room.affiliation(query.session.bare) is not Affiliation.OWNER:
        return refused(query.stanza, FORBIDDEN)
    for child in query.payload.elements() if query.payload else ():
        if action := service.owner_actions.get(child.name):
            return action(service, room, query)
    return refused(query.stanza, BAD_REQUEST)


@feature.owner_action("x")
def submit(service: MucService, room: Room, query: Query) -> list[Delivery]:
    x = query.payload.find("x", NS_DATA) if query.payload else None
    if x is None or x.get("type") not in ("submit", "cancel"):
        return refused(query.stanza, BAD_REQUEST)
    if x.get("type") == "cancel":
        told = destroy(service, room, "", "", "") if room.locked else []
        return [*told, *result(query)]
    values = dict(submitted(x))
    if values and values.pop("FORM_TYPE", None) != (NS_CONFIG,):
        return refused(query.stanza, BAD_REQUEST)
    return _apply(service, room, query, values)


def _apply(service: MucService, room: Room, query: Query, values: Values) -> list[Delivery]:
    known = {f.var: f for f in (*service.fields.values(), *room.extra_fields)}
    wanted = {var: _plain(known[var], value) for var, value in values.items() if var in known}
    if not all(_valid(known[var], value) for var, value in wanted.items()) or _contradicts(room, wanted):
        return refused(query.stanza, NOT_ACCEPTABLE)
    told = _set_lists(service, room, {var: wanted.pop(var) for var in LISTS if var in wanted})
    return [*result(query), *told, *configure(service, room, wanted, now=query.now)]


def _plain(described: ConfigField, value: tuple[str, ...]) -> tuple[str, ...]:
    if described.kind == "boolean":
        return tuple(TRUTH.get(v, v) for v in value)
    return value or (() if described.multiple else ("",))


def _valid(described: ConfigField, value: tuple[str, ...]) -> bool:
    if described.kind == "boolean":
        return len(value) == 1 and value[0] in ("0", "1")
    if not described.multiple and len(value) > 1:
        return False
    if described.check == "number":
        return all(v.isdecimal() or v in ("", "none") for v in value)
    if described.check == "jid":
        return all(map(_is_jid, value))
    return described.kind == "text-multi" or not described.options or set(value) <= set(described.options)


def _is_jid(text: str) -> bool:
    try:
        return bool(JID.parse(text))
    except BadJid:
        return False


def _contradicts(room: Room, wanted: Values) -> bool:
    """A password that is needed but empty, or a room without owners: XEP-0045 10.1.3."""
    protected = wanted.get("muc#roomconfig_passwordprotectedroom", room.values("passwordprotectedroom"))
    secret = wanted.get("muc#roomconfig_roomsecret", room.values("roomsecret"))
    return (protected == ("1",) and not any(secret)) or wanted.get("muc#roomconfig_roomowners") == ()


def _set_lists(service: MucService, room: Room, lists: Values) -> list[Delivery]:
    """The owners and admins become just those of the form."""
    told: list[Delivery] = []
    for var, users in lists.items():
        wanted = {JID.parse(user).bare for user in users}
        held = {user for user, a in room.affiliations.items() if a is LISTS[var]}
        for user in sorted(wanted - held):
            told += set_affiliation(service, room, Change(user, LISTS[var]))
        for user in sorted(held - wanted):
            if room.affiliation(user) is LISTS[var]:
                told += set_affiliation(service, room, Change(user, Affiliation.NONE))
    return told

"""What `service` rows and the `room` table do to a host: one function an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, ConfigField, Delivery, Role
from mockserver.muc.namespaces import NS_MUC, NS_STANZAS
from mockserver.muc.xml import E, Element, parse

from .model import Command, RoomSetup

if TYPE_CHECKING:
    from mockserver.host import Host

    from .stage import Stage

Details = Mapping[str, Any]
Operation = Callable[["Stage", Details, float], list[Delivery]]
Rule = Callable[["Backstage", Details, float], list[Delivery]]
FIELD = "muc#roomconfig_"
KINDS = {  # error types of XEP-0045 7.2 that are not cancel
    "not-authorized": "auth",
    "forbidden": "auth",
    "registration-required": "auth",
    "service-unavailable": "wait",
    "jid-malformed": "modify",
}


class Backstage(Protocol):
    """All that the operations need which are about the service alone."""

    @property
    def host(self) -> Host: ...


def open_room(stage: Stage, setup: RoomSetup, *, now: float) -> None:
    """A room of the `room` table, with its history and its seated puppets."""
    room = JID.parse(stage.names.room(setup.name))
    affiliations = _affiliations(stage, setup)
    stage.host.muc.open_room(
        room,
        owner=_account(stage, setup.owner) if setup.owner else None,
        config=_config(setup.config),
        subject=setup.subject,
        subject_by=setup.subject_by,
        affiliations=affiliations,
        reserved_nicks={_account(stage, a): nick for a, nick in setup.nicks.items()},
        now=now,
    )
    for occupant in setup.occupants:
        _seat(stage, room, occupant, str(setup.config.get("roomsecret", "")), now=now)
    for line in setup.history:
        stage.host.muc.remember(room, line["nick"], line["body"], id=line.get("id"), now=now)


def _affiliations(stage: Stage, setup: RoomSetup) -> dict[JID, Affiliation]:
    given = {_account(stage, a): Affiliation(v) for a, v in setup.affiliations.items()}
    for occupant in setup.occupants:
        if "affiliation" in occupant:
            given[_account(stage, occupant.get("who", occupant["nick"]))] = Affiliation(occupant["affiliation"])
    return given


def _seat(stage: Stage, room: JID, occupant: Details, password: str, *, now: float) -> None:
    who = str(occupant.get("who", occupant["nick"]))
    args = {"room": str(room), "nick": occupant["nick"]} | ({"password": password} if password else {})
    stage.perform(Command(0, who, "join", args, to_client=False), now=now)
    if "role" in occupant:
        stage.settle(stage.host.muc.set_role(room, occupant["nick"], Role(occupant["role"]), now=now), now=now)


def _account(stage: Stage, name: str) -> JID:
    return JID.parse(name if "@" in name else stage.names.account(name))


def _config(values: Details) -> dict[str, Any]:
    """Short field names (`membersonly`) as the form's (`muc#roomconfig_membersonly`)."""
    return {name if "#" in name else FIELD + name: value for name, value in values.items()}


def _room(details: Details) -> JID:
    return JID.parse(details["room"])


# the operations


def inject(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stanza = parse(details["xml"]).with_attrs(to=None)
    return [Delivery(stanza, (stage.jid_of(details["to"]),))]


def remember(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.remember(_room(details), details["nick"], details["body"], id=details.get("id"), now=now)
    return []


def set_config(stage: Stage, details: Details, now: float) -> list[Delivery]:
    return stage.host.muc.set_config(_room(details), _config(details["values"]), now=now)


def offer_field(stage: Stage, details: Details, now: float) -> list[Delivery]:
    values = details.get("values", [details["value"]] if "value" in details else [])
    field = ConfigField(
        details["var"],
        kind=details.get("type", "text-single"),
        label=details.get("label", ""),
        default=tuple(map(str, values)),
        options=tuple(details.get("options", ())),
    )
    stage.host.muc.offer_field(_room(details), field)
    return []


def set_affiliation(stage: Stage, details: Details, now: float) -> list[Delivery]:
    who = _account(stage, details["jid"])
    affiliation = Affiliation(details["affiliation"])
    return stage.host.muc.set_affiliation(_room(details), who, affiliation, reason=details.get("reason", ""), now=now)


def _inside(stage: Stage, details: Details) -> bool:
    """A broken client may never have come in; the rows after this one will say so."""
    room = stage.host.muc.rooms.get(_room(details))
    return room is not None and details["nick"] in room.occupants


def set_role(stage: Stage, details: Details, now: float) -> list[Delivery]:
    if not _inside(stage, details):
        return []
    role, reason = Role(details["role"]), details.get("reason", "")
    return stage.host.muc.set_role(_room(details), details["nick"], role, reason=reason, now=now)


def rename(stage: Stage, details: Details, now: float) -> list[Delivery]:
    if not _inside(stage, details):
        return []
    return stage.host.muc.rename(_room(details), details["nick"], details["new_nick"], now=now)


def desync(stage: Stage, details: Details, now: float) -> list[Delivery]:
    return stage.host.muc.desync(_room(details), details["nick"], now=now) if _inside(stage, details) else []


def destroy(stage: Stage, details: Details, now: float) -> list[Delivery]:
    alternate = details.get("alternate", "")
    return stage.host.muc.destroy(_room(details), reason=details.get("reason", ""), alternate=alternate, now=now)


def lock(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.lock(_room(details))
    return []


def withdraw(stage: Stage, details: Details, now: float) -> list[Delivery]:
    """The rooms stop announcing it, as after an update of the service; who wants to know has to ask again."""
    stage.host.muc.features = tuple(f for f in stage.host.muc.features if f.name != details["feature"])
    return []


def hold(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stage.hold(stage.jid_of(details["to"]))
    return []


def release(stage: Stage, details: Details, now: float) -> list[Delivery]:
    return stage.release(stage.jid_of(details["to"]))


def swallow(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stage.swallowed.append(details)
    return []


# what a service may do, where it is told to


def rewrite_nick(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.rewrite_nick(_room(details), details["nick"])
    return []


def lock_nicks(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.lock_nicks(_room(details))
    return []


def limit_traffic(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.limit_traffic(_room(details), details["namespaces"])
    return []


def switch(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    stage.host.muc.switches = replace(stage.host.muc.switches, **{details["name"]: details.get("value", True)})
    return []


def prefs_policy(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    stage.host.prefs_policy = details["policy"]
    return []


def shutdown(stage: Backstage, details: Details, now: float) -> list[Delivery]:
    return stage.host.muc.shut_down(reason=details.get("reason", ""), now=now)


RULES: dict[str, Rule] = {
    rule.__name__: rule for rule in (rewrite_nick, lock_nicks, limit_traffic, switch, prefs_policy, shutdown)
}


# joins that are refused


def refuse_joins(stage: Stage, details: Details, now: float) -> list[Delivery]:
    stage.refusals.append(
        Refusal(
            details["room"],
            details["condition"],
            kind=details.get("type", KINDS.get(details["condition"], "cancel")),
            text=details.get("text", ""),
            echo=details.get("echo", True),
            from_room=details.get("from") == "room",
        )
    )
    return []


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the next join of a room is refused, whatever the room's own reasons would be."""

    room: str
    condition: str
    kind: str
    text: str
    echo: bool
    from_room: bool


def refusal_of(stanza: Element, refusal: Refusal) -> Element | None:
    """The error presence for a join of that room; None for any other stanza."""
    room, _, _nick = stanza.get("to").partition("/")
    if stanza.name != "presence" or stanza.has("type") or room != refusal.room:
        return None
    text = E("text", refusal.text, uri=NS_STANZAS) if refusal.text else None
    error = E("error", E(refusal.condition, uri=NS_STANZAS), text, type=refusal.kind, by=refusal.room)
    sender = refusal.room if refusal.from_room else stanza.get("to")
    echoed = stanza.find("x", NS_MUC) if refusal.echo else None
    return E("presence", echoed, error, from_=sender, type="error", id=stanza.get("id") or None)


ARRANGE: dict[str, Operation] = RULES | {
    operation.__name__: operation
    for operation in (
        inject, remember, set_config, offer_field, set_affiliation, set_role, rename, desync, destroy,
        lock, withdraw, hold, release, swallow, refuse_joins,
    )
}  # fmt: skip

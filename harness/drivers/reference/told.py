"""What the `muc#user` element of a stanza says: XEP-0045 16."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from .session import Session
from .stanzas import CLIENT, OCCUPANT_ID, USER, find, find_all, text_of

SELF, CREATED, ASSIGNED, RENAMED = 110, 201, 210, 303
BELIEVED_OF_SELF = (SELF, 100)  # all that the defect own-codes-lost leaves


@dataclass(frozen=True, slots=True)
class Told:
    """One `x` of `muc#user`; empty where the stanza has none."""

    codes: tuple[int, ...] = ()
    present: bool = False  # whether there was an x at all
    has_item: bool = False
    nick: str = ""
    role: str = ""
    affiliation: str = ""
    jid: str = ""
    actor: str = ""
    reason: str = ""
    destroy: Element | None = None

    def why(self, me: Session) -> dict[str, Any]:
        """The fields actor, reason and codes of an event."""
        return {
            "actor": "" if me.flawed("actor-lost") else self.actor,
            "reason": "" if me.flawed("reason-lost") else self.reason,
            "codes": list(self.codes),
        }


def told(me: Session, stanza: Element) -> Told:
    """Read the `muc#user` element of a presence or message; some services send codes and item in two."""
    xs = find_all(stanza, "x", USER)
    if me.flawed("second-x-overlooked"):
        xs = xs[:1]
    x = next((x for x in xs if find(x, "item", USER) is not None), next(iter(xs), None))
    item = find(x, "item", USER)
    about = {} if item is None else item.attrib
    actor = find(item, "actor", USER)
    by = {} if actor is None else actor.attrib
    return Told(
        codes=_codes(me, xs),
        present=x is not None,
        has_item=item is not None,
        nick=about.get("nick", ""),
        role=about.get("role", ""),
        affiliation=about.get("affiliation", ""),
        jid=about.get("jid", ""),
        actor=by.get("nick") or by.get("jid") or "",
        reason=text_of(item, "reason", USER),
        destroy=find(x, "destroy", USER),
    )


def _codes(me: Session, xs: list[Element]) -> tuple[int, ...]:
    texts = [status.get("code", "") for x in xs for status in find_all(x, "status", USER)]
    codes = tuple(int(text) for text in texts if text.isascii() and text.isdigit())
    return codes[:1] if me.flawed("status-first-only") else codes


def occupant_id(me: Session, room: str, stanza: Element) -> str:
    """The occupant id of a stanza, as far as the room announces that it sets them: XEP-0421 4."""
    found = find(stanza, "occupant-id", OCCUPANT_ID)
    said = "" if found is None else found.get("id", "")
    return trusted_id(me, room, said)


def trusted_id(me: Session, room: str, said: str) -> str:
    """This occupant id, if the room is known to set them."""
    if me.flawed("occupant-id-ignored"):
        return ""
    announced = OCCUPANT_ID in me.features.get(me.key(room), frozenset())
    return said if announced or me.flawed("occupant-id-trusted-unannounced") else ""


def said_occupant_id(stanza: Element) -> str:
    """The occupant id that a stanza carries, trusted or not."""
    found = find(stanza, "occupant-id", OCCUPANT_ID)
    return "" if found is None else found.get("id", "")


def availability(stanza: Element) -> tuple[str, str]:
    """`show` and `status` of a presence."""
    return text_of(stanza, "show", CLIENT), text_of(stanza, "status", CLIENT)

"""What the room itself says in messages: configuration, affiliations of absent users: XEP-0045 10.2, 10.3."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .discovery import learn
from .hearing import as_message
from .jids import bare, resource
from .room import Occupant
from .session import Session
from .stanzas import CLIENT, find
from .told import Told, told

CONFIGURED = range(170, 175)  # logging on and off, non-, semi- and (historic) fully anonymous
CHANGED = 104
WHILE_AWAY = 101


def receive(me: Session, stanza: Element) -> bool:
    """Take a notice; only the bare JID of the room may give one (XEP-0045 10.2.1, 17.4)."""
    sender = stanza.get("from", "")
    if resource(sender) and not me.flawed("forged-codes-believed"):
        return False
    x = told(me, stanza)
    codes = [code for code in x.codes if code == CHANGED or code in CONFIGURED]
    if codes and me.room(sender):
        _configured(me, bare(sender), stanza, codes)
        return not resource(sender)
    if resource(sender) or not _is_affiliation(me, sender, x):
        return False
    _affiliated(me, sender, x)
    return True


def _configured(me: Session, room: str, stanza: Element, codes: list[int]) -> None:
    """What the room announces may have changed as well, so it is asked again."""
    if me.flawed("config-notice-as-message"):
        return as_message(me, room, stanza)
    if me.flawed("config-notice-needs-body") and find(stanza, "body", CLIENT) is None:
        return None
    shown = [c for c in codes if c == CHANGED] if me.flawed("privacy-codes-lost") else codes
    if shown:
        me.report("config_changed", room=room, codes=shown)
    if CHANGED in codes and not me.flawed("disco-never-repeated"):
        learn(me, room)
    return None


def _is_affiliation(me: Session, sender: str, x: Told) -> bool:
    known = me.room(sender) is not None
    return (known and x.has_item and bool(x.affiliation)) or WHILE_AWAY in x.codes


def _affiliated(me: Session, room: str, x: Told) -> None:
    if me.flawed("affiliation-notice-ignored"):
        return
    mine = me.key(bare(x.jid)) == me.key(bare(me.jid)) or WHILE_AWAY in x.codes
    jid = x.jid or (bare(me.jid) if mine else "")
    me.report("affiliation_changed", self=mine, room=room, nick=x.nick, jid=jid, affiliation=x.affiliation, **x.why(me))
    if me.flawed("affiliation-notice-adds-occupant") and (known := me.room(room)):
        known.occupants[x.nick or jid] = Occupant(x.nick or jid, x.role, x.affiliation, jid)

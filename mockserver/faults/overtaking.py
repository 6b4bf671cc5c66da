"""What comes too late or never ends: the order of stanzas, directed presence, what waits for absent users."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from mockserver.accounts import archive
from mockserver.accounts.feature import Traffic
from mockserver.muc.mam import Entry
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.xml import Element

from .moment import Moment
from .table import bent, enter, swapped, told


def _overtaken(kind: str, held_back: int, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """Each second stanza of the kind waits until something else is sent."""
    mine = [d for d in deliveries if moment.kind(d.stanza) == kind]
    turn = moment.notes.get("turn", 0)
    moment.notes["turn"] = turn + bool(mine)
    waiting = moment.notes.pop("waiting", []) if deliveries else []
    if not mine or turn % 2 != held_back:
        return [*deliveries, *waiting]
    moment.notes["waiting"] = mine
    return [*(d for d in deliveries if d not in mine), *waiting]


for _kind, _words in (
    ("chat-message", "messages between users"),
    ("said", "what was said in the room"),
    ("whisper", "private messages"),
    ("entrance", "newcomers, to the others,"),
    ("change", "later presence of others"),
    ("exit", "the unavailable presence of others"),
):
    for _held, _which in enumerate(("first", "second")):
        enter(f"{_kind}-{_which}-overtaken", f"sends {_words} behind what comes next, the {_which} of two",
              told=partial(_overtaken, _kind, _held))  # fmt: skip


# directed presence


def _between_users(moment: Moment, stanza: Element, kind: str) -> bool:
    return moment.kind(stanza) == "user-presence" and stanza.get("type") == kind


@told
def directed_presence_unsent(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """does not pass on presence to those who are no contacts"""
    directed = moment.to is not None
    return [d for d in deliveries if not (directed and _between_users(moment, d.stanza, ""))]


@told
def directed_presence_without_end(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """does not tell those who got directed presence that a user goes"""
    goes = moment.sent is not None and moment.to is None
    own = moment.sender.bare if moment.sender else None
    kept = []
    for delivery in deliveries:
        ends = goes and _between_users(moment, delivery.stanza, "unavailable")
        to = tuple(jid for jid in delivery.to if not ends or jid.bare == own)
        kept += [Delivery(delivery.stanza, to) if to != delivery.to else delivery] if to else []
    return kept


@told
def lost_sessions_stay_available(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """tells no user that a session of another one was lost"""
    return [d for d in deliveries if moment.sent is not None or not _between_users(moment, d.stanza, "unavailable")]


# what waits for those who are away


@told
def states_wait_for_absent_users(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """keeps messages without a body for users who are away, and sends them later"""
    waiting: list[tuple[str, Delivery]] = moment.notes.setdefault("waiting", [])
    sent, to = moment.sent, moment.to
    if sent is not None and sent.name == "message" and to is not None and to.domain == moment.host.domain:
        waiting += [(str(to.bare), d) for d in deliveries if d.stanza.find("body", NS_CLIENT) is None]
    came = sent is not None and sent.name == "presence" and to is None and not sent.has("type")
    if not came or moment.sender is None:
        return deliveries
    return [*deliveries, *(Delivery(d.stanza, (moment.sender,)) for user, d in waiting if user == moment.sender.bare)]


def _keep_everything(traffic: Traffic) -> str:
    entry = Entry(traffic.accounts.new_id(), traffic.now, traffic.message, (traffic.peer,))
    traffic.accounts.archives.append(traffic.account.jid, entry)
    return entry.id


@bent
def states_archived(moment: Moment) -> AbstractContextManager[None] | None:
    """keeps every message in the archives of accounts, whatever it is worth"""
    sent = moment.sent
    spoken = sent is not None and sent.name == "message" and sent.find("body", NS_CLIENT) is None
    return swapped(archive, "_keep", _keep_everything) if spoken else None

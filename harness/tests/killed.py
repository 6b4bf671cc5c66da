"""A server that is killed amid writes, and what of all that was acknowledged is there no more."""

from __future__ import annotations

import selectors
from typing import Any

from .lasting import ROOMS, USERS, Client, Server
from .ledger import MAM, NOTHING, Ledger


def write_and_kill(server: Server, clients: list[Client], ledger: Ledger, *, after: int) -> None:
    """Write on all streams at once; kill the server as soon as so many writes are acknowledged; hear the rest."""
    limit = ledger.acknowledged + after
    killed = False
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.sock, client.wants, client)
        while waiting.get_map():
            for key, events in waiting.select(60):
                _turn(key.data, events, ledger)
                waiting.modify(key.fileobj, key.data.wants, key.data)
                if key.data.over:
                    waiting.unregister(key.fileobj)
            if not killed and ledger.acknowledged >= limit:
                killed = True
                server.kill()


def _turn(client: Client, events: int, ledger: Ledger) -> None:
    if events & selectors.EVENT_WRITE:
        client.write_on()
    if events & selectors.EVENT_READ:
        for element in client.hear():
            ledger.heard(element)


def missing(client: Client, ledger: Ledger, rooms: dict[str, dict[str, str]]) -> list[str]:
    """What of all that was acknowledged is not as it should be, by the wire: this user's part, and these archives."""
    own = ROOMS[USERS.index(client.user)]
    values: dict[tuple[str, ...], str] = {
        ("affiliation", own, user): held for user, held in _affiliations(client, own).items()
    }
    values |= {("name", own): _room_name(client, own), ("preference", client.user): _friend(client)}
    mine = {key: cell for key, cell in ledger.cells.items() if own in key or client.user in key}
    held = {key: values.get(key, NOTHING[key[0]]) for key in mine}
    lines = [f"{' '.join(key)} is {held[key]!r}" for key, cell in mine.items() if not cell.holds(held[key])]
    for room, said in rooms.items():
        there = archived(client, room, list(said))
        lines += [f"{body!r} is not in {room}" for name, body in said.items() if there.get(name) != body]
    return lines


def _affiliations(client: Client, room: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for held in ("member", "admin", "outcast"):
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='{held}'/></query>"
        answer = client.ask(f"<iq type='get' id='q' to='{room}'>{query}</iq>")[1]
        found |= {e.get("jid", ""): held for e in answer.iter("{http://jabber.org/protocol/muc#admin}item")}
    return found


def _room_name(client: Client, room: str) -> str:
    query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>"
    answer = client.ask(f"<iq type='get' id='q' to='{room}'>{query}</iq>")[1]
    fields = {e.get("var"): e.findtext("{jabber:x:data}value") for e in answer.iter("{jabber:x:data}field")}
    return fields.get("muc#roomconfig_roomname") or ""


def _friend(client: Client) -> str:
    answer = client.ask(f"<iq type='get' id='q'><prefs xmlns='{MAM}'/></iq>")[1]
    return next((e.text or "" for e in answer.iter(f"{{{MAM}}}jid")), "")


def archived(client: Client, room: str, names: list[str]) -> dict[str, str]:
    """Stable id -> body of the archived messages with these ids, as far as they are there."""
    found: dict[str, str] = {}
    for start in range(0, len(names), 200):
        values = "".join(f"<value>{name}</value>" for name in names[start : start + 200])
        fields = f"<field var='FORM_TYPE'><value>{MAM}</value></field><field var='ids'>{values}</field>"
        form = f"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"
        heard, _ = client.ask(f"<iq type='set' id='q' to='{room}'><query xmlns='{MAM}'>{form}</query></iq>")
        results: list[Any] = [e for message in heard for e in message.iter(f"{{{MAM}}}result")]
        found |= {e.get("id"): e.findtext(".//{jabber:client}body") for e in results}
    return found

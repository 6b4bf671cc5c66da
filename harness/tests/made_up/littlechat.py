"""The client library of the guide to drivers: made up, and without a server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

__version__ = "2.1.0"


class Refused(Exception):
    """The service said no."""

    def __init__(self, condition: str, kind: str, text: str) -> None:
        super().__init__(condition)
        self.condition, self.kind, self.text = condition, kind, text


@dataclass
class Person:
    nick: str
    role: str = "participant"
    affiliation: str = "none"
    jid: str | None = None


class Room:
    """What one says comes back; what begins with @ is whispered back by Fluellen."""

    def __init__(self, client: Client, jid: str, nick: str) -> None:
        self._client, self.jid, self.nick, self.is_joined = client, jid, nick, True
        self.people = {nick: Person(nick), "Fluellen": Person("Fluellen", "moderator", "owner")}

    def say(self, text: str) -> str:
        told = SimpleNamespace(nick=self.nick, text=text, id="m1", is_old=False)
        whisper = f"<message from='{self.jid}/Fluellen' type='chat' id='w1'><body>{text}</body></message>"
        if text.startswith("@"):
            self._client.soon("stanza", fromstring(whisper))
        else:
            self._client.soon("said", self, told)
        return "m1"

    async def leave(self) -> None:
        self.is_joined = False
        del self._client.rooms[self.jid]


class Client:
    def __init__(self, jid: str, password: str, listener: Any) -> None:
        self._jid, self._listener = jid, listener
        self.rooms: dict[str, Room] = {}
        self.sent: list[Element] = []

    def soon(self, what: str, *about: Any) -> None:
        asyncio.get_running_loop().call_soon(getattr(self._listener, what), *about)

    async def connect(self, host: str, port: int, trust: str | None) -> str:
        return f"{self._jid}/x1"

    async def join(self, jid: str, nick: str, password: str | None) -> Room:
        if password != "leek":
            raise Refused("not-authorized", "auth", "Say the word")
        room = self.rooms[jid] = Room(self, jid, nick)
        self.soon("person_came", room, room.people["Fluellen"])
        return room

    def send_text(self, xml: str) -> None:
        self.sent.append(fromstring(xml))

    async def close(self) -> None:
        self._listener.closed("")

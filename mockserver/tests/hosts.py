"""A host with sessions for tests, and deliveries as short readable lines. No Twisted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_MUC, NS_OWNER
from mockserver.muc.xml import Element, parse, render

DOMAIN = "mucspec.invalid"
MUC = f"conference.{DOMAIN}"
NOON = 1_800_000_000.0  # 2027-01-15T08:00:00Z


class Inn:
    """A host where `pistol/x` and `gower/x` are bound; ids count from id1."""

    def __init__(self, *users: str, **more: Any) -> None:
        names = (f"id{n}" for n in count(1))
        self.host = Host(new_id=lambda: next(names), secret="s", **more)
        self.now = NOON
        for user in users or ("pistol/x", "gower/x"):
            local, _, resource = user.partition("/")
            self.host.bind(JID(f"{local}@{DOMAIN}"), resource)

    def say(self, who: str, xml: str) -> list[str]:
        """What comes of a stanza, as `pistol/x <- <presence .../>`, one line a session."""
        return lines(self.deliveries(who, xml))

    def deliveries(self, who: str, xml: str) -> list[Delivery]:
        return self.host.receive(parse(xml), sender=full(who), now=self.now)

    def answer(self, who: str, xml: str) -> Element:
        """The only delivery, which must go to who asked."""
        (delivery,) = self.deliveries(who, xml)
        assert delivery.to == (full(who),)
        return delivery.stanza

    def gather(self, *users: str, room: str = "harfleur") -> None:
        """These users enter a room under their names; the first creates it."""
        for user in users:
            self.say(f"{user}/x", f"<presence to='{room}@{MUC}/{user}'><x xmlns='{NS_MUC}'/></presence>")
            if user == users[0]:
                form = "<x xmlns='jabber:x:data' type='submit'/>"
                self.say(
                    f"{user}/x",
                    f"<iq type='set' id='o' to='{room}@{MUC}'><query xmlns='{NS_OWNER}'>{form}</query></iq>",
                )


def full(who: str) -> JID:
    local, _, resource = who.partition("/")
    return JID(f"{local}@{DOMAIN}/{resource}")


def lines(deliveries: Sequence[Delivery]) -> list[str]:
    return [f"{short(to)} <- {short(render(d.stanza))}" for d in deliveries for to in d.to]


def short(text: str) -> str:
    return text.replace(f"@{DOMAIN}", "").replace(f"@{MUC}", "")


def condition(stanza: Element) -> str:
    """The name of the error's condition; empty for no error."""
    error = next((c for c in stanza.elements() if c.name == "error"), None)
    return next(error.elements()).name if error and stanza.get("type") == "error" else ""

"""What a client hears with each fault of the wire: one table for clients in memory and clients with sockets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .streams import DOMAIN

PISTOL = f"pistol@{DOMAIN}"
PING = "<iq type='get' id='end'><ping xmlns='urn:xmpp:ping'/></iq>"
END = 'id="end"'
HEARD = re.compile("<body>([^<]*)</body>|<(forbidden|conflict|system-shutdown) |(</stream:stream>)|(<body></message>)")


@dataclass(frozen=True, slots=True)
class Case:
    """A fault; what the client hears of its three messages; how the link is then; what comes when the fault ends."""

    fault: str
    hears: str
    link: str = "open"
    later: str = ""


CASES = (
    Case("drop message times=1", "two three"),
    Case("drop in message times=2", "three"),
    Case("delay message times=1", "two three", later="one"),
    Case("reorder message times=1", "two one three"),
    Case("reorder message by=2 times=1", "two three one"),
    Case("duplicate message times=1", "one one two three"),
    Case("duplicate message copies=2 skip=2", "one two three three three"),
    Case("rewrite message body=four times=1", "four two three"),
    Case("strip element=body times=1", "two three"),
    Case("inject message xml='<message><body>forged</body></message>' times=1", "one forged two three"),
    Case("inject message xml='<message><body>forged</body></message>' place=instead", "forged two three"),
    Case("inject message xml='<message><body>forged</body></message>' place=before", "forged one two three"),
    Case("refuse message condition=forbidden echo=no times=1", "forbidden two three"),
    Case("refuse message condition=forbidden times=1", "one forbidden two three"),
    Case("flood message count=3 xml='<message><body>no{n}</body></message>'", "one no1 no2 no3 two three"),
    Case("reset message", "", "reset"),
    Case("half-close message", "one", "half-closed"),
    Case("close message", "one </stream:stream>", "closed"),
    Case("stream-error message condition=conflict", "one conflict </stream:stream>", "closed"),
    Case("malformed message times=1", "one <body></message> two three"),
    Case("black-hole message", "one", "dark", later="two three"),
)


def messages(session: str) -> str:
    """Three messages to oneself."""
    return "".join(f"<message to='{session}' type='chat'><body>{b}</body></message>" for b in ("one", "two", "three"))


def heard(text: str) -> str:
    """The bodies, error conditions and ends in what a client was sent."""
    return " ".join("".join(found) for found in HEARD.findall(text))

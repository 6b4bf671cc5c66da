"""What mistakes read in an output, and how they add to it."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..session import Output, Report, Send
from ..stanzas import named

WHO = {"role": "", "affiliation": "", "jid": "", "occupant_id": "", "show": "", "status": ""}
WHY = {"actor": "", "reason": "", "codes": []}
SAID = {
    "body": "", "id": "", "stanza_id": "", "origin_id": "", "occupant_id": "", "history": False, "stamp": "",
    "self": False,
}  # fmt: skip


def told(output: Output, name: str, **fields: Any) -> dict[str, Any]:
    """The event, if this is a report of it with these values; else nothing."""
    event = output.event if isinstance(output, Report) else {}
    fits = event.get("event") == name and all(event.get(k) == v for k, v in fields.items())
    return event if fits else {}


def also(output: Output, event: dict[str, Any], name: str, **fields: Any) -> list[Output]:
    """The output, and another event about the same room and nickname behind it."""
    about = {"room": event["room"], "nick": event.get("nick", "")}
    return [output, Report({"event": name, "source": "api", **about, **fields})]


def sent(output: Output, name: str) -> Element | None:
    return output.element if isinstance(output, Send) and named(output.element)[1] == name else None

"""Where the WebSocket is, for clients that know the domain only: XEP-0156 4."""

from __future__ import annotations

import json
from xml.sax.saxutils import quoteattr

RELATION = "urn:xmpp:alt-connections:websocket"
XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0"


def page(path: str, url: str) -> tuple[str, str] | None:
    """The media type and the text of the page at this path; None where there is none."""
    if path == "/.well-known/host-meta":
        link = f'<Link rel="{RELATION}" href={quoteattr(url)}/>'
        return "application/xrd+xml", f'<?xml version="1.0" encoding="utf-8"?>\n<XRD xmlns="{XRD}">{link}</XRD>\n'
    if path == "/.well-known/host-meta.json":
        return "application/json", json.dumps({"links": [{"rel": RELATION, "href": url}]})
    return None

"""Where WebSocket and BOSH are, for clients that know the domain only: XEP-0156 4."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import quoteattr

WEBSOCKET = "urn:xmpp:alt-connections:websocket"
BOSH = "urn:xmpp:alt-connections:xbosh"
XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0"
Links = tuple[tuple[str, str], ...]  # relation and URL


def page(path: str, links: Links) -> tuple[str, str] | None:
    """The media type and the text of the page at this path; None where there is none."""
    if path == "/.well-known/host-meta":
        named = "".join(f'<Link rel="{relation}" href={quoteattr(url)}/>' for relation, url in links)
        return "application/xrd+xml", f'<?xml version="1.0" encoding="utf-8"?>\n<XRD xmlns="{XRD}">{named}</XRD>\n'
    if path == "/.well-known/host-meta.json":
        return "application/json", json.dumps({"links": [{"rel": relation, "href": url} for relation, url in links]})
    return None


def shown(address: Any) -> str:
    """Host and port of what Twisted calls an address."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{host}:{address.port}"


def url(scheme: str, address: Any, path: str) -> str:
    return f"{scheme}://{shown(address)}{path}"

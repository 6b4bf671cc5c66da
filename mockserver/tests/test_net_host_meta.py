"""Claims about the pages that say where the WebSocket is: XEP-0156."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from .streams import Scene
from .websockets import Caller, request


def page(path: str, method: str = "GET") -> tuple[str, bytes]:
    caller = Caller(Scene())
    head, _, body = caller.raw(request(line=f"{method} {path} HTTP/1.1")).partition(b"\r\n\r\n")
    assert caller.transport.ended == "closed"
    return head.decode(), body


def test_host_meta_names_the_websocket() -> None:
    """XEP-0156: in XML and in JSON, for pages of any origin."""
    where = Caller(Scene()).transport.getHost()
    url = f"ws://{where.host}:{where.port}/xmpp-websocket"
    head, body = page("/.well-known/host-meta")
    link = ElementTree.fromstring(body).find("{http://docs.oasis-open.org/ns/xri/xrd-1.0}Link")
    assert link is not None
    assert link.attrib == {"rel": "urn:xmpp:alt-connections:websocket", "href": url}
    head_of_json, body = page("/.well-known/host-meta.json?x")
    assert json.loads(body) == {"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": url}]}
    kinds = ["Content-Type: application/xrd+xml", "Content-Type: application/json"]
    assert [kind in text for kind, text in zip(kinds, (head, head_of_json), strict=True)] == [True, True]
    assert all("Access-Control-Allow-Origin: *" in text for text in (head, head_of_json))


def test_host_meta_may_be_asked_for_without_its_text() -> None:
    """HEAD gives the same head as GET."""
    head, body = page("/.well-known/host-meta", "HEAD")
    assert (head, body) == (page("/.well-known/host-meta")[0], b"")

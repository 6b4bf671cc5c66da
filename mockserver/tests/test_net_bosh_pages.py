"""Claims about HTTP requests to the port of BOSH that are no part of a session: pages, browsers, host-meta."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from mockserver.net.bosh_site import Site

from .boshes import Answer, Caller, Wire, request
from .streams import Scene
from .websockets import Caller as WebCaller
from .websockets import request as web_request

LINK = "{http://docs.oasis-open.org/ns/xri/xrd-1.0}Link"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}


def page(path: str, method: str = "GET", scene: Scene | None = None) -> Answer:
    scene = scene or Scene()
    return Wire(scene, Site(scene.porch)).send(request(method, path=path)).answer


def test_pages_of_any_origin_may_ask() -> None:
    """What a browser asks first, and what every answer says, a bad one's too."""
    asked = page("/http-bind", "OPTIONS")
    assert (asked.status, asked.text) == (200, "")
    for answer in (asked, Caller(Scene()).open(), Caller(Scene()).wire().post("nonsense").answer, page("/")):
        assert {name: answer.fields.get(name) for name in CORS} == CORS


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "BREW"])
def test_only_post_leads_to_xmpp(method: str) -> None:
    """Who asks otherwise is told how to."""
    answer = page("/http-bind", method)
    assert (answer.status, answer.fields["Allow"]) == (405, "POST, GET, HEAD, OPTIONS")


def test_host_meta_names_bosh() -> None:
    """XEP-0156: in XML and in JSON."""
    named = {"rel": "urn:xmpp:alt-connections:xbosh", "href": "http://10.0.0.1:12345/http-bind"}
    link = ElementTree.fromstring(page("/.well-known/host-meta").text).find(LINK)
    assert link is not None
    assert link.attrib == named
    found = page("/.well-known/host-meta.json?x")
    assert (json.loads(found.text), found.fields["Content-Type"]) == (
        {"links": [named]},
        "application/json; charset=utf-8",
    )


def test_host_meta_names_all_ways_in() -> None:
    """Whichever of them is asked."""
    scene = Scene()
    scene.porch.links = (("urn:xmpp:alt-connections:websocket", "wss://h:1/x"), ("urn:x", "http://h:2/?a&b"))
    links = [{"rel": relation, "href": url} for relation, url in scene.porch.links]
    assert json.loads(page("/.well-known/host-meta.json", scene=scene).text) == {"links": links}
    found = ElementTree.fromstring(page("/.well-known/host-meta", scene=scene).text).findall(LINK)
    assert [link.attrib for link in found] == links
    web = WebCaller(scene).raw(web_request(line="GET /.well-known/host-meta.json HTTP/1.1"))
    assert json.loads(web.partition(b"\r\n\r\n")[2]) == {"links": links}


def test_host_meta_may_be_asked_for_without_its_text() -> None:
    """HEAD gives the same head as GET."""
    scene = Scene()
    wire = Wire(scene, Site(scene.porch)).send(request("HEAD", path="/.well-known/host-meta"))
    scene.clock.advance(0)
    head, _, body = wire.transport.value().partition(b"\r\n\r\n")
    size = len(page("/.well-known/host-meta").text)
    assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", b"")
    assert f"Content-Length: {size}".encode() in head

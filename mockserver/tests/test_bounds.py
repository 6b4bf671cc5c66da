"""Claims about what many requests cannot make grow: connections of the console, the dark of BOSH, who sees whom."""

from __future__ import annotations

import socket
from http.client import HTTPConnection
from typing import Any

import pytest
from twisted.internet import reactor as _reactor
from twisted.internet.defer import maybeDeferred
from twisted.internet.error import ConnectionDone
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from mockserver import abroad
from mockserver.accounts import presence
from mockserver.console import web
from mockserver.console.api import Api
from mockserver.console.visitors import Visitors
from mockserver.muc.jid import JID
from mockserver.net import bosh_order
from mockserver.net.bosh_order import MOST_UNREAD

from .boshes import entered
from .hosts import DOMAIN, MUC, Inn, condition, full
from .houses import House
from .streams import Scene, Transport
from .test_abroad import Border
from .test_net_sockets import claim
from .websockets import PING

reactor: Any = _reactor
PISTOL = f"pistol@{DOMAIN}/x"


# the console


def console() -> Any:
    visitors = Visitors(frozenset({"localhost"}), loopback=True)
    return web.site(Api(House().control, visitors), visitors, reactor)


def test_there_is_a_last_connection_of_the_console() -> None:
    """The next one is told so (503) and closed, whatever it says; when one goes another can come."""
    site, lines = console(), []
    for _ in range(web.MOST_CONNECTIONS + 1):
        lines.append((site.buildProtocol(None), Transport()))
        lines[-1][0].makeConnection(lines[-1][1])
    last, transport = lines.pop()
    assert transport.value().startswith(b"HTTP/1.1 503 ") and transport.ended == "closed"
    assert all(transport.value() == b"" and not transport.ended for _, transport in lines)
    for line, _ in [*lines, (last, transport)]:
        line.connectionLost(Failure(ConnectionDone()))
    again, transport = site.buildProtocol(None), Transport()
    again.makeConnection(transport)
    assert (transport.value(), len(site.channels)) == (b"", 1)
    again.connectionLost(Failure(ConnectionDone()))
    assert not site.channels


@claim
async def test_the_bound_of_the_console_holds_on_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those inside are served, the next one reads the 503 and the end of its connection."""
    monkeypatch.setattr(web, "MOST_CONNECTIONS", 2)
    listener = reactor.listenTCP(0, console(), interface="127.0.0.1")
    port = listener.getHost().port

    def client() -> tuple[list[int], bytes]:
        lines = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(2)]
        try:
            for line in lines:
                line.request("GET", "/", headers={"Host": "localhost"})
            served = [line.getresponse().status for line in lines]
            with socket.create_connection(("127.0.0.1", port), timeout=30) as late, late.makefile("rb") as told:
                return served, told.read()
        finally:
            for line in lines:
                line.close()

    try:
        served, told = await deferToThread(client)
    finally:
        await maybeDeferred(listener.stopListening)
    assert (served, told.split(b"\r\n")[0]) == ([200, 200], b"HTTP/1.1 503 Service Unavailable")


# BOSH in the dark


def test_a_session_in_the_dark_keeps_so_many_requests_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections of those behind them are broken off, which allows to ask again; the others are answered."""
    scene = Scene()
    caller = entered(scene, "pistol")
    scene.porch.sever(PISTOL, "black-hole")
    monkeypatch.setattr(bosh_order, "MOST_UNREAD", 1)
    kept, lost = caller.ask(PING), caller.ask(PING)
    assert (kept.held, lost.transport.ended) == (True, "aborted")
    lost.break_off()
    scene.porch.sever(PISTOL, "light")
    assert kept.answer.names == ["{jabber:client}iq"]
    caller.rid -= 1
    assert caller.ask(PING).answer.names == ["{jabber:client}iq"]


def test_the_dark_holds_more_than_a_client_may_have_under_way() -> None:
    """The bound is for those who break the rules: XEP-0124 11."""
    scene = Scene()
    caller = entered(scene, "pistol", hold="10")
    carrier = caller.site.sessions[caller.sid]
    scene.porch.sever(PISTOL, "black-hole")
    wires = [caller.wire().post(caller.wrap(PING)) for _ in range(MOST_UNREAD + 3)]
    assert [wire.transport.ended for wire in wires] == [""] * MOST_UNREAD + ["aborted"] * 3
    assert carrier._order.window < MOST_UNREAD


# who sees whom


def test_a_session_shows_itself_to_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one is refused, room or user; those there may be told again, and who is taken back makes room."""
    monkeypatch.setattr(presence, "MOST_DIRECTED", 2)
    inn = Inn("pistol/x", "gower/x", "bardolph/x")
    inn.gather("gower")
    for target in (f"gower@{DOMAIN}/x", f"harfleur@{MUC}/pistol"):
        assert inn.say("pistol/x", f"<presence to='{target}'/>")
    for target in (f"bardolph@{DOMAIN}/x", f"agincourt@{MUC}/pistol"):
        assert condition(inn.answer("pistol/x", f"<presence to='{target}'/>")) == "resource-constraint"
    assert list(inn.host.muc.rooms) == [JID(f"harfleur@{MUC}")]
    again = inn.deliveries("pistol/x", f"<presence to='gower@{DOMAIN}/x'><show>dnd</show></presence>")
    assert [d.to for d in again] == [(full("gower/x"),)]
    inn.say("pistol/x", f"<presence to='gower@{DOMAIN}/x' type='unavailable'/>")
    (shown,) = inn.deliveries("pistol/x", f"<presence to='bardolph@{DOMAIN}/x'/>")
    assert shown.to == (full("bardolph/x"),)


def test_an_account_has_so_many_followers_abroad_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one is not approved, and hears nothing; one that was goes on, and makes room by going."""
    monkeypatch.setattr(abroad, "MOST_FOLLOWERS", 1)
    border = Border()
    approve = "<presence type='{}' to='{}@gate.invalid'/>"
    border.say("pistol/x", approve.format("subscribed", "nym"))
    assert condition(border.answer("pistol/x", approve.format("subscribed", "bates"))) == "resource-constraint"
    assert [line.partition(" ")[0] for line in border.say("pistol/x", "<presence/>")] == [
        "pistol/x",
        "nym@gate.invalid",
    ]
    assert border.say("pistol/x", approve.format("subscribed", "nym"))[0].startswith("nym@gate.invalid <- ")
    border.say("pistol/x", approve.format("unsubscribed", "nym"))
    assert border.say("pistol/x", approve.format("subscribed", "bates"))[0].startswith("bates@gate.invalid <- ")

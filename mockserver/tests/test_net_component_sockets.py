"""Claims about components that need real sockets: a component of the standard library beside a client."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from hashlib import sha1
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor as _reactor
from twisted.internet.threads import deferToThread

from mockserver.serve import Running, ServeOptions, start

from .test_net_component import GATE, HEADER
from .test_net_sockets import Wire, claim

reactor: Any = _reactor
OPTIONS = ServeOptions(
    port=0, tls=False, quiet=True, component_port=0, component_secret="s3cret", domain="mucspec.invalid"
)


@pytest_twisted.async_yield_fixture  # type: ignore[untyped-decorator]  # the plugin has no annotations
async def running() -> AsyncIterator[Running]:
    """A server with a port for components."""
    made = start(OPTIONS, reactor)
    yield made
    await made.stop()


def link(running: Running, name: str) -> Wire:
    host, _, port = running.addresses[name].rpartition(":")
    return Wire(socket.create_connection((host, int(port)), timeout=30))


def component(running: Running) -> Wire:
    """A component that has shaken hands."""
    wire = link(running, "component")
    header = wire.say(HEADER.format(ns="jabber:component:accept", to=GATE), until=">")
    while "id='" not in header:
        header += wire.say("", until=">")
    name = header.partition("id='")[2].partition("'")[0]
    wire.say(f"<handshake>{sha1((name + 's3cret').encode()).hexdigest()}</handshake>", until="<handshake/>")
    return wire


async def in_a_thread(act: Callable[[], str]) -> str:
    heard: str = await deferToThread(act)
    return heard


@claim
async def test_a_user_and_a_component_talk(running: Running) -> None:
    """Whole stanzas both ways, one of them as long as stanzas may be."""
    long = "x" * 200_000

    def talk() -> str:
        user, gate = link(running, "c2s"), component(running)
        with user.sock, gate.sock:
            session = user.log_in().partition("<jid>")[2].partition("</jid>")[0]
            user.sock.sendall(f"<message to='nym@{GATE}'><body>{long}</body></message>".encode())
            heard = gate.say("", until="</message>")
            gate.sock.sendall(f"<message from='nym@{GATE}' to='{session}'><body>Back</body></message>".encode())
            return heard + user.say("", until="</message>")

    heard = await in_a_thread(talk)
    assert long in heard
    assert "<body>Back</body>" in heard


@claim
async def test_a_component_that_breaks_off_is_gone(running: Running) -> None:
    """Its name is free for the next one, and users are told that nobody serves it until then."""

    def come_and_go() -> str:
        user, gate = link(running, "c2s"), component(running)
        with user.sock:
            user.log_in()
            user.sock.sendall(f"<presence to='nym@{GATE}'/>".encode())
            gate.say("", until="<presence")
            gate.sock.close()
            with component(running).sock:
                return user.say(f"<iq type='get' id='1' to='other.{GATE}'><q xmlns='u'/></iq>", until="</iq>")

    assert "remote-server-not-found" in await in_a_thread(come_and_go)


@claim
@pytest.mark.parametrize("address", ["c2s", "component"])
async def test_each_port_is_for_its_own_kind(running: Running, address: str) -> None:
    """A component at the clients' port and a client at the components' are told so, and sent away."""
    own, other = "jabber:client", "jabber:component:accept"
    header = HEADER.format(ns=own if address == "component" else other, to="mucspec.invalid")

    def knock() -> str:
        wire = link(running, address)
        with wire.sock:
            return wire.say(f"{header}<handshake/>", until="</stream:stream>")

    assert "<stream:error>" in await in_a_thread(knock)

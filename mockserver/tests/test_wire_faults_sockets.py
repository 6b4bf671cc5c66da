"""Claims about faults of the wire on real sockets, with a client of the standard library."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor as _reactor
from twisted.internet.threads import blockingCallFromThread, deferToThread

from mockserver.faulty_porch import FaultyPorch
from mockserver.host import Host
from mockserver.muc.namespaces import NS_MUC
from mockserver.net.certificate import Certificate
from mockserver.net.credentials import Listed
from mockserver.wire_faults import Active, parse

from .streams import DOMAIN
from .test_net_sockets import Wire, claim
from .wire_fault_cases import CASES, END, PING, Case, heard, messages

reactor: Any = _reactor
ROOM = f"harfleur@conference.{DOMAIN}"
JOIN = f"<presence to='{ROOM}/pistol'><x xmlns='{NS_MUC}'/></presence>"
AFTER = f"<message to='{DOMAIN}'><body>after</body></message></stream:stream>"
ENDING = [case for case in CASES if case.link not in ("open", "dark")]
SECURE = [case for case in ENDING if case.link != "reset"]  # over TLS the standard library takes a reset for an end


class Place:
    """A listening porch with faults; `came` has the stanzas that it has read, `last` is set with the one `after`."""

    def __init__(self) -> None:
        names = (f"id{n}" for n in count(1))
        self.came: list[str] = []
        self.last = Event()
        self.certificate = Certificate.make([DOMAIN])
        self.porch = FaultyPorch(
            Host(new_id=lambda: next(names), secret="s"),
            reactor=reactor,
            clock=reactor,
            credentials=Listed({f"pistol@{DOMAIN}": "secret"}),
            certificate=self.certificate,
            on_traffic=self._traffic,
        )
        self.listener = reactor.listenTCP(0, self.porch, interface="127.0.0.1")

    def _traffic(self, direction: str, session: str, text: str, *, fence: bool) -> None:
        if direction == "in":
            self.came.append(text)
            if heard(text) == "after":
                self.last.set()

    @contextmanager
    def wire(self, *, secure: bool = False) -> Iterator[Wire]:
        with socket.create_connection(("127.0.0.1", self.listener.getHost().port), timeout=5) as sock:
            wire = Wire(sock)
            try:
                if secure:
                    wire.secure(str(self.certificate.ca_path))
                yield wire
            finally:
                wire.sock.close()

    # from the client's thread

    def fault(self, text: str) -> Active:
        return blockingCallFromThread(reactor, lambda: self.porch.fault(parse(text)))

    def end(self, active: Active) -> None:
        blockingCallFromThread(reactor, lambda: self.porch.end_fault(active))


@pytest_twisted.async_yield_fixture  # type: ignore[untyped-decorator]  # the plugin has no annotations
async def place() -> AsyncIterator[Place]:
    made = Place()
    yield made
    made.porch.close()
    made.certificate.remove()
    await made.listener.stopListening()


def log_in(wire: Wire) -> str:
    """The full JID."""
    return wire.log_in().partition("<jid>")[2].partition("</jid>")[0]


def end_of(wire: Wire, said: str) -> tuple[str, str]:
    """What the client hears, and how its link is then."""
    try:
        return heard(wire.say(said, until=END)), "open"
    except ConnectionResetError:
        return "", "reset"
    except EOFError as over:
        told = heard(str(over))
        return told, "closed" if told.endswith("</stream:stream>") else "half-closed"


@pytest.mark.parametrize("case", [case for case in CASES if case.link == "open"], ids=lambda case: case.fault)
@claim
async def test_a_client_hears_what_the_fault_leaves(place: Place, case: Case) -> None:
    """Of three messages to itself, in their order; and when the fault ends, what was held back."""

    def client() -> tuple[str, str]:
        with place.wire() as wire:
            session = log_in(wire)
            active = place.fault(case.fault)
            first, _ = end_of(wire, messages(session) + PING)
            place.end(active)
            return first, end_of(wire, PING)[0]

    assert await deferToThread(client) == (case.hears, case.later)


@pytest.mark.parametrize(
    ("case", "secure"),
    [*((case, False) for case in ENDING), *((case, True) for case in SECURE)],
    ids=lambda value: {True: "tls", False: "plain"}[value] if isinstance(value, bool) else value.fault,
)
@claim
async def test_a_link_ends_as_the_fault_says(place: Place, case: Case, secure: bool) -> None:
    """The client's socket tells a reset from a half-closed link, and that from an end of the stream."""

    def client() -> tuple[str, str]:
        with place.wire(secure=secure) as wire:
            session = log_in(wire)
            place.fault(case.fault)
            return end_of(wire, messages(session) + PING)

    assert await deferToThread(client) == (case.hears, case.link)


@claim
async def test_a_half_closed_link_is_still_read(place: Place) -> None:
    """What the client says behind the end of what it hears reaches the service."""

    def client() -> bool:
        with place.wire() as wire:
            log_in(wire)
            place.fault("half-close now")
            assert end_of(wire, "") == ("", "half-closed")
            wire.sock.sendall(AFTER.encode())
            return place.last.wait(5)

    assert await deferToThread(client)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@claim
async def test_a_black_hole_takes_both_ways_until_it_ends(place: Place, secure: bool) -> None:
    """Meanwhile another client is served; then everything goes on in its order."""

    def client() -> tuple[str, list[str]]:
        with place.wire(secure=secure) as wire, place.wire() as other:
            session = log_in(wire)
            active = place.fault("black-hole now")
            wire.sock.sendall((messages(session) + PING).encode())
            log_in(other)
            assert "<iq " in other.say(PING, until=END)
            unread = [text for text in place.came if heard(text)]
            place.end(active)
            return end_of(wire, "")[0], unread

    assert await deferToThread(client) == ("one two three", [])


@claim
async def test_a_service_that_is_shut_down_comes_back_when_the_fault_ends(place: Place) -> None:
    """Occupants are removed with 332, and nobody comes in until then."""

    def client() -> list[bool]:
        with place.wire() as wire:
            log_in(wire)
            wire.say(JOIN, until="<subject")
            active = place.fault("shutdown now")
            told = wire.say(JOIN + PING, until=END)
            place.end(active)
            return [
                'code="332"' in told,
                "<service-unavailable " in told,
                'code="110"' in wire.say(JOIN + PING, until=END),
            ]

    assert await deferToThread(client) == [True, True, True]

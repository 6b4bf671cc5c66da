"""Claims about the console on a port: what goes in and out as HTTP, how long it waits, how much it reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from mockserver.console.api import Api
from mockserver.console.pages import FILES
from mockserver.console.visitors import Visitors
from mockserver.console.web import MOST_BODY, TOO_MUCH, site
from mockserver.options import CannotServe

from .houses import House

HOST = "Host: localhost:8080\r\n"
TYPED = f"{HOST}Content-Type: application/json\r\n"


class Transport(StringTransport):
    """As StringTransport, and it knows that it was cut off."""

    aborted = False

    def abortConnection(self) -> None:
        self.aborted = True
        super().abortConnection()


class Visit:
    """One connection of a browser or a program."""

    def __init__(self) -> None:
        self.house, self.clock = House(), Clock()
        visitors = Visitors(frozenset({"localhost"}), loopback=True)
        factory: Any = site(Api(self.house.control, visitors), visitors, self.clock)
        self.transport = Transport()
        self.protocol = factory.buildProtocol(None)
        self.protocol.callLater = self.clock.callLater
        self.protocol.makeConnection(self.transport)

    def ask(self, head: str, body: bytes = b"", fields: str = HOST) -> tuple[int, dict[str, str], bytes]:
        """Status, headers, body."""
        self.transport.clear()
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.protocol.dataReceived(f"{head} HTTP/1.1\r\n{fields}{length}\r\n".encode() + body)
        return self.heard()

    def heard(self) -> tuple[int, dict[str, str], bytes]:
        top, _, body = self.transport.value().partition(b"\r\n\r\n")
        status, *lines = top.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return int(status.split(" ")[1]), headers, body


@pytest.fixture
def visit() -> Visit:
    return Visit()


@pytest.mark.parametrize("path", sorted(FILES))
def test_the_page_is_there_and_can_load_nothing_else(visit: Visit, path: str) -> None:
    """Each file with its type, under a policy that allows its own scripts, styles and calls alone."""
    status, headers, body = visit.ask(f"GET {path}")
    assert (status, headers["content-type"], len(body) > 50) == (200, FILES[path][1], True)
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    for word in (b"<style", b" style=", b" onclick=", b"https://", b"innerHTML"):
        assert word not in body, word


def test_calls_go_in_and_answers_come_out(visit: Visit) -> None:
    """A body of JSON, names in the path, an answer without a body."""
    status, headers, body = visit.ask("POST /api/v1/rooms", b'{"room": "lounge"}', TYPED)
    assert (status, headers["content-type"], json.loads(body)["jid"]) == (
        201, "application/json", "lounge@conference.localhost"
    )  # fmt: skip
    assert visit.ask("POST /api/v1/rooms/lounge%40conference.localhost/destroy", b"{}", TYPED)[0::2] == (204, b"")
    assert visit.ask("HEAD /api/v1/status")[0::2] == (200, b"")


@pytest.mark.parametrize(
    ("head", "fields", "status"),
    [
        ("GET /", "Host: evil.example\r\n", 403),
        ("GET /api/v1/status", "Host: evil.example\r\n", 403),
        ("GET /", "Host: localhost\r\nHost: evil.example\r\n", 403),
        ("GET /api/v1/status", f"{HOST}Origin: http://evil.example\r\n", 403),
        ("GET /nothing", HOST, 404),
        ("GET /../options.py", HOST, 404),
        ("GET /api/v1", HOST, 404),
        ("POST /", HOST, 405),
        ("OPTIONS /api/v1/rooms", HOST, 405),
        ("BREW /api/v1/rooms", HOST, 405),
    ],
)
def test_what_is_refused_is_refused_on_the_wire_too(visit: Visit, head: str, fields: str, status: int) -> None:
    """Names, origins, paths and methods."""
    assert visit.ask(head, fields=fields)[0] == status


def test_a_body_is_read_up_to_a_bound(visit: Visit) -> None:
    """What is too long is refused and forgotten; what does not end is cut off."""
    long = b'{"room": "' + b"x" * MOST_BODY + b'"}'
    status, _, body = visit.ask("POST /api/v1/rooms", long, TYPED)
    assert (status, json.loads(body)["condition"]) == (413, "too-large")
    assert visit.house.control.rooms() == ()
    visit.protocol.dataReceived(f"POST /api/v1/rooms HTTP/1.1\r\n{TYPED}Transfer-Encoding: chunked\r\n\r\n".encode())
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(TOO_MUCH // 0x10000):
        visit.protocol.dataReceived(piece)
    assert not visit.transport.aborted
    visit.protocol.dataReceived(piece)
    assert visit.transport.aborted
    visit.protocol.connectionLost(Failure(ConnectionAborted()))


def test_a_reader_of_the_transcript_waits_for_what_is_new(visit: Visit) -> None:
    """It is told soon after something came, with what came just behind it; or nothing when its time is over."""
    visit.protocol.dataReceived(f"GET /api/v1/transcript?wait=20 HTTP/1.1\r\n{HOST}\r\n".encode())
    visit.clock.advance(10)
    assert visit.transport.value() == b""
    visit.house.control.transcript.note("one")
    visit.house.control.transcript.note("two")
    visit.clock.advance(0.1)
    status, headers, body = visit.heard()
    assert (status, headers["transcript-last"]) == (200, "2")
    assert [json.loads(line)["does"] for line in body.splitlines()] == ["one", "two"]
    visit.transport.clear()
    visit.protocol.dataReceived(f"GET /api/v1/transcript?after=2&wait=20 HTTP/1.1\r\n{HOST}\r\n".encode())
    visit.clock.advance(20)
    assert visit.heard()[0::2] == (200, b"")


def test_a_reader_that_goes_is_forgotten(visit: Visit) -> None:
    """Nothing is written to it, and no timer is left."""
    visit.protocol.dataReceived(f"GET /api/v1/transcript?wait=20 HTTP/1.1\r\n{HOST}\r\n".encode())
    visit.protocol.connectionLost(Failure(ConnectionDone()))
    visit.house.control.transcript.note("one")
    visit.clock.advance(30)
    assert visit.transport.value() == b"" and not visit.clock.getDelayedCalls()


# as an option of serve


def test_the_ready_line_says_where_the_console_is() -> None:
    """On loopback it needs no token."""
    running = House(console_port=0).running
    assert running.addresses["console"] == running.page == "http://0.0.0.0:0/"  # what the reactor of the test says
    assert "token" not in json.loads(running.ready())


def test_elsewhere_there_is_a_token_in_the_ready_line_and_in_the_link() -> None:
    """A new one at every start."""
    tokens = set()
    for _ in range(2):
        running = House(console_port=0, host="0.0.0.0").running
        tokens.add(json.loads(running.ready())["token"])
        assert running.page == f"http://0.0.0.0:0/#token={json.loads(running.ready())['token']}"
    assert len(tokens) == 2 and all(len(token) >= 32 for token in tokens)


def test_a_token_that_was_given_is_not_repeated() -> None:
    """Logs keep what is on stderr and stdout."""
    running = House(console_port=0, host="0.0.0.0", console_token="open-sesame").running
    assert "open-sesame" not in running.ready() + running.page


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"console_token": "open-sesame"}, "--console-port N"),
        ({"console_names": ("muc",)}, "--console-port N"),
        ({"console_port": 0, "console_token": "short"}, "8 characters"),
        ({"console_port": 0, "console_token": "with a space"}, "8 characters"),
        ({"console_port": 0, "console_token": "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"}, "8 characters"),
        ({"console_port": 65536}, "--console-port"),
    ],
)
def test_what_the_options_get_wrong_is_one_line(options: dict[str, Any], says: str) -> None:
    """Nothing listens then."""
    with pytest.raises(CannotServe, match=says):
        House(**options)


def test_a_body_of_unknown_length_is_no_file(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, as the server gets it: it is held in memory, whose bound is the same."""

    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile.TemporaryFile", no_file)
    body = b'{"seconds": 1}'
    head = f"POST /api/v1/advance HTTP/1.1\r\n{TYPED}Transfer-Encoding: chunked\r\n\r\n"
    visit.protocol.dataReceived(head.encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert visit.heard()[0] in (200, 204)

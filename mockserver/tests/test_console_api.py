"""Claims about the HTTP API: what it does, what it refuses, who may speak with it. No sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.console.answers import Answer, Asked
from mockserver.console.api import Api
from mockserver.console.table import ROUTES
from mockserver.console.visitors import Visitors

from .houses import MUC, House

HERE = {"host": "127.0.0.1:8080"}
NEAR = Visitors(frozenset({"localhost", "muc.test"}), loopback=True)


class Desk:
    """A console without a port."""

    def __init__(self) -> None:
        self.house = House()
        self.api = Api(self.house.control, NEAR)

    def get(self, path: str, query: str = "") -> Answer:
        return self.api.answer(Asked("GET", f"/api/v1{path}", query, HERE))

    def post(self, path: str, body: Any = None, *, kind: str = "application/json", method: str = "POST") -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return self.api.answer(Asked(method, f"/api/v1{path}", "", {**HERE, "content-type": kind}, data))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_room_is_made_seen_and_destroyed(desk: Desk) -> None:
    """Each call answers with the room as it is then; one that is gone is not found."""
    made = desk.post("/rooms", {"room": "lounge", "config": {"membersonly": True}, "affiliations": {"nym": "member"}})
    assert (made.status, json.loads(made.body)["affiliations"]) == (201, {"nym@localhost": "member"})
    seated = desk.post("/rooms/lounge/seat", {"nick": "gower", "affiliation": "owner"})
    assert [seat["nick"] for seat in json.loads(seated.body)["occupants"]] == ["gower"]
    assert json.loads(desk.get("/rooms").body)[0]["occupants"] == 1
    address = f"/rooms/lounge%40{MUC}"
    assert desk.get(address).body == desk.get("/rooms/lounge").body
    assert desk.post(f"{address}/destroy", {"reason": "Avaunt!"}).status == 204
    assert desk.get(address).status == 404


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        (lambda d: d.get("/nothing"), 404, "there is no '/nothing'"),
        (lambda d: d.get("/rooms//kick"), 404, "there is no"),
        (lambda d: d.get("/rooms/"), 404, "there is no"),
        (lambda d: d.get("/rooms/nowhere"), 404, "there is no room nowhere"),
        (lambda d: d.get("/rooms/lounge/kick"), 405, "only POST"),
        (lambda d: d.post("/status"), 405, "only GET"),
        (lambda d: d.post("/openapi.json"), 405, "only GET"),
        (lambda d: d.post("/rooms", {"room": "x"}, method="PUT"), 405, "only GET, POST"),
        (lambda d: d.get("/status", "x=1"), 400, "'x' was unexpected"),
        (lambda d: d.post("/rooms", {"room": "lounge"}), 409, "already"),
        (lambda d: d.post("/rooms", {}), 400, "'room' is a required property"),
        (lambda d: d.post("/rooms", {"room": 7}), 400, "room: 7 is not of type 'string'"),
        (lambda d: d.post("/rooms", {"room": "x", "rom": 1}), 400, "'rom' was unexpected"),
        (lambda d: d.post("/rooms", b"[]"), 400, "has to be an object"),
        (lambda d: d.post("/rooms", b"{"), 400, "no JSON"),
        (lambda d: d.post("/rooms", b"\xff"), 400, "no JSON"),
        (lambda d: d.post("/rooms", b'{"room": "\\ud800"}'), 400, "no JSON"),
        (lambda d: d.post("/advance", b'{"seconds": NaN}'), 400, "no number of JSON"),
        (lambda d: d.post("/advance", b'{"seconds": ' + b"9" * 5000 + b"}"), 400, "no JSON"),
        (lambda d: d.post("/rooms", b"[" * 60000), 400, "no JSON"),
        (lambda d: d.post("/rooms", b"room=x", kind="application/x-www-form-urlencoded"), 415, "application/json"),
        (lambda d: d.post("/shutdown", b"", kind=""), 415, "application/json"),
        (lambda d: d.post("/rooms/lounge/kick", {"nick": "nym"}), 404, "has no occupant"),
        (lambda d: d.post("/rooms/lounge/kick", {"room": "lounge", "nick": "nym"}), 400, "room stands in the path"),
        (lambda d: d.post("/rooms/lounge/role", {"nick": "gower", "role": "king"}), 400, "role: 'king' is not one of"),
        (lambda d: d.post("/rooms/lounge/say", {"body": "\x00"}), 400, "does not match"),
        (lambda d: d.post("/rooms/lounge/subject", {"subject": "x", "nick": "gower"}), 409, "forbidden"),
        (lambda d: d.get("/transcript", "after=-1"), 400, "'-1' is not of type 'integer'"),
        (lambda d: d.get("/transcript", "before=1"), 400, "'before' was unexpected"),
    ],
)
def test_what_cannot_be_done_is_a_word_and_a_line(desk: Desk, call: Any, status: int, says: str) -> None:
    """The status is fit for programs, the text for people; nothing has changed."""
    desk.post("/rooms", {"room": "lounge"})
    desk.post("/rooms/lounge/seat", {"nick": "gower"})
    before = desk.get("/rooms/lounge").body
    answer = call(desk)
    told = json.loads(answer.body)
    assert (answer.status, sorted(told)) == (status, ["condition", "text"])
    assert says in told["text"] and "\n" not in told["text"]
    assert desk.get("/rooms/lounge").body == before


def test_names_in_the_path_may_hold_anything(desk: Desk) -> None:
    """They are decoded after the path has been taken apart."""
    answer = desk.get("/rooms/a%2Fb%20%E2%82%AC")
    assert json.loads(answer.body)["text"] == "'a/b €' is no room of conference.localhost"


def test_every_route_is_a_call_of_the_control_that_names_its_arguments() -> None:
    """What stands in the path is an argument; no two routes are the same."""
    assert len({(route.method, route.path) for route in ROUTES}) == len({route.name for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert set(route.in_path) <= set(route.schema["required"]), route.path
        assert route.method == "POST" or not route.body["properties"], route.path


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"host": "127.0.0.1:8080"}, False),
        ({"host": "127.9.9.9"}, False),
        ({"host": "[::1]:8080"}, False),
        ({"host": "localhost:8080"}, False),
        ({"host": "LocalHost.:8080"}, False),
        ({"host": "muc.test"}, False),
        ({}, True),
        ({"host": ""}, True),
        ({"host": "evil.example"}, True),
        ({"host": "192.0.2.1"}, True),
        ({"host": "localhost.evil.example"}, True),
        ({"host": "localhost, evil.example"}, True),
        ({"host": "localhost:8080", "origin": "http://localhost:8080"}, False),
        ({"host": "localhost:8080", "origin": "http://localhost:8081"}, True),
        ({"host": "localhost:8080", "origin": "http://evil.example"}, True),
        ({"host": "localhost:8080", "origin": "https://localhost:8080"}, True),
        ({"host": "localhost:8080", "origin": "null"}, True),
    ],
)
def test_names_and_pages_that_are_foreign_are_refused(headers: dict[str, str], refused: bool) -> None:
    """A name that was made to mean this machine, and a page of another origin, get nowhere."""
    no = NEAR.refusal(Asked("GET", "/", headers=headers))
    assert (no.status if no else None) == (403 if refused else None)


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403)])
def test_a_foreign_page_that_sends_no_origin_is_known_by_what_its_browser_says(
    desk: Desk, site: str, status: int
) -> None:
    """Requests for images and the like have no Origin."""
    asked = Asked("GET", "/api/v1/status", headers={**HERE, "sec-fetch-site": site})
    assert desk.api.answer(asked).status == status


@pytest.mark.parametrize(
    ("given", "status"),
    [("Bearer open-sesame", 200), ("bearer  open-sesame", 200), ("", 401), ("Bearer", 401), ("Bearer x", 401),
     ("Bearer é", 401), ("Basic open-sesame", 401)],
)  # fmt: skip
def test_elsewhere_the_token_opens(given: str, status: int) -> None:
    """Every path of the API wants it, also one that is none; any address of the machine will do as its name."""
    house = House()
    api = Api(house.control, Visitors(frozenset(), loopback=False, token="open-sesame"))
    headers = {"host": "192.0.2.1", **({"authorization": given} if given else {})}
    for path in ("/api/v1/status", "/api/v1/openapi.json", "/api/v1/transcript"):
        assert api.answer(Asked("GET", path, headers=headers)).status == status
    if status == 401:
        told = api.answer(Asked("GET", "/api/v1/nothing", headers=headers))
        assert (told.status, told.headers) == (401, {"WWW-Authenticate": "Bearer"})


def test_the_transcript_is_json_lines_behind_a_number(desk: Desk) -> None:
    """What is new since; where there is nothing yet the answer can wait."""
    desk.post("/rooms", {"room": "lounge"})
    desk.house.control.transcript.traffic("in", "a@b/c", "<presence/>", fence=False)
    told = desk.get("/transcript", "after=1")
    (entry,) = map(json.loads, told.body.decode().splitlines())
    assert {k: v for k, v in entry.items() if k != "time"} == {
        "n": 2, "dir": "in", "session": "a@b/c", "xml": "<presence/>"
    }  # fmt: skip
    assert (told.kind, told.headers, told.waits) == ("application/jsonl", {"Transcript-Last": "2"}, 0)
    assert json.loads(desk.get("/transcript", "most=1").body)["does"] == f"create room='lounge@{MUC}'"
    waiting = desk.get("/transcript", "after=2&wait=20")
    assert (waiting.body, waiting.waits) == (b"", 20)

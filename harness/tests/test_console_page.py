"""Claims about the console's page: a real browser works on it, and a real client feels what was done there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from .program import START, environment

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
VISITOR = Path(__file__).with_name("visitor.py")
ROOM = "harfleur@conference.localhost"
PATIENCE = 60.0  # seconds
EVIL = "<img src=x onerror='document.title=1'>"


class Served:
    """`mucspec serve` with a console, and a program that calls its API."""

    def __init__(self, *more: str) -> None:
        command = [*START, "serve", "--port", "0", "--console-port", "0", "--ready-json", "--quiet", *more]
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(), text=True)
        assert self.program.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.program.stdout.readline())
        self.page = self.ready["addresses"]["console"]
        self.visitors: list[subprocess.Popen[str]] = []

    def post(self, path: str, **body: Any) -> None:
        kind = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self.page}api/v1{path}", json.dumps(body).encode(), kind), timeout=30):
            pass

    def visit(self, nick: str) -> Iterator[dict[str, Any]]:
        """A client joins the room; what happens to it."""
        host, _, port = self.ready["addresses"]["c2s"].rpartition(":")
        command = [sys.executable, str(VISITOR), f"{nick}@localhost", "secret", ROOM, nick, host, port]
        env = environment(SSL_CERT_FILE=self.ready["ca"])
        visitor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, text=True)
        self.visitors.append(visitor)
        patience = threading.Timer(PATIENCE, visitor.kill)  # whoever waits in vain sees the end
        patience.daemon = True
        patience.start()
        assert visitor.stdout is not None
        return map(json.loads, visitor.stdout)

    def end(self) -> None:
        for program in (*self.visitors, self.program):
            program.terminate()
            program.communicate(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven over its own protocol."""
    api = pytest.importorskip("playwright.sync_api", reason="the console's page is not tried: pip install playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"the console's page is not tried: no browser is installed ({', '.join(BROWSERS)})")
    with api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def served() -> Iterator[Served]:
    """With the room harfleur and a puppet in it."""
    server = Served()
    server.post("/rooms", room="harfleur", subject="Once more unto the breach")
    server.post("/rooms/harfleur/seat", nick="Fluellen", affiliation="owner")
    yield server
    server.end()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """The console; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened, complaints = context.new_page(), []
    opened.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(served.page)
    yield opened
    context.close()
    assert [each for each in complaints if "409" not in each] == []  # a refusal is no fault of the page


def test_a_client_is_kicked_from_the_page_and_both_sides_show_it(page: Any, served: Served) -> None:
    """It appears when it joins; the kick reaches it with 307; then the page has it no more."""
    happens = served.visit("pistol")
    assert next(happens) == {"event": "joined", "nick": "pistol"}
    seat = page.locator(".seat[data-nick=pistol]")
    seat.wait_for()
    assert "client" in seat.inner_text()
    seat.get_by_role("button", name="Kick pistol").click()
    page.get_by_label("Reason").last.fill("Avaunt!")
    page.get_by_role("dialog").get_by_role("button", name="Kick").click()
    left = next(event for event in happens if event["event"] == "left")
    assert left["codes"] == [110, 307]
    seat.wait_for(state="detached")
    page.locator("#filter [name=text]").fill("307 pistol")
    shown = page.locator("#lines li.out")
    shown.first.wait_for()
    assert "Avaunt!" in shown.first.inner_text()


def test_the_room_is_worked_on_with_forms(page: Any, served: Served) -> None:
    """Rooms are made, puppets seated, messages said, fields set, the clock put forward; the client hears of it."""
    happens = served.visit("pistol")
    assert next(happens)["event"] == "joined"
    page.get_by_role("textbox", name="Message").fill("God save thee")
    page.locator("form[data-call=say] select").select_option("Fluellen")
    page.get_by_role("button", name="Say").click()
    assert next(e for e in happens if e["event"] == "said") == {
        "event": "said", "nick": "Fluellen", "body": "God save thee"
    }  # fmt: skip
    page.get_by_label("Seat a puppet").fill("gower")
    page.get_by_role("button", name="Seat", exact=True).click()
    page.locator(".seat[data-nick=gower]").wait_for()
    page.get_by_text("Configuration", exact=True).click()
    page.locator("#configuration [name=roomname]").fill("The siege")
    page.locator("#configuration").get_by_role("button", name="Set").click()
    page.get_by_text("The siege · Subject: Once more unto the breach").wait_for()
    page.get_by_label("Seconds to skip").fill("86400")
    page.get_by_role("button", name="Advance").click()
    page.get_by_text("86400 s ahead").wait_for()
    page.get_by_label("New room").fill("eastcheap")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("heading", name="eastcheap@conference.localhost").wait_for()


def test_what_cannot_be_done_is_said_on_the_page(page: Any) -> None:
    """The API's own line is shown, and what was typed stays."""
    page.get_by_label("New room").fill("harfleur")
    page.get_by_role("button", name="Make it").click()
    page.get_by_text("there is a room harfleur@conference.localhost already").wait_for()
    assert page.get_by_label("New room").input_value() == "harfleur"


def test_what_clients_say_is_text_and_nothing_else(page: Any, served: Served) -> None:
    """Names, subjects and stanzas are shown as they are, whatever they look like."""
    served.post("/rooms/harfleur/subject", subject=EVIL)
    served.post("/rooms/harfleur/seat", nick=EVIL)
    page.get_by_text(f"Subject: {EVIL}").wait_for()
    page.locator(".seat strong", has_text=EVIL).wait_for()
    assert (page.locator("main img").count(), page.title()) == (0, "mucspec serve")


@pytest.mark.parametrize(("width", "height"), [(1280, 860), (375, 812), (360, 640)])
def test_it_fits_desks_and_telephones(page: Any, width: int, height: int) -> None:
    """Nothing has to be scrolled sideways, and every button can be hit."""
    page.set_viewport_size({"width": width, "height": height})
    page.locator(".seat").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    low = "[...document.querySelectorAll('button')].filter(b => b.offsetParent && b.offsetHeight < 30).length"
    assert page.evaluate(low) == 0


def test_it_is_used_with_the_keyboard_alone(page: Any, served: Served) -> None:
    """A kick by keys: to the button, into the dialog, out of it."""
    served.post("/rooms/harfleur/seat", nick="nym")
    page.locator(".seat[data-nick=nym]").wait_for()
    page.get_by_role("button", name="Kick nym").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("pauca")
    page.keyboard.press("Enter")
    page.locator(".seat[data-nick=nym]").wait_for(state="detached")


def test_a_token_is_taken_from_the_link_and_leaves_the_address(browser: Any) -> None:
    """With it the page works; without it the page asks."""
    server = Served("--console-token", "open-sesame")
    try:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{server.page}#token=open-sesame")
        page.get_by_text("serve · localhost").wait_for()
        assert page.url == server.page
        stranger = browser.new_context().new_page()
        stranger.goto(server.page)
        stranger.get_by_role("textbox", name="Token").fill("open-sesame")
        stranger.get_by_role("button", name="Use it").click()
        stranger.get_by_text("serve · localhost").wait_for()
        stranger.context.close()
        context.close()
    finally:
        server.end()

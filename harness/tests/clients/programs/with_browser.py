"""The visit with strophe.js in Chromium, from a page of another origin: see harness/tests/clients/__init__.py."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

WITHIN = 45_000  # milliseconds
STROPHE = Path(os.environ["VISIT_MODULES"], "node_modules", "strophe.js", "dist", "strophe.umd.min.js")
PAGE = b"""<!doctype html><link rel="icon" href="data:,"><script src="strophe.js"></script><script type="module">
import { visit } from "./story.mjs";
const say = (event, more) => told(JSON.stringify({ event, ...more }));
visit(globalThis, await given(), say, (well, why) => { globalThis.over ??= { well, why }; });
</script>"""
FILES = {
    "/": ("text/html", PAGE),
    "/strophe.js": ("text/javascript", STROPHE.read_bytes()),
    "/story.mjs": ("text/javascript", Path(__file__).with_name("strophe_story.mjs").read_bytes()),
}


class Pages(BaseHTTPRequestHandler):
    """On this machine: a browser lets pages from farther away ask nothing of it."""

    def do_GET(self):
        kind, data = FILES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def given():
    return {name.lower(): os.environ[f"VISIT_{name}"] for name in ("URL", "JID", "PASSWORD", "ROOM")}


def visit(driver, origin):
    browser = driver.chromium.launch(executable_path=os.environ["VISIT_BROWSER"], args=["--no-sandbox"])
    page = browser.new_page()
    page.on("console", lambda message: print(message.text, file=sys.stderr))
    page.expose_function("given", given)
    page.expose_function("told", lambda line: print(line, flush=True))
    page.goto(origin)
    over = page.wait_for_function("globalThis.over", timeout=WITHIN).json_value()
    browser.close()
    return 0 if over["well"] else over["why"]


def main():
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as pages, sync_playwright() as driver:
        Thread(target=pages.serve_forever, daemon=True).start()
        status = visit(driver, f"http://127.0.0.1:{pages.server_port}/")
        pages.shutdown()
    sys.exit(status)


main()

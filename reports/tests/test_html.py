"""The HTML report as text: complete, self-contained, escaped, of a sensible size."""

from __future__ import annotations

import base64
import json
import re
import zlib
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from reports.html import render

from . import samples

ALL = [samples.reference(), samples.slixmpp(), samples.aioxmpp()]


class Page(HTMLParser):
    """Every element with its attributes, and the text of all scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.text += f"{data} "

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


def packs(page: Page) -> dict[str, Any]:
    """The details of each client, unpacked as the page does it."""
    keys = [script.get("data-pack") for script in page.all("script")]
    return {
        key: json.loads(zlib.decompress(base64.b64decode(text)))
        for key, text in zip(keys, page.scripts, strict=True)
        if key
    }


def test_every_scenario_has_a_row_and_every_client_a_column() -> None:
    """One cell a pair leads to its drill-down; a scenario that was not run has none."""
    page = Page(render(ALL))
    rows = [row for row in page.all("tr") if row.get("class") == "row"]
    cells = [str(link["href"]) for link in page.all("a") if "cell" in str(link.get("class"))]
    assert len(rows) == 12
    assert len(cells) == 12 + 12 + 2
    assert "#removal/kicked@slixmpp-1.17.0" in cells
    assert "#joining/codes/order=110-first@reference-0.1.0" in cells


def test_the_drill_down_has_all_that_the_record_has() -> None:
    """Each check with place, link and evidence, the transcript and the command."""
    page = Page(render(ALL))
    unpacked = packs(page)
    assert list(unpacked) == ["reference-0.1.0", "slixmpp-1.17.0", "aioxmpp-0.13.3"]
    line = samples.slixmpp().scenarios[6]
    found = unpacked["slixmpp-1.17.0"][line["id"]]["lines"][0]
    more = {"link": "https://xmpp.org/extensions/xep-0045.html#kick", "place": "MUST xep-0045 §8.2", "evidence": 12}
    assert found["checks"][1] == {**line["checks"][1], **more}
    assert {**found, "checks": 0} == {**line, "checks": 0, "verdict": "violation"}


def test_the_findings_are_there_without_any_script() -> None:
    """What failed can be read, searched and printed as plain HTML."""
    text = " ".join(Page(render(ALL)).text.split())
    assert "expected left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'" in text
    assert "why cause is 'left', not 'kicked'; actor is None, not 'Fluellen'" in text
    assert "the driver wrote garbage: 'hello'" in text
    assert "The run broke off after 2 of 12 scenarios." in text


def test_two_records_of_one_client_stay_apart() -> None:
    """Same client and version, two runs: two columns with addresses of their own."""
    assert list(packs(Page(render([samples.slixmpp(), samples.slixmpp()])))) == ["slixmpp-1.17.0", "slixmpp-1.17.0~2"]


def test_a_repeated_scenario_opens_at_its_worst() -> None:
    """The cell is that of the worst time, and so is what it opens."""
    times = [samples.fine("a/b", repeat_no=1), samples.odd("a/b", "MUST", repeat_no=2)]
    page = Page(render([samples.record(*times)]))
    assert packs(page)["slixmpp-1.17.0"]["a/b"]["worst"] == 1
    assert [link["class"] for link in page.all("a") if "cell" in str(link.get("class"))] == ["cell v-violation"]


def test_the_page_loads_nothing() -> None:
    """No element, style or script of it fetches anything; the policy forbids it, and allows our script by its hash."""
    text = render(ALL)
    page = Page(text)
    assert not [tag for tag, attrs in page.elements if "src" in attrs or "srcset" in attrs or tag in ("link", "iframe")]
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", text)
    addresses = {str(link["href"]) for link in page.all("a")}
    assert all(
        a.startswith(("#", "https://xmpp.org/extensions/", "https://www.rfc-editor.org/rfc/")) for a in addresses
    )
    policy = str(page.all("meta")[1]["content"])
    digest = base64.b64encode(sha256(page.scripts[-1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none';") and f"script-src 'sha256-{digest}';" in policy


def test_hostile_texts_make_no_elements() -> None:
    """Names, titles, stanzas and stderr with markup in them change nothing in the structure of the page."""
    hostile, harmless = Page(render([samples.hostile()])), Page(render([samples.record(samples.odd("a/b", "MUST"))]))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert not [key for _, attrs in hostile.elements for key in attrs if key.startswith("on")]
    assert packs(hostile)["b-evil-b-1-2"]["hostile/all"]["lines"][0]["title"] == samples.HOSTILE


def test_no_script_of_ours_parses_html() -> None:
    """Texts go into the page as text nodes only."""
    script = Page(render([])).scripts[-1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", script)


def test_the_whole_corpus_fits_into_a_small_file() -> None:
    """Four clients, 400 scenarios each with transcripts: under 2 MB."""
    assert len(render([samples.large(name=name) for name in "abcd"])) < 2_000_000


def test_everything_has_a_name_for_a_screen_reader() -> None:
    """Fields, buttons without words and pictures are labelled; headers of the table have a scope."""
    page = Page(render(ALL))
    inputs = [a for a in [*page.all("input"), *page.all("select")] if a.get("type") != "checkbox"]
    assert all(a.get("aria-label") for a in inputs)
    assert all(a.get("aria-label") for _, a in page.elements if a.get("role") == "img")
    assert all(a.get("scope") for a in page.all("th"))
    assert page.all("html") == [{"lang": "en"}]

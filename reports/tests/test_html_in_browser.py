"""The HTML report in a real browser without a network. Skipped by name where there is no Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from reports.html import render
from reports.record import read, totals

from . import samples

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=5000",
    "--dump-dom",
)
ALL = [samples.reference(), samples.slixmpp(), samples.aioxmpp()]

pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser: none of {', '.join(NAMES)} is installed")


def opened(folder: Path, page: str, fragment: str = "") -> str:
    """The page's document after its scripts have run."""
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", path.as_uri() + fragment]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def detail(document: str) -> str:
    """The drill-down as text; what is not shown counts as well."""
    found = re.search(r'<dialog id="detail"[^>]*>(.*?)</dialog>', document, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_the_page_opens_without_a_network(tmp_path: Path) -> None:
    """Its script runs (the count is set), and nothing is open."""
    document = opened(tmp_path, render(ALL))
    assert ">12 scenarios</output>" in document
    assert detail(document) == ""


def test_an_address_opens_the_drill_down(tmp_path: Path) -> None:
    """`#scenario@client` shows rows, evidence, laid-out stanzas and the command, with all clients as tabs."""
    document = opened(tmp_path, render(ALL), "#removal/kicked@slixmpp-1.17.0")
    shown = detail(document)
    assert '<dialog id="detail" aria-labelledby="detail-title" open="">' in document
    for text in (
        "reference 0.1.0",
        "A kicked occupant learns that it was kicked, by whom and why",
        "mucspec run slixmpp==1.17.0 -k removal/kicked",
        "cause is 'left', not 'kicked'; actor is None, not 'Fluellen'",
        "closest to row 4",
        "\n  &lt;x xmlns='http://jabber.org/protocol/muc#user'&gt;\n    &lt;item affiliation='none' role='none'&gt;\n",
    ):
        assert text in shown
    assert 'href="https://xmpp.org/extensions/xep-0045.html#kick"' in document
    assert "[object" not in shown


def test_what_differs_is_marked(tmp_path: Path) -> None:
    """Expected and closest are compared field by field."""
    document = opened(tmp_path, render(ALL), "#removal/kicked@slixmpp-1.17.0")
    assert re.findall("<mark>(.*?)</mark>", document) == [
        "cause='kicked'",
        "actor='Fluellen'",
        "reason='Avaunt, you cullions!'",
        "cause='left'",
    ]


def test_the_evidence_of_a_scenario_is_a_record(tmp_path: Path) -> None:
    """What the button saves holds this scenario as the record had it, and can be read like any record."""
    ask = "details('slixmpp-1.17.0').then((all) => bundle(INDEX.clients[1].header, all.get('removal/kicked').lines[0]))"
    show = "(text) => document.body.append(make('pre', { id: 'bundle' }, text))"
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", render(ALL))
    document = opened(tmp_path, page.replace("</body>", f"<script>{ask}.then({show});</script></body>"))
    found = re.search('<pre id="bundle">(.*?)</pre>', document, re.DOTALL)
    assert found
    path = tmp_path / "bundle.jsonl"
    path.write_text(unescape(found[1]), encoding="utf-8")
    record, whole = read(path), samples.slixmpp()
    assert record.scenarios == tuple(line for line in whole.scenarios if line["id"] == "removal/kicked")
    assert record.header == {**whole.header, "scenarios": 1}
    assert record.footer and record.footer["totals"] == totals(record.scenarios)


def test_an_address_of_nothing_opens_nothing(tmp_path: Path) -> None:
    """Unknown scenario, unknown client, broken escapes."""
    for fragment in ("#no/such@slixmpp-1.17.0", "#removal/kicked@nobody", "#%E0%A4%A@slixmpp-1.17.0"):
        assert detail(opened(tmp_path, render(ALL), fragment)) == ""


def test_hostile_texts_run_nothing(tmp_path: Path) -> None:
    """Scripts and pictures in stanzas, titles and names are shown as text, also without the policy."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", render([samples.hostile()]))
    document = opened(tmp_path, page, "#hostile/all@b-evil-b-1-2")
    assert "alert('x')" in detail(document)
    assert "<img" not in document
    assert document.count("<script") == page.count("<script")


def test_filters_leave_only_what_was_asked_for(tmp_path: Path) -> None:
    """Text, class, and where clients differ: each narrows the table, and the count says so."""
    set_up = {
        "byId('text').value = 'KICK by whom';": "1 of 12 scenarios",
        "document.querySelector('#words [value=security]').checked = true;": "1 of 12 scenarios",
        "byId('topic').value = 'joining';": "4 of 12 scenarios",
        "byId('differ').checked = true; byId('client').value = '1';": "8 of 12 scenarios",
        "byId('text').value = 'no such thing';": "0 of 12 scenarios",
    }
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", render(ALL))
    for script, count in set_up.items():
        document = opened(tmp_path, page.replace("</body>", f"<script>{script} applyFilters();</script></body>"))
        assert f'aria-live="polite">{count}</output>' in document

"""`mucspec record`: texts of a live session that look like placeholders of scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.corpus import lint
from harness.cli.record import record
from harness.drafting.draft import read as read_draft
from harness.drafting.draft import write
from harness.drafting.heard import read
from harness.drafting.script import Reading
from harness.model import Outcome
from harness.rehearse import rehearse
from mockserver.control import Transcript
from mockserver.tests.streams import DOMAIN

from .talk import ADMIN, MUC, ROOM, SUBMITTED, Talk, with_pistol


@pytest.fixture
def dollars() -> Talk:
    """What looks like a placeholder, everywhere: as nickname, in texts, in XML; of names that exist and others."""
    talk = with_pistol()
    talk.says("pistol", f"<presence to='{ROOM}/${{nym}}'/>")
    talk.speaks("gower", "<body>${pistol} owes $${word}, ${domain}</body>")
    talk.speaks("gower", "<subject>${harfleur}</subject>")
    talk.speaks("gower", f"<wind to='{ROOM}' xmlns='urn:example:w'>${{muc}}</wind>")
    kick = "<item nick='${nym}' role='none'><reason>${gower}!</reason></item>"
    talk.says("gower", f"<iq type='set' id='k' to='{ROOM}'><query xmlns='{ADMIN}'>{kick}</query></iq>")
    return talk


def test_what_looks_like_a_placeholder_is_said_as_it_was(dollars: Talk, tmp_path: Path) -> None:
    """The draft is sound, passes, and what is heard again is what was heard."""
    path, out = dollars.saved(tmp_path), tmp_path / "draft.toml"
    invoked = CliRunner().invoke(record, [str(path), "--subject", "pistol", "--out", str(out)], standalone_mode=False)
    assert invoked.return_value == 0
    assert CliRunner().invoke(lint, [str(out)], standalone_mode=False).return_value == 0
    played = rehearse(read_draft(out.read_text()))
    assert played.verdict.outcome is Outcome.PASS
    events = [fields for kind, _, fields in played.transcript if kind == "event"]
    assert [event["body"] for event in events if event["event"] == "message"] == ["${pistol} owes $${word}, ${domain}"]
    assert [event["subject"] for event in events if event["event"] == "subject"][-1] == "${harfleur}"
    (left,) = (event for event in events if event["event"] == "left")
    assert left["reason"] == "${gower}!"
    stanzas = "".join(text for kind, _, text in played.transcript if kind == "out")
    assert ">${muc}</wind>" in stanzas and "/${nym}" in stanzas
    assert "$${" not in stanzas.replace("owes $${word}", "")


def test_nicknames_and_rooms_that_look_like_placeholders(tmp_path: Path) -> None:
    """In a room that was there before, of such a name too."""
    talk, room = Talk(), f"${{harfleur}}@conference.{DOMAIN}"
    for name, nick in (("gower", "${gower}"), ("pistol", "${muc}")):
        talk.says(name, f"<presence to='{room}/{nick}'><x xmlns='{MUC}'/></presence>")
        if name == "gower":
            talk.says(name, f"<iq type='set' id='o' to='{room}'>{SUBMITTED}</iq>")
            talk.kept = Transcript(talk.scene.clock.seconds)
            talk.scene.porch.on_traffic = talk.kept.traffic
    talk.speaks("pistol", "<wind xmlns='urn:example:w'/>", room)
    text = write(Reading(read(talk.saved(tmp_path)), "pistol").script())
    scenario = read_draft(text)
    assert [(setup.name, [o["nick"] for o in setup.occupants]) for setup in scenario.rooms] == [
        ("${harfleur}", ["${gower}"])
    ]
    assert rehearse(scenario).verdict.outcome is Outcome.PASS

"""`mucspec record`: the draft of a live session is sound, passes, and says what was done."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli.record import record
from harness.drafting import toml
from harness.drafting.deeds import deed
from harness.drafting.draft import read as read_draft
from harness.drafting.draft import write
from harness.drafting.heard import BadTranscript, read
from harness.drafting.script import Reading
from harness.model import Outcome
from harness.rehearse import rehearse
from mockserver.control import Transcript
from mockserver.muc.jid import JID
from mockserver.muc.xml import parse

from .talk import ADMIN, MUC, ROOM, USER, Talk, with_pistol


@pytest.fixture
def talk() -> Talk:
    return with_pistol()


def did(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["who"], row["does"]) for row in rows if "does" in row]


def saw(rows: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("sees") == event]


def test_a_story_is_told_again(talk: Talk, tmp_path: Path) -> None:
    """Who did what, and what the subject's library has to say of it."""
    talk.speaks("pistol", "<body>Ha! art thou &quot;bedlam&quot;?</body>")
    talk.says("pistol", f"<presence to='{ROOM}/ancient'/>")
    kick = "<item nick='ancient' role='none'><reason>Avaunt!</reason></item>"
    talk.says("gower", f"<iq type='set' id='k' to='{ROOM}'><query xmlns='{MUC}#admin'>{kick}</query></iq>")
    rows = talk.drafted(tmp_path)
    assert did(rows) == [
        ("gower", "join"), ("gower", "accept_defaults"), ("pistol", "join"), ("pistol", "message"),
        ("pistol", "rename"), ("gower", "kick"),
    ]  # fmt: skip
    assert saw(rows, "joined")[0]["nick"] == "pistol"
    assert saw(rows, "message")[0]["body"] == 'Ha! art thou "bedlam"?'
    assert saw(rows, "renamed")[0]["self"] is True
    (left,) = saw(rows, "left")
    assert (left["cause"], left["actor"], left["reason"], left["req"]) == (
        "kicked",
        "gower",
        "Avaunt!",
        "xep-0045/8.2-6",
    )


def test_a_refusal_is_a_row(talk: Talk, tmp_path: Path) -> None:
    """And who was refused may come in under another name."""
    talk.joins("bardolph", "pistol")
    talk.joins("bardolph", "bardolph")
    rows = talk.drafted(tmp_path, "bardolph")
    refused = [row for row in rows if row.get("completes") == "join"]
    assert [(row["ok"], row["condition"]) for row in refused] == [(False, "conflict")]
    assert [row["nick"] for row in rows if row.get("who") == "bardolph" and row.get("does") == "join"] == [
        "pistol",
        "bardolph",
    ]


def test_of_a_form_only_what_was_changed(talk: Talk, tmp_path: Path) -> None:
    """Fetching it is a part of that, and a truth is one."""
    talk.owns("gower", "", "get")
    fields = {"FORM_TYPE": f"{MUC}#roomconfig", "muc#roomconfig_roomname": "", "muc#roomconfig_moderatedroom": "1"}
    inner = "".join(f"<field var='{var}'><value>{text}</value></field>" for var, text in fields.items())
    talk.owns("gower", f"<x xmlns='jabber:x:data' type='submit'>{inner}</x>")
    rows = talk.drafted(tmp_path)
    assert did(rows)[-1] == ("gower", "set_config")
    assert [row["values"] for row in rows if row.get("does") == "set_config"] == [
        {"muc#roomconfig_moderatedroom": True}
    ]


def test_what_no_verb_says_is_said_in_xml(talk: Talk, tmp_path: Path) -> None:
    """With the addresses of scenarios."""
    talk.speaks("gower", "<wind xmlns='urn:example:w'/>")
    (raw,) = [row for row in talk.drafted(tmp_path) if row.get("does") == "raw"]
    assert raw["xml"].startswith('<message to="${harfleur}"')
    assert "urn:example:w" in raw["xml"]


def test_what_a_text_may_hold(talk: Talk, tmp_path: Path) -> None:
    """Characters that end lines elsewhere, numbers without end."""
    talk.speaks("gower", "<body>one\u2028line\x85</body>")
    talk.says("pistol", f"<presence to='{ROOM}/Pistol' type='unavailable'/>")
    history = f"<history maxstanzas='{'9' * 5000}'/>"
    talk.says("pistol", f"<presence to='{ROOM}/Pistol'><x xmlns='{MUC}'>{history}</x></presence>")
    told = [row.get("body") or row.get("history") for row in talk.drafted(tmp_path)]
    assert "one\u2028line\x85" in told and {"maxstanzas": 999_999_999} in told


def test_a_room_that_was_there_before(tmp_path: Path) -> None:
    """It is furnished, with who was in it."""
    talk = Talk()
    talk.joins("gower", "gower")
    talk.instant("gower")
    talk.kept = Transcript(talk.scene.clock.seconds)
    talk.scene.porch.on_traffic = talk.kept.traffic
    talk.joins("pistol", "pistol")
    path = talk.saved(tmp_path)
    text = write(Reading(read(path)).script())
    assert tomllib.loads(text)["rooms"] == [
        {"name": "harfleur", "occupants": [{"nick": "gower", "affiliation": "owner"}]}
    ]
    assert rehearse(read_draft(text)).verdict.outcome is Outcome.PASS


def test_rooms_that_were_open_at_once(tmp_path: Path) -> None:
    """A server with --instant-rooms: the draft says so."""
    talk = Talk()
    talk.scene.host.muc.switches = type(talk.scene.host.muc.switches)(locks_new_rooms=False)
    talk.joins("gower", "gower")
    talk.joins("pistol", "pistol")
    rows = talk.drafted(tmp_path)
    assert rows[0] == {"service": "switch", "name": "locks_new_rooms", "value": False}
    assert saw(rows, "joined")


def test_what_was_done_from_outside_is_noted(talk: Talk, tmp_path: Path) -> None:
    """As a comment, on one line whatever is in it."""
    talk.kept.note("kick room='harfleur'\nsteps = []")
    text = write(Reading(read(talk.saved(tmp_path)), "pistol").script())
    assert "# from outside: kick room='harfleur' steps = []\n" in text


@pytest.mark.parametrize(
    ("stanza", "wanted"),
    [
        (f"<presence to='{ROOM}/nym' type='unavailable'><status>off</status></presence>",
         {"does": "leave", "status": "off"}),
        (f"<presence to='{ROOM}/nym'><show>away</show></presence>", {"does": "presence", "show": "away"}),
        (f"<message to='{ROOM}' type='groupchat'><subject/></message>", {"does": "set_subject", "subject": ""}),
        (f"<message to='{ROOM}/boy' type='chat'><body>psst</body></message>",
         {"does": "private_message", "nick": "boy", "body": "psst"}),
        (f"<iq type='get' to='{ROOM}/nym'><ping xmlns='urn:xmpp:ping'/></iq>", {"does": "self_ping"}),
        (f"<iq type='set' to='{ROOM}'><query xmlns='{ADMIN}'><item jid='boy@x/y' affiliation='outcast'/></query></iq>",
         {"does": "ban", "jid": "boy@x"}),
        (f"<iq type='set' to='{ROOM}'><query xmlns='{ADMIN}'><item nick='boy' role='visitor'/></query></iq>",
         {"does": "set_role", "nick": "boy", "role": "visitor"}),
        (f"<iq type='get' to='{ROOM}'><query xmlns='{ADMIN}'><item affiliation='owner'/></query></iq>",
         {"does": "get_affiliations", "affiliation": "owner"}),
        (f"<message to='{ROOM}'><x xmlns='{USER}'><invite to='boy@x'><reason>come</reason></invite></x></message>",
         {"does": "invite", "jid": "boy@x", "mode": "mediated", "reason": "come"}),
    ],
)  # fmt: skip
def test_stanzas_and_their_verbs(stanza: str, wanted: dict[str, str]) -> None:
    """The verb that sends such a stanza, with its arguments."""
    element = parse(stanza)
    assert deed(element, JID(element.get("to")), "nym") == {"room": ROOM, **wanted}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("root:x:0:0\n", "line 1"),
        ('{"dir": "in"}\n', "line 1"),
        ("", "nobody enters a room"),
    ],
)
def test_what_is_no_transcript(tmp_path: Path, text: str, said: str) -> None:
    """One line that says where."""
    path = tmp_path / "talk.jsonl"
    path.write_text(text)
    with pytest.raises(BadTranscript, match=said):
        Reading(read(path))


def test_a_file_that_is_there_is_not_overwritten(talk: Talk, tmp_path: Path) -> None:
    """The first time it is written; then the command says what would help."""
    path, out = talk.saved(tmp_path), tmp_path / "deep" / "draft.toml"
    runner = CliRunner()
    assert runner.invoke(record, [str(path), "--out", str(out)], standalone_mode=False).return_value == 0
    before = out.read_text()
    again = runner.invoke(record, [str(path), "--out", str(out)], standalone_mode=False)
    assert "is there already" in str(again.exception)
    assert out.read_text() == before
    assert "nobody of that name" in str(
        runner.invoke(record, [str(path), "--subject", "nym"], standalone_mode=False).exception
    )


@pytest.mark.parametrize("given", ["plain", 'a "b" \\ \n \x7f \u2603', True, 7, ["a", 1], {"x.y": {"z": []}}, {}])
def test_values_come_back_from_toml(given: Any) -> None:
    """Whatever is in them."""
    assert tomllib.loads(f"v = {toml.value(given)}") == {"v": given}

"""`mucspec record`: the draft of a live session is sound, passes, and says what was done."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli.corpus import lint
from harness.cli.record import record
from harness.drafting import toml
from harness.drafting.deeds import deed
from harness.drafting.draft import read as read_draft
from harness.drafting.draft import write
from harness.drafting.heard import BadTranscript, read
from harness.drafting.script import Reading
from harness.model import Outcome
from harness.rehearse import rehearse
from mockserver.console.lines import line
from mockserver.control import Transcript
from mockserver.muc.jid import JID
from mockserver.muc.xml import parse
from mockserver.tests.streams import DOMAIN, Scene, Talker

MUC = "http://jabber.org/protocol/muc"
ADMIN, USER = f"{MUC}#admin", f"{MUC}#user"
ROOM = f"harfleur@conference.{DOMAIN}"
SUBMITTED = f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>"


class Talk:
    """A live server in memory whose transcript is kept; `name` logs in at its first word."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.kept = Transcript(self.scene.clock.seconds)
        self.scene.porch.on_traffic = self.kept.traffic
        self._talkers: dict[str, Talker] = {}

    def says(self, name: str, text: str) -> str:
        if name not in self._talkers:
            self._talkers[name] = self.scene.log_in(name, "x")
            self._talkers[name].say("<presence/>")
        return self._talkers[name].say(text)

    def joins(self, name: str, nick: str) -> str:
        return self.says(name, f"<presence to='{ROOM}/{nick}'><x xmlns='{MUC}'/></presence>")

    def owns(self, name: str, inner: str, kind: str = "set") -> str:
        return self.says(name, f"<iq type='{kind}' id='o' to='{ROOM}'><query xmlns='{MUC}#owner'>{inner}</query></iq>")

    def instant(self, name: str) -> None:
        self.owns(name, "<x xmlns='jabber:x:data' type='submit'/>")

    def speaks(self, name: str, inner: str, to: str = ROOM, kind: str = "groupchat") -> str:
        return self.says(name, f"<message to='{to}' type='{kind}' id='m'>{inner}</message>")

    def saved(self, folder: Path) -> Path:
        path = folder / "talk.jsonl"
        path.write_text("".join(line(entry) for entry in self.kept), encoding="utf-8")
        return path

    def drafted(self, folder: Path, subject: str = "pistol") -> list[dict[str, Any]]:
        """The rows of the draft, which is sound and which the reference client passes."""
        text = write(Reading(read(self.saved(folder)), subject).script())
        assert rehearse(read_draft(text)).verdict.outcome is Outcome.PASS
        steps: list[dict[str, Any]] = tomllib.loads(text)["steps"]
        return steps


@pytest.fixture
def talk() -> Talk:
    """gower's room with pistol in it."""
    talk = Talk()
    talk.joins("gower", "gower")
    talk.instant("gower")
    talk.joins("pistol", "pistol")
    return talk


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


@pytest.fixture
def dollars(talk: Talk) -> Talk:
    """What looks like a placeholder, everywhere: as nickname, in texts, in XML; of names that exist and others."""
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

"""`mucspec record`: what was done from outside is a part of the draft."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from harness.drafting.draft import read as read_draft
from harness.drafting.draft import write
from harness.drafting.heard import read
from harness.drafting.outside import read as read_deed
from harness.drafting.script import Reading
from harness.model import Outcome
from harness.rehearse import rehearse
from mockserver.tests.streams import DOMAIN

from .talk import ROOM, Talk


def draft(talk: Talk, folder: Path) -> dict[str, Any]:
    text = write(Reading(read(talk.saved(folder)), "pistol").script())
    assert rehearse(read_draft(text)).verdict.outcome is Outcome.PASS
    return {**tomllib.loads(text), "notes": [line for line in text.splitlines() if line.startswith("# from outside")]}


def done(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that do something, as far as they say more than who and where."""
    rows = [row for row in found["steps"] if "does" in row or "service" in row]
    return [{key: value for key, value in row.items() if key != "room"} for row in rows]


def seen(found: dict[str, Any], event: str) -> list[dict[str, Any]]:
    return [row for row in found["steps"] if row.get("sees") == event]


def test_a_room_that_was_furnished_from_outside(tmp_path: Path) -> None:
    """Configuration, subject, history, affiliations and puppets stand in the `rooms` table."""
    talk = Talk()
    control = talk.outside()
    config = {"moderatedroom": True}
    control.create("harfleur", owner="exeter", subject="The siege", config=config, affiliations={"pistol": "member"})
    control.configure("harfleur", {"roomname": "Harfleur"})
    control.seat("harfleur", "Jamy", affiliation="admin", role="visitor")
    control.remember("harfleur", "nym", "pauca")
    talk.joins("pistol", "Pistol")
    found = draft(talk, tmp_path)
    assert found["notes"] == []
    assert found["rooms"] == [
        {
            "name": "harfleur",
            "owner": f"exeter@{DOMAIN}",
            "config": {"moderatedroom": True, "roomname": "Harfleur"},
            "subject": "The siege",
            "history": [{"nick": "nym", "body": "pauca"}],
            "affiliations": {"pistol": "member"},
            "occupants": [{"nick": "Jamy", "affiliation": "admin", "role": "visitor"}],
        }
    ]
    assert [row["body"] for row in seen(found, "message")] == ["pauca"]
    assert seen(found, "subject")[0]["subject"] == "The siege"


@pytest.fixture
def besieged() -> Talk:
    """A room from outside with Jamy, a puppet, and pistol, a client."""
    talk = Talk()
    control = talk.outside()
    control.create("harfleur")
    control.seat("harfleur", "Jamy")
    talk.joins("pistol", "Pistol")
    return talk


def test_what_puppets_and_the_service_did_are_rows(besieged: Talk, tmp_path: Path) -> None:
    """In their order, with what the client has to say of it."""
    control = besieged.outside()
    control.seat("harfleur", "Boy")
    control.say("harfleur", "It's a nick='x' ${room}", nick="Boy")
    control.whisper("harfleur", "Boy", "Pistol", "psst")
    control.unseat("harfleur", "Boy")
    control.configure("harfleur", {"roomdesc": "a town"})
    control.rename("harfleur", "Pistol", "Ancient")
    control.role("harfleur", "Ancient", "moderator")
    control.kick("harfleur", "Ancient", reason="Avaunt!")
    control.affiliation("harfleur", f"pistol@{DOMAIN}", "outcast")
    found = draft(besieged, tmp_path)
    assert done(found)[1:] == [
        {"who": "Boy", "does": "join", "nick": "Boy"},
        {"who": "Boy", "does": "message", "body": "It's a nick='x' $${room}"},
        {"who": "Boy", "does": "private_message", "nick": "Pistol", "body": "psst"},
        {"who": "Boy", "does": "leave"},
        {"service": "set_config", "values": {"roomdesc": "a town"}},
        {"service": "rename", "nick": "Pistol", "new_nick": "Ancient"},
        {"service": "set_role", "nick": "Ancient", "role": "moderator"},
        {"service": "set_role", "nick": "Ancient", "role": "none", "reason": "Avaunt!"},
        {"service": "set_affiliation", "jid": "pistol", "affiliation": "outcast"},
    ]
    assert (seen(found, "left")[0]["cause"], seen(found, "left")[0]["reason"]) == ("kicked", "Avaunt!")
    assert seen(found, "renamed")[0]["self"] is True


def test_faults_and_passing_time_are_rows(besieged: Talk, tmp_path: Path) -> None:
    """Where they acted is not told again."""
    control = besieged.outside()
    control.fault("drop message times=1")
    besieged.speaks("pistol", "<body>lost</body>")
    besieged.speaks("pistol", "<body>heard</body>")
    control.fault("shutdown now")
    control.end_faults()
    control.advance(60)
    found = draft(besieged, tmp_path)
    assert (found["notes"], [row["body"] for row in seen(found, "message")]) == ([], ["heard"])
    assert [row for row in done(found) if "service" in row] == [
        {"service": "fault", "fault": "drop", "stanza": "message", "times": 1},
        {"service": "fault", "fault": "shutdown", "now": True},
        {"service": "end_faults"},
        {"service": "advance", "seconds": 60},
    ]
    assert seen(found, "left")[0]["cause"] == "shutdown"


def test_what_no_row_says_stays_a_comment(besieged: Talk, tmp_path: Path) -> None:
    """What the room itself says, what waits by the clock, what acts on an address, who cannot be told from a client."""
    control = besieged.outside()
    control.say("harfleur", "All!")
    control.fault("delay message seconds=5")
    control.fault(f"drop to=nym@{DOMAIN}")
    besieged.kept.note(f"seat room='{ROOM}' nick='pistol' jid='x@y'")
    found = draft(besieged, tmp_path)
    assert [line.split()[3] for line in found["notes"]] == ["say", "fault", "fault", "seat"]
    assert [row for row in done(found) if "service" in row] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kick", ("kick", {})),
        ("say nick='a' body='b nick=c'", ("say", {"nick": "a", "body": "b nick=c"})),
        ("configure values={'a': ['b', 'c d=e']}", ("configure", {"values": {"a": ["b", "c d=e"]}})),
        ("advance seconds=1.5", ("advance", {"seconds": 1.5})),
        ("say body=open('x')", ("", {})),
        ("say body='", ("", {})),
    ],
)
def test_how_deeds_are_read(text: str, told: tuple[str, dict[str, Any]]) -> None:
    """Literals alone; what is anything else is nothing."""
    assert read_deed(text) == told

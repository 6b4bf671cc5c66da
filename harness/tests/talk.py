"""A live server in memory, people who talk on it, and the draft that is made of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from harness.drafting.draft import read as read_draft
from harness.drafting.draft import write
from harness.drafting.heard import read
from harness.drafting.script import Reading
from harness.model import Outcome
from harness.rehearse import rehearse
from mockserver.console.lines import line
from mockserver.control import Control, ShiftedClock, Transcript
from mockserver.faulty_porch import FaultyPorch
from mockserver.net.credentials import Listed
from mockserver.tests.streams import DOMAIN, Scene, Talker

MUC = "http://jabber.org/protocol/muc"
ADMIN, USER = f"{MUC}#admin", f"{MUC}#user"
ROOM = f"harfleur@conference.{DOMAIN}"
SUBMITTED = f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>"


class Talk:
    """A live server in memory whose transcript is kept; `name` logs in at its first word."""

    def __init__(self) -> None:
        self.kept: Transcript
        self.scene = Scene(kind=FaultyPorch, on_fault=lambda acted: self.kept.note(f"{acted.session} {acted}".lstrip()))
        self.kept = Transcript(self.scene.clock.seconds)
        self.scene.porch.on_traffic = self.kept.traffic
        self._talkers: dict[str, Talker] = {}

    def says(self, name: str, text: str) -> str:
        if name not in self._talkers:
            self._talkers[name] = self.scene.log_in(name, "x")
            self._talkers[name].say("<presence/>")
        return self._talkers[name].say(text)

    def outside(self) -> Control:
        """What the operator can do."""
        clock = ShiftedClock(self.scene.clock)
        return Control(self.scene.porch, clock, self.scene.clock, credentials=Listed({}), transcript=self.kept)

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


def with_pistol() -> Talk:
    """gower's room with pistol in it."""
    talk = Talk()
    talk.joins("gower", "gower")
    talk.instant("gower")
    talk.joins("pistol", "pistol")
    return talk

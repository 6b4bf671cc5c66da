"""Claims about the transcripts: colours on a terminal, JSON Lines in a file."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, TextIO

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.xml import parse
from mockserver.options import CannotServe, ServeOptions
from mockserver.serve import start
from mockserver.telling import transcript

from .houses import MUC, House

STANZA = """<message type="groupchat" id='x"y'><body>a &lt;b c="d"> \x1b[31m</body></message>"""


class Taken(MemoryReactorClock):
    """Every port is."""

    def listenTCP(self, *args: Any, **named: Any) -> Any:
        raise CannotListenError("127.0.0.1", 5222, OSError("Address already in use"))


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def written(stream: io.StringIO) -> str:
    transcript(stream)("out", "pistol@localhost/x", STANZA, fence=False)
    return stream.getvalue()


def test_a_terminal_shows_the_same_in_colours() -> None:
    """Without the colours the line is the one that a file gets; a client's own colours are none."""
    coloured = written(Terminal())
    assert coloured.startswith("\x1b[36m\x1b[1m<- pistol@localhost/x\x1b[0m  \x1b[34m<message\x1b[0m")
    assert re.sub(r"\x1b\[[0-9]*m", "", coloured) == written(io.StringIO())
    assert "\\x1b[31m" in coloured


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """NO_COLOR, and terminals that have none."""
    monkeypatch.setenv(name, value)
    assert "\x1b" not in written(Terminal())


def test_a_file_gets_every_entry_as_a_line_of_json() -> None:
    """Also what was done from outside; whether or not there is a terminal or a console."""
    file = io.StringIO()
    house = House(keep_transcript=False, transcript_json=file)
    house.control.create("lounge")
    told: Any = house.running.porch.on_traffic
    told("in", "a@b/c", "<presence/>", fence=False)
    told("out", "a@b/c", "<iq/>", fence=True)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [(e["n"], e["dir"], e.get("xml"), e.get("does")) for e in lines] == [
        (1, "do", None, f"create room='lounge@{MUC}'"),
        (2, "in", "<presence/>", None),
    ]


@pytest.mark.parametrize("stdout", ["-", sys.stdout])
def test_stdout_is_either_for_the_ready_line_or_for_the_transcript(stdout: TextIO | str) -> None:
    """A program that reads the one line must not find others."""
    with pytest.raises(CannotServe, match="--transcript-json - and --ready-json"):
        House(ready_json=True, transcript_json=stdout)


def test_a_transcript_that_cannot_be_written_is_told_before_anybody_comes(tmp_path: Path) -> None:
    """One line with the reason, and no server."""
    with pytest.raises(CannotServe, match=r"nowhere/talk\.jsonl: No such file or directory; it takes a file that"):
        House(transcript_json=str(tmp_path / "nowhere" / "talk.jsonl"))


def test_who_does_not_get_the_port_leaves_the_transcript_alone(tmp_path: Path) -> None:
    """It is that of the server which has the port; a server that starts begins a new one."""
    file = tmp_path / "talk.jsonl"
    file.write_text("of another server", encoding="utf-8")
    with pytest.raises(CannotServe, match="cannot listen"):
        start(ServeOptions(tls=False, quiet=True, transcript_json=str(file)), Taken())
    assert file.read_text(encoding="utf-8") == "of another server"
    house = House(transcript_json=str(file))
    house.control.create("lounge")
    assert [json.loads(line)["n"] for line in file.read_text(encoding="utf-8").splitlines()] == [1]
    assert house.running.transcript
    house.running.transcript.close()


def registered(*inner: str) -> str:
    return f"<iq type='set' id='p' to='localhost'><query xmlns='jabber:iq:register'>{''.join(inner)}</query></iq>"


@pytest.mark.parametrize(
    "inner",
    [
        "<username>pistol</username><password>leek</password>",
        "<x xmlns='jabber:x:data' type='submit'><field var='username'><value>pistol</value></field>"
        "<field var='password'><value>leek</value></field></x>",
    ],
)
@pytest.mark.parametrize("direction", ["in", "out"])
def test_no_transcript_has_the_password_of_an_account(inner: str, direction: str) -> None:
    """Neither where a client chooses another one nor where a gateway is told one; the rest is there."""
    readable, lines = io.StringIO(), io.StringIO()
    house = House(quiet=False, transcript=readable, transcript_json=lines)
    told: Any = house.running.porch.on_traffic
    told(direction, "pistol@localhost/x", registered(inner), fence=False)
    kept = "".join(entry.text for entry in house.control.transcript)
    for text in (readable.getvalue(), lines.getvalue(), kept):
        assert ("leek" in text, "***" in text, "pistol</" in text) == (False, True, True)


def test_no_fault_names_the_password_of_an_account() -> None:
    """Where it acts on a request to register, both transcripts have that as they have the others."""
    readable = io.StringIO()
    house = House(quiet=False, transcript=readable, faults=("drop iq in",))
    stanza = parse(registered("<username>pistol</username><password>leek</password>"))
    house.running.porch.serve(stanza, house.client())
    kept = "".join(entry.text for entry in house.control.transcript)
    for text in (readable.getvalue(), kept):
        assert ("leek" in text, "<password>***</password>" in text) == (False, True)


def test_the_password_of_a_room_is_told() -> None:
    """It is what is tried."""
    readable = io.StringIO()
    house = House(quiet=False, transcript=readable)
    join = "<presence><x xmlns='http://jabber.org/protocol/muc'><password>leek</password></x></presence>"
    told: Any = house.running.porch.on_traffic
    told("in", "pistol@localhost/x", join, fence=False)
    assert "<password>leek</password>" in readable.getvalue()


class Full(io.StringIO):
    """A file on a disk that is full, or a pipe that nobody reads."""

    tried = 0

    def write(self, text: str) -> int:
        self.tried += 1
        raise BrokenPipeError("nobody reads")


def test_a_transcript_that_nobody_reads_ends_no_stream(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends itself, and says so once; the others go on."""
    readable, lines = Full(), Full()
    house = House(quiet=False, transcript=readable, transcript_json=lines)
    told: Any = house.running.porch.on_traffic
    for _ in range(2):
        told("in", "pistol@localhost/x", "<presence/>", fence=False)
    assert (readable.tried, lines.tried) == (1, 1)
    assert capsys.readouterr().err == 2 * "the transcript ends here: nobody reads\n"
    assert len(list(house.control.transcript)) == 2

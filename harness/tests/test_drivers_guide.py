"""The guide to drivers: its messages fit the schemas, its driver.toml the vocabulary, and its driver runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.clients import Driver, read_driver
from harness.lines import check_answer, check_event, read_hello
from harness.protocol import SCHEMAS
from harness.vocabulary import EVENT, VERB

GUIDE = Path(__file__).parents[2] / "docs" / "drivers.md"
LITTLECHAT = Path(__file__).parent / "made_up" / "littlechat.py"
ROOM = "harfleur@conference.mucspec.invalid"


def blocks(language: str) -> list[str]:
    """The fenced blocks of the guide in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def conversation() -> Iterator[tuple[str, dict[str, Any]]]:
    """The messages of the guide in order, with their direction."""
    for line in "".join(blocks("")).splitlines():
        if line[:3] in ("-> ", "<- "):
            yield line[:2], json.loads(line[3:])


def fits(message: Mapping[str, Any], schema: str) -> bool:
    read = json.loads((SCHEMAS / f"driver-{schema}.schema.json").read_text("utf-8"))
    return bool(Draft202012Validator(read).is_valid(message))


def schema_of(direction: str, message: Mapping[str, Any]) -> str:
    if direction == "->":
        return "start" if message["cmd"] == "start" else "command"
    return "event" if "event" in message else "hello" if "driver" in message else "answer"


def test_every_message_of_the_guide_fits_its_schema() -> None:
    """Commands, hello, answers and events: what an author copies is right."""
    said = list(conversation())
    assert {schema_of(*one) for one in said} == {"start", "command", "hello", "answer", "event"}
    assert [message for direction, message in said if not fits(message, schema_of(direction, message))] == []


def test_every_answer_of_the_guide_belongs_to_a_command() -> None:
    """Each command is answered once, by its number, with values of the kinds that its verb gives."""
    commands = {
        message["seq"]: message["cmd"]
        for direction, message in conversation()
        if "seq" in message and direction == "->"
    }
    answers = {
        message["seq"]: message for direction, message in conversation() if "seq" in message and direction == "<-"
    }
    assert list(answers) == list(commands)
    for seq, verb in commands.items():
        check_answer(answers[seq], verb, VERB[verb].gives)


def test_the_events_of_the_guide_have_the_fields_of_the_vocabulary() -> None:
    """The harness would take each of them."""
    events = [message for _, message in conversation() if "event" in message]
    assert events
    for event in events:
        check_event(event)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The driver of the guide, its driver.toml and its library."""
    (program,), (toml,) = blocks("python"), blocks("toml")
    (tmp_path / "driver.py").write_text(program, encoding="utf-8")
    (tmp_path / "driver.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "littlechat.py").write_text(LITTLECHAT.read_text("utf-8"), encoding="utf-8")
    return tmp_path


def described(folder: Path) -> Driver:
    driver = read_driver(folder / "driver.toml")
    assert driver is not None
    return driver


def play(folder: Path, commands: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the driver of the guide writes to these commands, up to the answer to the last one."""
    program = [sys.executable, str(folder / "driver.py")]
    lines = [json.dumps(command) + "\n" for command in ({"cmd": "start", "version": 1}, *commands)]
    written: list[dict[str, Any]] = []
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdin is not None and driver.stdout is not None
        driver.stdin.writelines(lines)
        driver.stdin.flush()
        while {command["seq"] for command in commands} - {message.get("seq") for message in written} or not written:
            written.append(json.loads(driver.stdout.readline()))
        driver.stdin.writelines([json.dumps({"cmd": "stop"}) + "\n"])
    assert driver.returncode == 0
    return written


def numbered(*commands: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"seq": seq, "session": "a", **command} for seq, command in enumerate(commands, 1)]


CONNECT = {"cmd": "connect", "jid": "pistol@mucspec.invalid", "password": "x", "host": "127.0.0.1", "port": 1}
JOIN = {"cmd": "join", "room": ROOM, "nick": "pistol", "password": "leek"}


def test_the_driver_toml_of_the_guide_is_one(folder: Path) -> None:
    """Known words, and its lists are those of the hello in the text."""
    driver = described(folder)
    hello = read_hello(next(message for _, message in conversation() if "driver" in message))
    assert (driver.can, driver.reports) == (hello.can, hello.reports)
    assert set(driver.can) | set(driver.unsupported) <= set(VERB) and set(driver.reports) <= set(EVENT)
    assert not set(driver.can) & set(driver.unsupported)


def test_the_driver_of_the_guide_presents_itself(folder: Path) -> None:
    """Its hello fits the schema and says what its driver.toml says."""
    (hello,) = play(folder, [])
    assert fits(hello, "hello")
    assert read_hello(hello).can == described(folder).can


def test_the_driver_of_the_guide_tells_everything_before_it_answers_sync(folder: Path) -> None:
    """Connected, joined, spoken: each event of the library stands before the answer to sync."""
    said = {"cmd": "message", "room": ROOM, "body": "Base is the slave that pays."}
    whispered = {"cmd": "message", "room": ROOM, "body": "@Fluellen"}
    _, *messages = play(folder, numbered(CONNECT, JOIN, said, whispered, {"cmd": "sync"}))
    before = messages[: [message.get("seq") for message in messages].index(5)]
    told = {message["event"]: message["source"] for message in before if "event" in message}
    assert told == {"joined": "api", "occupant_joined": "api", "message": "api", "private_message": "stanza"}


def test_what_the_driver_of_the_guide_writes_fits_the_schemas(folder: Path) -> None:
    """Answers that go well, refusals, what is lacking, state and raw."""
    lacks = {"cmd": "leave", "room": ROOM, "status": "Farewell"}
    nothing = {"cmd": "kick", "room": ROOM, "nick": "Fluellen"}
    refused = {**JOIN, "password": "garlic"}
    rest = (
        {"cmd": "state", "room": ROOM},
        {"cmd": "raw", "xml": "<presence/>"},
        {"cmd": "disconnect"},
    )
    _, *messages = play(folder, numbered(CONNECT, JOIN, refused, lacks, nothing, *rest))
    assert [message for message in messages if not fits(message, schema_of("<-", message))] == []
    answers = {message["seq"]: message for message in messages if "seq" in message}
    assert [answers[seq].get("ok") for seq in range(1, 9)] == [True, True, False, None, None, True, "sent", True]
    assert answers[3]["error"] == {"condition": "not-authorized", "type": "auth", "text": "Say the word"}
    assert (answers[4]["argument"], answers[5]["unsupported"]) == ("status", True)
    assert {one["nick"] for one in answers[6]["occupants"]} == {"pistol", "Fluellen"}
    assert answers[7]["via"] == "raw"

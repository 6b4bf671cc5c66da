"""The reference driver as a program: JSON lines in and out, and a server played by hand."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from harness import drivers
from harness.vocabulary import EVENTS, VERBS

FOLDER = Path(drivers.__file__).parent / "reference"
ABOUT = tomllib.loads((FOLDER / "driver.toml").read_text("utf-8"))["driver"]
ROOM = "harfleur@conference.mucspec.invalid"
STREAM = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
PLAIN = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"
BOUND = (
    "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>pistol@mucspec.invalid/1</jid>"
    "</bind></iq>"
)
SELF = (
    f"<presence from='{ROOM}/pistol'><x xmlns='http://jabber.org/protocol/muc#user'>"
    "<item role='participant' affiliation='none'/><status code='110'/></x></presence>"
)


class Program:
    """A running driver."""

    def __init__(self, *options: str, command: tuple[str, ...] = ("-m", "harness.drivers.reference")) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, *command, *options], stdin=pipe, stdout=pipe, text=True)
        self._seq = 0

    def say(self, **message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        heard = json.loads(self.process.stdout.readline())
        assert isinstance(heard, dict)
        return heard

    def ask(self, cmd: str, **args: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The answer to a command, and the events before it."""
        self._seq += 1
        self.say(cmd=cmd, seq=self._seq, session="a", **args)
        events = []
        while (heard := self.hear()).get("seq") != self._seq:
            events.append(heard)
        return heard, events

    def end(self) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        status = self.process.wait(10)
        self.process.stdout.close()
        return status


@pytest.fixture
def program() -> Iterator[Program]:
    running = Program()
    yield running
    assert running.end() == 0


class Server(threading.Thread):
    """Waits for each `expected` text in turn and answers it; `tls` answers are followed by a handshake."""

    def __init__(self, *script: tuple[str, str], context: ssl.SSLContext | None = None) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._script, self._context = script, context
        self.port = self._listener.getsockname()[1]
        self.start()

    def run(self) -> None:
        link, _ = self._listener.accept()
        for expected, answer in self._script:
            heard = b""
            while expected.encode() not in heard:
                if not (piece := link.recv(4096)):
                    return
                heard += piece
            link.sendall(answer.encode())
            if "proceed" in answer and self._context is not None:
                link = self._context.wrap_socket(link, server_side=True)
        link.close()
        self._listener.close()


def log_in() -> list[tuple[str, str]]:
    bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    return [
        ("version='1.0'", f"{STREAM}<stream:features>{PLAIN}</stream:features>"),
        ("</auth>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
        ("version='1.0'", f"{STREAM}<stream:features>{bind}</stream:features>"),
        ("</iq>", BOUND),
    ]  # fmt: skip


def connect(program: Program, port: int, **more: Any) -> dict[str, Any]:
    """Log in and give the answer."""
    address = {"jid": "pistol@mucspec.invalid", "password": "secret", "host": "127.0.0.1", "port": port}
    return program.ask("connect", **address, **more)[0]


def test_the_hello_is_what_driver_toml_says_and_the_vocabulary_has(program: Program) -> None:
    """The reference client can do everything and reports everything."""
    program.say(cmd="start", version=1)
    hello = program.hear()
    assert (hello["can"], hello["reports"]) == (ABOUT["can"], ABOUT["reports"])
    assert (hello["driver"], hello["library"], hello["language"]) == ("reference", "reference", "python")
    assert set(hello["can"]) == {verb.name for verb in VERBS}
    assert set(hello["reports"]) == {event.name for event in EVENTS}


def test_a_session_from_login_to_logout(program: Program) -> None:
    """Events come before the answers that follow from them; after the end nothing is joined."""
    server = Server(*log_in(), ("protocol/muc", SELF), ("</stream:stream>", "</stream:stream>"))
    assert connect(program, server.port) == {"seq": 1, "ok": True, "jid": "pistol@mucspec.invalid/1"}
    answer, events = program.ask("join", room=ROOM, nick="pistol")
    assert answer["ok"] is True and [(e["event"], e["session"]) for e in events] == [("joined", "a")]
    assert program.ask("state", room=ROOM)[0]["joined"] is True
    answer, events = program.ask("disconnect")
    assert answer["ok"] is True and [e["event"] for e in events] == ["left", "disconnected"]
    assert program.ask("state", room=ROOM)[0]["joined"] is False
    assert program.ask("leave", room=ROOM)[0]["error"]["condition"] == "disconnected"


def test_a_session_over_tls(program: Program, tmp_path: Path) -> None:
    """STARTTLS with a certificate of the given authority for the domain of the JID."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mucspec.invalid").configure_cert(context)
    offer = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    first = ("version='1.0'", f"{STREAM}<stream:features>{offer}</stream:features>")
    server = Server(first, ("<starttls", proceed), *log_in(), ("</stream:stream>", ""), context=context)
    assert connect(program, server.port, tls="starttls", ca=str(tmp_path / "ca.pem"))["ok"] is True


def test_a_refused_login_is_an_answer(program: Program) -> None:
    """Wrong password, and nobody there."""
    failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"
    server = Server(log_in()[0], ("</auth>", failure))
    assert connect(program, server.port)["error"]["condition"] == "not-authorized"
    assert connect(program, 1)["error"]["condition"] == "remote-connection-failed"


def test_a_cut_stream_is_reported(program: Program) -> None:
    """With the condition of the stream error, where there was one."""
    error = "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
    server = Server(*log_in(), ("<presence", error))
    connect(program, server.port)
    event = program.hear()
    assert (event["event"], event["session"], event["condition"]) == ("disconnected", "a", "conflict")


def test_the_driver_runs_by_its_path_and_with_defects() -> None:
    """From any folder, without the package on the path."""
    program = Program("--defect", "kick-as-leave", command=(str(FOLDER),))
    program.say(cmd="start", version=1)
    assert program.hear()["driver"] == "reference"
    assert program.end() == 0


def test_a_defect_that_nobody_knows_is_refused() -> None:
    """With the usual status of wrong usage."""
    command = [sys.executable, str(FOLDER), "--defect", "kick-as-hug"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_the_driver_needs_the_standard_library_only() -> None:
    """No module of it imports anything else, of ours or of others."""
    for path in FOLDER.glob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            word, _, rest = line.partition(" ")
            if word in ("import", "from") and not rest.startswith("."):
                assert rest.split(" ")[0].partition(".")[0] in sys.stdlib_module_names, f"{path.name}: {line}"

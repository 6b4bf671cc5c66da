"""Start a gateway as a component: in an environment of its own, a process of its own, with data of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..clients import TOP, Client, Driver
from ..provision import Place, Says, provision

HERE = Path(__file__).parent / "slidge"
DOMAIN, GATE, SECRET = "mucspec.invalid", "town.mucspec.invalid", "s3cret"
PROGRAM = "from harness.cli import main; main()"
READY = "ready"  # what our legacy module says when the component has shaken hands
SLIDGE = Driver(
    "slidge",
    HERE,
    library="slidge",
    language="python",
    command=("{python}", "-m", "slidge", "--legacy-module", "town", "--user-jid-validator", ".*"),
    python=">=3.11",
    packages=("slidge=={version}",),
    default_version="0.4.2",
)


class NoGateway(Exception):
    """It did not start; one line, and what it said last."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where a gateway serves: the server's component port and secret, and its own domain."""

    address: str  # HOST:PORT
    secret: str
    domain: str


def place(*, offline: bool = False, says: Says = lambda _: None) -> Place:
    """The environment with slidge, made if it is not there. Raises `CannotProvision`."""
    return provision(Client(SLIDGE), offline=offline, says=says)


@contextlib.contextmanager
def server(*options: str, transcript: Path = Path(os.devnull)) -> Iterator[Mapping[str, str]]:
    """`mucspec serve` with a component port; where it listens. Raises `NoGateway`."""
    own = ("--port", "0", "--component-port", "0", "--component-secret", SECRET, "--domain", DOMAIN, "--no-tls")
    command = [sys.executable, "-c", PROGRAM, "serve", *own, "--ready-json", *options]
    path = os.pathsep.join(filter(None, [str(TOP), os.environ.get("PYTHONPATH", "")]))
    with transcript.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                raise NoGateway("our own server did not start")
            yield json.loads(line)["addresses"]
        finally:
            _end(process)


@contextlib.contextmanager
def hosted(where: Place, post: Post, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Slidge with our legacy module, connected; ended with the block. `home` keeps its data and its log."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "log.txt"
    with log.open("a", encoding="utf-8") as sink:
        process = subprocess.Popen(
            [*where.command, *_options(post, home)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            env={**os.environ, **where.environment, "PYTHONPATH": str(HERE)},
        )
        try:
            assert process.stdout
            if (said := process.stdout.readline().strip()) != READY:
                _end(process)
                last = (log.read_text(encoding="utf-8").strip().splitlines() or ["nothing"])[-1]
                raise NoGateway(f"slidge ended with {process.returncode} and {said!r}; its last words: {last}")
            yield process
        finally:
            _end(process)


def _options(post: Post, home: Path) -> list[str]:
    host, _, port = post.address.rpartition(":")
    return [
        *("--server", host.strip("[]"), "--port", port, "--secret", post.secret),
        *("--jid", post.domain, "--home-dir", str(home)),
    ]


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()

"""What `mucspec doctor` looks at: what this machine has, and what would help where something is missing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from packaging.specifiers import SpecifierSet

from .clients import drivers
from .faketime import library
from .installing import NEWEST, OLDEST
from .own import own_version
from .provision import cache, installed_versions

WITHIN = 30  # seconds that a question to another program may take
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: `found` says what was found, "" if it is missing; `remedy` is told only then."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = False  # nothing goes without it

    @property
    def outcome(self) -> str:
        return "ok" if self.found else "missing"


def examine() -> Iterator[Finding]:
    """Everything, one by one: some of it takes a second or two."""
    yield Finding("mucspec", f"{own_version()} on Python {sys.version.split()[0]}")
    for look in LOOKS:
        yield look()
    pythons = pythons_found()
    yield Finding("Pythons", ", ".join(pythons), "install a Python, or name one with --env")
    yield from _clients(pythons)


def pythons_found() -> list[str]:
    """The versions of Python that answer to their names: `["3.11", "3.12"]`."""
    names = [f"3.{minor}" for minor in range(OLDEST, NEWEST + 1)]
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return [name for name in names if name == own or _answers(f"python{name}", name)]


def _answers(program: str, version: str) -> bool:
    """Whether it is there and runs: a version manager may have a stand-in that does not."""
    return _asked([program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == version


def _asked(command: list[str]) -> str:
    """What it prints; "" if it fails or is not there."""
    if not shutil.which(command[0]):
        return ""
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""


def _clients(pythons: list[str]) -> Iterator[Finding]:
    for driver in drivers().values():
        if not driver.packages:
            continue
        fitting = [name for name in pythons if SpecifierSet(driver.python).contains(f"{name}.99")]
        there = ", ".join(installed_versions(driver))
        found = f"Python {fitting[-1]}" + (f", installed: {there}" if there else "") if fitting else ""
        yield Finding(f"for {driver.name}", found, f"it needs Python {driver.python}: install one, or use --env")


def _program(name: str, programs: tuple[str, ...], remedy: str) -> Finding:
    """The first of these programs that is there. It is not started: `prosody --version` would start a server."""
    return Finding(name, next(filter(None, map(shutil.which, programs)), ""), remedy)


def _faketime() -> Finding:
    remedy = "apt install faketime, or name libfaketime.so.1 in MUCSPEC_FAKETIME; without it scenarios that put the "
    return Finding("faketime", str(library() or ""), remedy + "clock forward are skipped")


def _loopback() -> Finding:
    remedy = "allow programs to listen on 127.0.0.1: every scenario has a server there"
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            return Finding("loopback", f"listened on port {server.getsockname()[1]}", needed=True)
    except OSError:
        return Finding("loopback", "", remedy, needed=True)


def _cache() -> Finding:
    folder = cache()
    remedy = f"{folder} cannot be written: set MUCSPEC_CACHE to a folder that can"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".mucspec"
        probe.touch()
        probe.unlink()
    except OSError:
        return Finding("cache", "", remedy)
    count = len(list(folder.glob("*/mucspec.json")))
    return Finding("cache", f"{folder} ({count} environments)")


def _index() -> Finding:
    """The package index that pip is set up to use, asked for pip itself."""
    asked = _asked([sys.executable, "-m", "pip", "--disable-pip-version-check", "index", "versions", "pip"])
    remedy = "no answer through pip: check the network and pip's settings, or use --env with an environment of yours"
    return Finding("package index", "answers" if asked else "", remedy)


LOOKS: tuple[Callable[[], Finding], ...] = (
    _loopback,
    _cache,
    _index,
    _faketime,
    partial(_program, "browser", BROWSERS, "install chromium; only the tests of the HTML report need it"),
    partial(_program, "prosody", ("prosody",), "install prosody; only the comparison with real servers needs it"),
    partial(_program, "ejabberd", ("ejabberdctl",), "install ejabberd; only the comparison with real servers needs it"),
)

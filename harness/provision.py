"""Where a client's driver runs: an environment of its own, one that the user names, or mucspec's own Python."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_cache_dir

from .clients import TOP, Client, Driver, command_of
from .installing import CannotInstall, install, make_environment, python_of, state_of

FACTS = "mucspec.json"  # in a finished environment: what is in it
ISOLATED = {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1"}
Says = Callable[[str], None]


class CannotProvision(Exception):
    """A client that cannot be run on this machine; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a driver runs: its command line, what its environment adds, and facts for the record's header."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def provision(client: Client, *, env: Path | None = None, offline: bool = False, says: Says = lambda _: None) -> Place:
    """The place for a client, made if it is not there yet. Raises `CannotProvision`."""
    if env is not None:
        return _named(client, env)
    if not client.driver.packages:
        path = os.pathsep.join(filter(None, [str(TOP), os.environ.get("PYTHONPATH", "")]))
        return Place(command_of(client.driver, sys.executable), {"PYTHONPATH": path})
    folder = cache() / key(client)
    try:
        if not (folder / FACTS).is_file():
            if offline:
                raise CannotProvision("no environment is there yet; run once without --offline")
            _make(client, folder, says)
    except CannotInstall as complaint:
        raise CannotProvision(str(complaint)) from None
    except OSError as complaint:
        raise CannotProvision(
            f"{folder.parent} cannot be written ({complaint.strerror}): set MUCSPEC_CACHE to a folder that can"
        ) from None
    return _in(client, folder)


def cache() -> Path:
    """Where environments are kept; `MUCSPEC_CACHE` moves it."""
    return Path(os.environ.get("MUCSPEC_CACHE") or user_cache_dir("mucspec")) / "envs"


def key(client: Client) -> str:
    """The folder's name: client, version, and a digest of everything that goes into it."""
    driver = client.driver
    parts = [*requirements(client), *driver.constraints, driver.python, f"{sys.version_info[:2]}"]
    if client.path:
        parts.append(state_of(client.path))
    digest = sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{driver.name}-{_version(client)}-{digest}"


def requirements(client: Client) -> list[str]:
    """What is installed, the version or source tree filled in."""
    filled = []
    for package in client.driver.packages:
        if client.path and "{version}" in package:
            filled.append(str(client.path))
        elif "{version}" in package and not (client.version or client.driver.default_version):
            filled.append(package.partition("=")[0].strip())
        else:
            filled.append(package.replace("{version}", client.version or client.driver.default_version))
    return filled


def installed_versions(driver: Driver) -> list[str]:
    """The versions of this client that have an environment; one of a source tree is `at-DIGEST`."""
    folders = (path.parent.name for path in sorted(cache().glob(f"{driver.name}-*/{FACTS}")))
    parts = (name.removeprefix(f"{driver.name}-").rpartition("-")[0] for name in folders)
    return list(dict.fromkeys(version for version in parts if version[:1].isdigit() or version.startswith("at-")))


def _version(client: Client) -> str:
    if client.path:
        return "at-" + sha256(str(client.path).encode()).hexdigest()[:8]
    return client.version or client.driver.default_version or "latest"


def _named(client: Client, env: Path) -> Place:
    python = env if env.is_file() else python_of(env)
    if not python.is_file() or not os.access(python, os.X_OK):
        raise CannotProvision(f"--env {env}: no Python there; name an interpreter or a virtual environment")
    # the path as it is: to resolve its links would leave the environment
    return Place(command_of(client.driver, str(python.absolute())), ISOLATED, {"source": f"environment {env}"})


def _in(client: Client, folder: Path) -> Place:
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return Place(command_of(client.driver, str(python_of(folder))), ISOLATED, facts)


def _make(client: Client, folder: Path, says: Says) -> None:
    """Make it under another name and move it, so that a half-made one is never used."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder, says):
        if (folder / FACTS).is_file():
            return
        shutil.rmtree(folder, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
        try:
            _fill(client, unfinished, says)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _forget_older(client, folder)


@contextmanager
def alone(folder: Path, says: Says) -> Iterator[None]:
    """While nobody else makes this folder."""
    lock = FileLock(folder.with_name(folder.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        says("another run installs it; waiting for that")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fill(client: Client, folder: Path, says: Says) -> None:
    python = make_environment(folder, client.driver.python, says)
    source = f"source tree {client.path}" if client.path else "package registry"
    dependencies = install(python, requirements(client), client.driver.constraints, says)
    facts: dict[str, Any] = {"source": source, "dependencies": dependencies}
    if client.path and (commit := _commit(client.path)):
        facts["commit"] = commit
    (folder / FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _forget_older(client: Client, folder: Path) -> None:
    """Environments of the same source tree in an earlier state."""
    for other in folder.parent.glob(f"{client.driver.name}-{_version(client)}-*/") if client.path else ():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _commit(path: Path) -> str:
    """The commit of a source tree that is a git repository, else nothing."""
    head = path / ".git" / "HEAD"
    try:
        text = head.read_text(encoding="utf-8").strip()
        name = text.removeprefix("ref: ")
        return (path / ".git" / name).read_text(encoding="utf-8").strip() if name != text else text
    except OSError:
        return ""

"""What `mucspec driver check` does: the driver and its driver.toml found, a server prepared, the checks run."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from mockserver.net.certificate import Certificate

from .checking import CHECKS, Finding, Subject, check
from .clients import BadClient, Driver, drivers, read_beside, read_client, read_driver
from .ground import Ground
from .model import Names
from .process import check as check_program
from .provision import provision
from .reacting import run as react

PATIENCE = 5.0  # seconds


def execute(
    command: str,
    *,
    toml: Path | None = None,
    env: Path | None = None,
    tls: str | None = None,
    factor: float = 1.0,
    only: str = "",
    says: Callable[[str], None] | None = None,
) -> list[Finding]:
    """The findings. Raises the errors that the command line tells in one line."""
    tell = says or (lambda _: None)
    if not any(only in name for name, _ in CHECKS):
        raise BadClient(f"-k: no check has {only!r} in its name: {'; '.join(name for name, _ in CHECKS)}")
    subject = find(command, toml=toml, env=env, tls=tls, says=tell)
    names = Names()
    patience = PATIENCE * factor
    certificate = Certificate.make([names.domain, names.muc])
    try:
        return react(
            lambda reactor: check(subject, Ground(reactor, certificate, patience, names), only=only, says=tell)
        )
    finally:
        certificate.remove()


def find(command: str, *, toml: Path | None, env: Path | None, tls: str | None, says: Callable[[str], None]) -> Subject:
    """The driver behind CMD: a client's name, or a command line."""
    if command.partition("==")[0].partition("@")[0] in drivers():
        client = read_client(command)
        place = provision(client, env=env, says=says)
        return Subject(place.command, place.environment, tls or client.driver.tls, client.driver)
    words = shlex.split(command)
    if not words:
        raise BadClient('CMD is empty: write the command line of a driver, for instance "python my_driver.py"')
    check_program(words)
    described = _described(words, toml)
    return Subject(words, {}, tls or (described.tls if described else "starttls"), described)


def _described(words: list[str], toml: Path | None) -> Driver | None:
    """What the driver.toml says that is named, or lies beside the program."""
    if toml is not None:
        found = read_driver(toml)
        if found is None:
            raise BadClient(f"{toml}: has no [driver] table")
        return found
    return read_beside(words)

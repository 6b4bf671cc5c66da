"""What a visitor's program is run with: an environment of Python, a folder of npm's packages, or a compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from harness.clients import read_client
from harness.npm import node_modules
from harness.provision import CannotProvision, provision

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PROGRAMS = Path(__file__).with_name("programs")
TO_INSTALL = set(os.environ.get("MUCSPEC_CLIENTS", "").split(","))


class Missing(Exception):
    """What a client needs and this machine has not; one line."""


def installs(name: str) -> bool:
    """Whether this library may be installed where it is not there."""
    return bool({"all", name} & TO_INSTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """How a program is run."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


Finder = Callable[[], Place]


def driven(name: str) -> Finder:
    """A library that mucspec has a driver for: that one's environment, or our own where it is installed there."""

    def find() -> Place:
        program = str(PROGRAMS / f"with_{name}.py")
        if find_spec(name):
            return Place((sys.executable, program))
        try:
            place = provision(read_client(name), offline=not installs(name))
        except CannotProvision as complaint:
            raise Missing(str(complaint)) from None
        return Place((place.command[0], program), place.environment)

    return find


def with_glib(name: str) -> Finder:
    """A library that stands on GLib: any Python that has both."""

    def find() -> Place:
        for python in dict.fromkeys(filter(None, [sys.executable, "/usr/bin/python3", shutil.which("python3")])):
            if _ends_well([python, "-c", f"import gi, {name}"]):
                return Place((python, str(PROGRAMS / f"with_{name}.py")))
        raise Missing(f"no Python has gi and {name} (Debian: python3-{name})")

    return find


def with_npm(name: str, packages: Mapping[str, str]) -> Finder:
    """Packages of npm with their versions."""

    def find() -> Place:
        try:
            folder = node_modules(name, packages, offline=not installs(name))
        except CannotProvision as complaint:
            raise Missing(str(complaint)) from None
        return Place(("node", str(PROGRAMS / f"with_{name}.mjs")), {"VISIT_MODULES": str(folder)})

    return find


def in_browser(packages: Mapping[str, str]) -> Finder:
    """The same packages as those of strophe, in a page."""

    def find() -> Place:
        if find_spec("playwright") is None:
            raise Missing("there is no playwright, which drives browsers")
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        if path is None:
            raise Missing(f"no browser is installed ({', '.join(BROWSERS)})")
        modules = with_npm("strophe", packages)().environment
        return Place((sys.executable, str(PROGRAMS / "with_browser.py")), {**modules, "VISIT_BROWSER": path})

    return find


def compiled(source: str, *libraries: str, package: str) -> Finder:
    """A program that the compiler of its language makes with these libraries, as pkg-config knows them."""

    def find() -> Place:
        compiler = "g++" if source.endswith("pp") else "gcc"
        for program in (compiler, "pkg-config"):
            if shutil.which(program) is None:
                raise Missing(f"there is no {program}")
        if not _ends_well(["pkg-config", "--exists", *libraries]):
            raise Missing(f"pkg-config does not know {' '.join(libraries)} (Debian: {package})")
        return Place((str(_made(compiler, source, libraries)),))

    return find


@cache
def _made(compiler: str, source: str, libraries: tuple[str, ...]) -> Path:
    program = folder() / Path(source).stem
    ask = ["pkg-config", "--cflags", "--libs", *libraries]
    flags = subprocess.run(ask, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout.split()
    command = [compiler, "-Wall", "-fPIC", "-o", str(program), str(PROGRAMS / source), *flags]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return program


@cache
def folder() -> Path:
    """Where programs are made; it goes with the run."""
    import atexit
    import tempfile

    made = Path(tempfile.mkdtemp(prefix="mucspec-clients-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _ends_well(command: list[str], given: str = "") -> bool:
    try:
        ended = subprocess.run(command, input=given, text=True, capture_output=True, check=False)
    except OSError:
        return False
    return ended.returncode == 0

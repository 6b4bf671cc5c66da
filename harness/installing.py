"""Make a virtual environment with a fitting Python, and install into it: virtualenv and pip, as subprocesses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from packaging.specifiers import SpecifierSet

from .pip_says import why_not

NEWEST, OLDEST = 15, 8  # minor versions of Python 3 that are looked for
NOT_SOURCE = frozenset({".git", "__pycache__", ".tox", ".venv", "venv", "build", "dist", "node_modules", ".mypy_cache"})
Says = Callable[[str], None]


class CannotInstall(Exception):
    """No environment came about; one line with the remedy."""


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(folder: Path, wanted: str, says: Says) -> Path:
    """A virtual environment with a Python in this range; its interpreter. Raises `CannotInstall`."""
    for version in fitting(wanted):
        says(f"making an environment with Python {version}")
        command = [sys.executable, "-m", "virtualenv", "--no-periodic-update", "-q", "-p", version, str(folder)]
        if subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0:
            return python_of(folder)
    raise CannotInstall(f"needs Python {wanted}, which is not on this machine: install one, or name one with --env")


def fitting(wanted: str) -> Iterator[str]:
    """The versions in this range to look for: our own first, then from the newest down."""
    allowed = SpecifierSet(wanted)
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    minors = [f"3.{minor}" for minor in range(NEWEST, OLDEST - 1, -1)]
    for version in dict.fromkeys([own, *minors]):
        if allowed.contains(f"{version}.99"):
            yield version


def install(python: Path, requirements: Sequence[str], constraints: Sequence[str], says: Says) -> dict[str, str]:
    """Install; what is there then, with versions. Raises `CannotInstall`."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    held = python.parent / "constraints.txt"
    held.write_text("\n".join(constraints), encoding="utf-8")
    lines = []
    for line in _lines([*pip, "install", "--progress-bar", "off", "-c", str(held), *requirements]):
        lines.append(line)
        if line.startswith(("Collecting", "Building", "Installing")):
            says(line[:60])
    if lines and lines[-1] == FAILED:
        raise CannotInstall(why_not(lines[:-1], requirements))
    listed = subprocess.run([*pip, "list", "--format", "json"], capture_output=True, text=True, check=True)
    return {entry["name"]: entry["version"] for entry in json.loads(listed.stdout)}


FAILED = "(pip failed)"


def _lines(command: Sequence[str]) -> Iterator[str]:
    """What it prints, line by line; `FAILED` at the end if it ends badly."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            yield line.strip()
    if process.returncode:
        yield FAILED


def state_of(tree: Path) -> str:
    """A digest that changes when a file of a source tree does."""
    digest = sha256(str(tree).encode())
    for folder, folders, files in os.walk(tree):
        folders[:] = sorted(f for f in folders if f not in NOT_SOURCE and not f.endswith(".egg-info"))
        for name in sorted(files):
            about = (Path(folder) / name).lstat()
            digest.update(f"{folder}/{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()

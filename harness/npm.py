"""Folders of npm's packages for clients in JavaScript, made once and kept beside the environments of the others."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from .provision import FACTS, CannotProvision, Says, alone, cache

COMMAND = ("install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def node_modules(name: str, packages: Mapping[str, str], *, offline: bool = False, says: Says = lambda _: None) -> Path:
    """The folder that has these packages (name -> version) in its `node_modules`. Raises `CannotProvision`."""
    if shutil.which("node") is None:
        raise CannotProvision("there is no node on this machine: install Node.js, which is the packages' language")
    about = json.dumps({"private": True, "dependencies": dict(sorted(packages.items()))}, indent=1)
    folder = cache() / f"npm-{name}-{sha256(about.encode()).hexdigest()[:12]}"
    if (folder / FACTS).is_file():
        return folder
    if offline:
        raise CannotProvision(f"no packages of {name} are there yet")
    if shutil.which("npm") is None:
        raise CannotProvision("there is no npm on this machine: install it, it comes with Node.js")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder, says):
        if not (folder / FACTS).is_file():
            says(f"npm installs {', '.join(packages)}")
            _make(folder, about)
    return folder


def _make(folder: Path, about: str) -> None:
    """Make it under another name and move it, so that a half-made one is never used."""
    shutil.rmtree(folder, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        (unfinished / "package.json").write_text(about, encoding="utf-8")
        made = subprocess.run(
            ["npm", *COMMAND], cwd=unfinished, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        if made.returncode:
            raise CannotProvision(f"npm: {_why(made.stderr)}")
        (unfinished / FACTS).write_text(about, encoding="utf-8")
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _why(told: str) -> str:
    """The first thing that it complains of, in one line."""
    complaints = [line.removeprefix("npm error").strip() for line in told.splitlines() if line.startswith("npm error")]
    return next((line for line in complaints if line and not line.startswith("code ")), "it failed, and said nothing")

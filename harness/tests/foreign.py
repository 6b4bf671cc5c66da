"""Somebody else's repository, with top-level folders of the same names as ours, in which the tests run pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .program import TREE, environment

PLUGINS = ("mucspec_pytest", "no:cacheprovider", "no:hypothesispytest")
FOLDERS = ("harness", "reports", "mockserver")
HEAD = 'title = "{title}"\nrequirement = "{requirement}"\nsubject = "pistol"\n'
ROOM = 'room = {{ name = "harfleur", occupants = [ {{ nick = "gower" }} ] }}\n'
JOIN = '{ who = "pistol", does = "join", nick = "pistol" }'
IMPLIED, SHOULD = "xep-0045/7.2.2-10", "xep-0045/5.1-3"
OWN_TEST = """
import harness

def test_the_own_harness():
    assert harness.WHOSE == "theirs"
"""


def scenario(title: str, *rows: str, requirement: str = IMPLIED, more: str = "") -> str:
    """The text of a scenario file in which pistol joins first."""
    head = (HEAD + ROOM).format(title=title, requirement=requirement)
    return head + more + f"steps = [ {', '.join([JOIN, *rows])} ]\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What pytest said."""

    status: int
    out: str

    def line(self, text: str) -> str:
        """The one line that has this in it."""
        found = [line for line in self.out.splitlines() if text in line]
        assert len(found) == 1, self.out
        return found[0]


@dataclass(frozen=True, slots=True)
class Repository:
    """Its root; it is first on the path of every Python that is run in it."""

    root: Path

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.root), str(TREE)])
        return {**environment(), "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *arguments: str | Path) -> list[str]:
        """How pytest is called: from the tree the plug-in is named, installed it names itself."""
        plugins = [word for name in PLUGINS for word in ("-p", name)]
        return [
            sys.executable,
            "-m",
            "pytest",
            *plugins,
            "-W",
            "error",
            "--rootdir",
            str(self.root),
            *map(str, arguments),
        ]

    def pytest(self, *arguments: str | Path, cwd: Path | None = None) -> Told:
        ended = subprocess.run(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=cwd or self.root,
            env=self.environment,
            timeout=120,
            check=False,
        )
        return Told(ended.returncode, ended.stdout)


def repository(root: Path) -> Repository:
    """A new one; its own packages say whose they are, and have none of our modules."""
    made = Repository(root)
    made.write({f"{name}/__init__.py": 'WHOSE = "theirs"\n' for name in FOLDERS})
    made.write({"test_own.py": OWN_TEST, "scenarios/notes.toml": 'about = "no scenario"\n'})
    return made

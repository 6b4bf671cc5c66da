"""The real program in a subprocess, for tests: `mucspec ARGS`, with a home and a cache of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
START = [sys.executable, "-W", "error::SyntaxWarning", "-c", "from harness.cli import main; main()"]
MINIATURE = f"{sys.executable} -m harness.tests.miniatures "


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line that it complains with; fails where there are more, or a traceback."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert "Traceback" not in self.err, self.err
        assert len(lines) == 1, self.err
        return lines[0]


def environment(**more: str) -> dict[str, str]:
    """Of the program: it finds our packages from any folder, and neither a terminal nor CI is about."""
    path = os.pathsep.join(filter(None, [str(TREE), os.environ.get("PYTHONPATH", "")]))
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "MUCSPEC_CACHE", "COLUMNS")}
    return {**kept, "PYTHONPATH": path, **more}


def mucspec(*arguments: str | Path, cwd: Path | None = None, **env: str) -> Told:
    """Run it to its end."""
    ended = subprocess.run(
        [*START, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env=environment(**env),
        timeout=120,
        check=False,
    )
    return Told(ended.returncode, ended.stdout, ended.stderr)


def runs(pid: int) -> bool:
    """Whether there is such a process; one that died and that nobody has asked after runs no more."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return True

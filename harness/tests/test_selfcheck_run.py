"""`mucspec run` with a service that errs: an error of the harness with the stanza, never a failure of the client."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reports.record import read

from .program import environment

TWO_IDS = """
from mockserver.muc.features import occupant_id
occupant_id.feature.children.append(occupant_id.identify)
from harness.cli import main
main()
"""
SCENARIO = """
title = "Pistol joins"
requirement = "xep-0045/7.2.2-10"
subject = "pistol"
room = { name = "harfleur" }
steps = [ { who = "pistol", does = "join", nick = "pistol" }, { who = "pistol", sees = "joined" } ]
"""


def test_a_service_that_errs_is_an_error_of_the_harness(tmp_path: Path) -> None:
    """Exit 3; the record says which stanza and what is wrong with it."""
    (tmp_path / "scenarios" / "a").mkdir(parents=True)
    (tmp_path / "scenarios" / "a" / "joins.toml").write_text(SCENARIO, "utf-8")
    out = tmp_path / "out"
    ended = subprocess.run(
        [sys.executable, "-c", TWO_IDS, "run", "reference", "--scenarios", tmp_path / "scenarios", "--out", out],
        capture_output=True,
        env=environment(),
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    (path,) = out.glob("*.jsonl")
    (line,) = read(path).scenarios
    assert line["outcome"] == "error"
    assert "was about to send <presence" in line["why"] and "two occupant-ids" in line["why"]

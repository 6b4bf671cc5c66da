"""Our own server, as `mucspec serve` starts it, with open registration."""

from __future__ import annotations

import sys
from pathlib import Path

from ..clients import TOP
from .servers import DOMAIN, Launch, Server

PROGRAM = "from harness.cli import main; main()"


def prepare(folder: Path, port: int) -> Launch:
    """It needs no configuration."""
    options = ("--port", str(port), "--domain", DOMAIN, "--no-tls", "--open-registration", "--ready-json", "--quiet")
    return Launch((sys.executable, "-c", PROGRAM, "serve", *options), '"ready": true', {"PYTHONPATH": str(TOP)})


mock = Server("mucspec", sys.executable, prepare)

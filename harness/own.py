"""The version of mucspec: of the installed package, or of the source tree that it runs from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def own_version() -> str:
    """`0.1.0`; `0.1.0+source` from a source tree that is not installed."""
    try:
        return version("mucspec")
    except PackageNotFoundError:
        with PYPROJECT.open("rb") as file:
            return f"{tomllib.load(file)['project']['version']}+source"

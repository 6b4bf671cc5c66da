"""Run the driver: `python -m harness.drivers.reference`, or by the path of this folder."""

import sys
from importlib import import_module
from pathlib import Path

if not __package__:  # by its path: make the folder a package of its own
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import_module(f"{__package__ or 'reference'}.driver").main()

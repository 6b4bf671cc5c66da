"""Run one: `python -m harness.tests.miniatures HABIT`."""

from __future__ import annotations

import sys

from harness.drivers.reference import driver

from .at_start import AT_START
from .habits import HABITS

if sys.argv[1] in AT_START:
    AT_START[sys.argv[1]]()
else:
    driver.Driver = HABITS[sys.argv[1]]  # type: ignore[misc]  # the point of it
    driver.main([])

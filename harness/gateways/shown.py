"""What a hosted gateway was seen to do: the tags of the scenarios that passed in the published record."""

from __future__ import annotations

from pathlib import Path

import reports
from reports.record import read

PUBLISHED = Path(reports.__file__).with_name("published") / "slidge.jsonl"


def tags() -> frozenset[str]:
    """Seed items (`slidge/LegacyMUC.join.order`) that the gateway shows; none without a record."""
    lines = read(PUBLISHED).scenarios if PUBLISHED.is_file() else ()
    return frozenset(tag for line in lines if line["outcome"] == "pass" for tag in line.get("tags", ()))

"""`python -m harness.fidelity.personality_tables`: writes the tables of docs/personalities.md anew, below the mark."""

from __future__ import annotations

from pathlib import Path

from mockserver.personalities import Personality, Row, load, names

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "personalities.md"
MARK = "<!-- tables: python -m harness.fidelity.personality_tables -->\n"


def tables() -> str:
    """One table a personality, as Markdown."""
    return "\n".join(_table(load(name)) for name in names())


def _table(personality: Personality) -> str:
    head = f"## {personality.name}\n\n{personality.about}.\n"
    if not personality.rows:
        return f"{head}\nIt has no rows.\n"
    lines = ["| row | what it does | breaks | source |", "| --- | --- | --- | --- |", *map(_line, personality.rows)]
    return "\n".join([head, *lines, ""])


def _line(row: Row) -> str:
    says = f"{row.says}: {row.why}" if row.why else row.says
    touches = f" (in {', '.join(row.touches)})" if row.touches else ""
    cells = (f"`{row.name}`", says, ", ".join(row.breaks) + touches, row.source)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def with_tables(guide: str) -> str:
    """The guide with the tables of now."""
    return guide.partition(MARK)[0] + MARK + "\n" + tables()


if __name__ == "__main__":
    GUIDE.write_text(with_tables(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")

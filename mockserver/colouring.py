"""Colours for the transcript on a terminal: who, which way, and the parts of a stanza."""

from __future__ import annotations

import os
import re
from typing import TextIO

from click import style

PARTS = re.compile(r"""(?P<tag></?[\w:.-]+|/?>)|(?P<name> [\w:.-]+=)(?P<value>"[^"]*"|'[^']*')""")
WAYS = {"->": "yellow", "<-": "cyan"}


def wanted(stream: TextIO) -> bool:
    """On terminals that can show them, where nobody has said no: https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def stanza(arrow: str, session: str, text: str) -> str:
    """A line of the transcript; `text` has no control characters any more."""
    return f"{style(f'{arrow} {session}', fg=WAYS[arrow], bold=True)}  {PARTS.sub(_part, text)}"


def fault(line: str) -> str:
    """The line that says where a fault acted."""
    return style(line, fg="red")


def _part(found: re.Match[str]) -> str:
    if found["tag"]:
        return style(found["tag"], fg="blue")
    return f"{style(found['name'], dim=True)}{style(found['value'], fg='green')}"

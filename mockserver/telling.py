"""The transcript of `mucspec serve` for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from . import colouring
from .net.porch import OnTraffic


def several(listeners: Sequence[OnTraffic]) -> OnTraffic | None:
    """One listener that tells all of these."""
    if len(listeners) < 2:
        return listeners[0] if listeners else None

    def tell(direction: str, session: str, text: str, *, fence: bool) -> None:
        for listener in listeners:
            listener(direction, session, text, fence=fence)

    return tell


def transcript(stream: TextIO) -> OnTraffic:
    """Writes a line a stanza: `<- pistol@localhost/x  <presence .../>`, on a terminal in colours; no fences."""
    lined = colouring.stanza if colouring.wanted(stream) else "{} {}  {}".format

    def write(direction: str, session: str, text: str, *, fence: bool) -> None:
        if not fence:
            print(lined("->" if direction == "in" else "<-", session, _one_line(text)), file=stream)

    return write


def _one_line(text: str) -> str:
    """Clients must not be able to forge lines or colours."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)

"""The transcript of `mucspec serve` for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TextIO

from . import colouring
from .muc.namespaces import NS_REGISTER
from .muc.xml import BadXml, Element, parse, render
from .net.porch import OnTraffic

UNTOLD = "***"


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
            print(lined("->" if direction == "in" else "<-", session, one_line(text)), file=stream)

    return write


def discreet(told: OnTraffic | None) -> OnTraffic | None:
    """The same without the passwords of in-band registration, of this host or of a gateway: XEP-0077."""

    def tell(direction: str, session: str, text: str, *, fence: bool) -> None:
        if told is not None:
            told(direction, session, _hushed(text) if NS_REGISTER in text else text, fence=fence)

    return tell if told is not None else None


def _hushed(text: str) -> str:
    try:
        stanza = parse(text)
    except BadXml:  # a fault, or somebody who writes what is no stanza
        return text
    return render(without_passwords(stanza))


def without_passwords(element: Element, *, within: bool = False) -> Element:
    """The same with `UNTOLD` where a request to register has one; `within` such a request."""
    within = within or element.uri == NS_REGISTER
    secret = within and (element.name == "password" or element.get("var") == "password")
    hidden = (_hidden(c) if secret else c if isinstance(c, str) else without_passwords(c, within=within)
              for c in element.children)  # fmt: skip
    return replace(element, children=tuple(hidden))


def _hidden(child: Element | str) -> Element | str:
    """What stands in `<password/>`, or in the field of that name."""
    if isinstance(child, str):
        return UNTOLD
    return replace(child, children=(UNTOLD,)) if child.name == "value" else child


def lasting(write: Callable[..., None]) -> Callable[..., None]:
    """The same until it cannot be written any more: that nobody reads a transcript must not end streams."""
    broken = False

    def tell(*args: Any, **named: Any) -> None:
        nonlocal broken
        if broken:
            return
        try:
            write(*args, **named)
        except (OSError, ValueError) as complaint:  # ValueError: the file is closed
            broken = True
            with suppress(OSError, ValueError):
                print(f"the transcript ends here: {complaint}", file=sys.stderr)

    return tell


def one_line(text: str) -> str:
    """Clients must not be able to forge lines or colours."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)

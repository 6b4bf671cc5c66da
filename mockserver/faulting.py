"""The faults that `mucspec serve` begins with, and where its transcripts name them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from . import colouring
from .faulty_porch import OnFault
from .options import CannotServe, ServeOptions
from .telling import lasting, one_line, without_passwords
from .wire_faults import BadFault, Fault, parse
from .wire_faults.acts import Acted


def check(options: ServeOptions) -> None:
    """Raises `CannotServe`."""
    for _ in wanted(options):
        pass


def wanted(options: ServeOptions) -> Iterator[Fault]:
    """Raises `CannotServe`."""
    for text in options.faults:
        try:
            fault = parse(text)
        except BadFault as complaint:
            raise CannotServe(f"--fault: {complaint}") from None
        if fault.now:
            raise CannotServe(f"--fault: {text}: nobody is here yet; leave out now, and it acts on the next stanza")
        yield fault


def told(options: ServeOptions, note: Callable[[str], None]) -> OnFault:
    """Where a fault acts, both transcripts say so: `note` takes what the kept one is told."""
    stream = options.transcript or sys.stderr

    def show(acted: Acted) -> None:
        print(colouring.fault(line(acted)) if colouring.wanted(stream) else line(acted), file=stream)

    shown = lasting(show)

    def write(acted: Acted) -> None:
        acted = _hushed(acted)
        note(f"{acted.session} {acted}".lstrip())
        if not options.quiet:
            shown(acted)

    return write


def _hushed(acted: Acted) -> Acted:
    """As in the rest of the transcript."""
    on = acted.on
    return acted if on is None else replace(acted, on=replace(on, stanza=without_passwords(on.stanza)))


def line(acted: Acted) -> str:
    """`!! pistol@localhost/x  fault drop presence: <presence .../>`; clients can forge neither lines nor colours."""
    whose = f"{acted.session}  " if acted.session else ""
    return "!! " + one_line(f"{whose}{acted}")

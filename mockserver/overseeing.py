"""Who sees what a server does, and has a hand in it: transcripts, the clock, the control."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TextIO

from . import faulting
from .control import Control, ShiftedClock, Transcript
from .faulty_porch import FaultyPorch
from .host import Host
from .net.certificate import Certificate
from .net.credentials import Credentials
from .net.porch import OnTraffic
from .options import CannotServe, ServeOptions
from .telling import discreet, lasting, several, transcript


def overseen(
    options: ServeOptions, host: Host, allowed: Credentials, certificate: Certificate | None, reactor: Any
) -> tuple[FaultyPorch, Control]:
    """A porch with a clock that can be put forward and a transcript, and the control over it."""
    clock = ShiftedClock(reactor)
    kept = Transcript(clock.seconds)
    porch = FaultyPorch(
        host,
        reactor=reactor,
        clock=clock,
        credentials=allowed,
        certificate=certificate,
        stream_management=options.stream_management,
        sasl2=options.sasl2,
        on_traffic=listeners(options, kept),
        faults=faulting.wanted(options),
        on_fault=faulting.told(options, kept.note),
    )
    return porch, Control(porch, clock, reactor, credentials=allowed, transcript=kept)


def check_transcript(options: ServeOptions) -> None:
    """Raises `CannotServe`."""
    if options.ready_json and options.transcript_json in ("-", sys.stdout):
        raise CannotServe("--transcript-json - and --ready-json both want stdout; name a file for the transcript")


def listeners(options: ServeOptions, kept: Transcript) -> OnTraffic | None:
    """All who are told of stanzas: the terminal, and the latest ones for JSON Lines and the console."""
    told: list[OnTraffic] = [] if options.quiet else [lasting(transcript(options.transcript or sys.stderr))]
    if options.transcript_json is not None or options.keep_transcript or options.console_port is not None:
        told.append(kept.traffic)
    return discreet(several(told))


def follow(options: ServeOptions, kept: Transcript) -> TextIO | None:
    """JSON Lines from now on; the file that was opened for them. Raises `CannotServe`."""
    wanted = options.transcript_json
    if wanted is None:
        return None
    from .console.lines import line

    opened = _open(wanted) if isinstance(wanted, str) and wanted != "-" else None
    out = opened or (sys.stdout if isinstance(wanted, str) else wanted)
    kept.followers.append(lasting(lambda entry: print(line(entry), end="", file=out, flush=True)))
    return opened


def _open(path: str) -> TextIO:
    try:
        return Path(path).open("w", encoding="utf-8")
    except OSError as complaint:
        raise CannotServe(
            f"--transcript-json {path}: {complaint.strerror}; it takes a file that can be written"
        ) from None

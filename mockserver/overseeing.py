"""Who sees what a server does, and has a hand in it: transcripts, the clock, the control."""

from __future__ import annotations

import sys
from typing import Any

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
    if options.ready_json and options.transcript_json is sys.stdout:
        raise CannotServe("--transcript-json - and --ready-json both want stdout; name a file for the transcript")


def listeners(options: ServeOptions, kept: Transcript) -> OnTraffic | None:
    """All who are told of stanzas: the terminal, JSON Lines, and the latest ones for the console."""
    told: list[OnTraffic] = [] if options.quiet else [lasting(transcript(options.transcript or sys.stderr))]
    out = options.transcript_json
    if out is not None:
        from .console.lines import line

        kept.followers.append(lasting(lambda entry: print(line(entry), end="", file=out, flush=True)))
    if out is not None or options.keep_transcript or options.console_port is not None:
        told.append(kept.traffic)
    return discreet(several(told))

"""The transcript of a live server, as `mucspec serve --transcript-json` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from mockserver.muc.jid import JID
from mockserver.muc.xml import BadXml, Element, parse

SHOWN = 60  # characters of a line that is none


class BadTranscript(Exception):
    """No transcript, or nothing of which a scenario could be made; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One line: a stanza that a session sent (`in`) or got (`out`), or what was done from outside (`do`)."""

    dir: str
    session: JID
    stanza: Element | None
    text: str


def read(path: Path) -> list[Heard]:
    """Raises `BadTranscript`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as complaint:
        raise BadTranscript(
            f"{path}: {getattr(complaint, 'strerror', None) or complaint};"
            " `mucspec serve --transcript-json FILE` writes transcripts"
        ) from complaint
    return list(_lines(path, StringIO(text)))  # not splitlines(): what was said may have a U+2028


def _lines(path: Path, lines: Iterable[str]) -> Iterable[Heard]:
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line)
            text = said["does"] if said["dir"] == "do" else said["xml"]
            yield Heard(said["dir"], JID(said["session"]), _stanza(said["dir"], text), text)
        except (ValueError, KeyError, TypeError) as complaint:
            raise BadTranscript(
                f"{path}, line {number}: {line[:SHOWN]!r} is no line of a transcript ({type(complaint).__name__})"
            ) from complaint


def _stanza(direction: str, text: str) -> Element | None:
    try:
        return None if direction == "do" else parse(text)
    except BadXml:
        return None  # a fault may send what is no stanza

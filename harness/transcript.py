"""What happened in one playing, moment by moment, as the record keeps it. No password is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.wire_faults.acts import Acted
from reports.record import TranscriptLine

from .model import Step

SECRET = frozenset({"password"})
AT_REST = "everything was read and told"


class Transcript:
    """`seconds` gives the time. `row` is the row of the latest stimulus."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self.lines: list[TranscriptLine] = []
        self.row = 0
        self._seconds = seconds
        self._began = seconds()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return max(0.0, self._seconds() - self._began)

    def at(self, step: Step) -> None:
        """A stimulus begins."""
        self.row = step.number
        if not step.who:
            self._add({"dir": "note", "text": f"service: {step.what}"})

    def command(self, session: str, verb: str, args: Mapping[str, Any], *, seq: int) -> None:
        shown = {k: "..." if verb == "connect" and k in SECRET else v for k, v in args.items()}
        self._add({"dir": "command", "session": session, "command": {"cmd": verb, "seq": seq, **shown}})

    def answer(self, session: str, message: Mapping[str, Any]) -> None:
        self._add({"dir": "answer", "session": session, "answer": dict(message)})

    def event(self, session: str, message: Mapping[str, Any]) -> None:
        self._add({"dir": "event", "session": session, "event": dict(message)})

    def stanza(self, direction: str, session: str, xml: str, *, fence: bool) -> None:
        marked = {"fence": True} if fence else {}
        self._add({"dir": direction, "session": session, "xml": xml, **marked})

    def logged_in(self, session: str, jid: str) -> None:
        """The service has bound this full JID for the session."""
        self._add({"dir": "note", "session": session, "text": f"logged in as {jid}", "jid": jid})

    def at_rest(self) -> None:
        """A fence was waited for: what comes behind this line was not known to whoever graded what is before it."""
        self._add({"dir": "note", "text": AT_REST, "fence": True})

    def fault(self, acted: Acted, session: str) -> None:
        """Here a fault acted: on the stanza that is told, as it was, or else on the link."""
        whose = {"session": session} if session else {}
        self._add({"dir": "note", **whose, "text": str(acted), "fault": acted.fault.name})

    def note(self, text: str) -> None:
        self._add({"dir": "note", "text": text})

    def _add(self, fields: Mapping[str, Any]) -> None:
        placed: dict[str, Any] = {"t": round(self.elapsed, 4), **fields}
        if self.row:
            placed["row"] = self.row
        self.lines.append(placed)  # type: ignore[arg-type]  # a TypedDict put together from parts

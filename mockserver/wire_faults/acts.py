"""What a table of faults tells its shell to do, in this order."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, render

from .fault import Fault, Passing


@dataclass(frozen=True, slots=True)
class Tell:
    """Write this stanza (without `to`) to a session."""

    stanza: Element
    to: JID


@dataclass(frozen=True, slots=True)
class Hear:
    """Give this stanza of a session to the service."""

    stanza: Element
    sender: JID


@dataclass(frozen=True, slots=True)
class Write:
    """Write this text to a session as it is."""

    text: str
    to: JID


@dataclass(frozen=True, slots=True)
class Cut:
    """Do this to a session's link: one of `Porch.sever`'s ways."""

    how: str
    to: JID


@dataclass(frozen=True, slots=True)
class ShutDown:
    """The MUC service goes down: everybody leaves every room."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """For the transcript: here a fault acted, on this stanza as it was (None: on the link) of this session."""

    fault: Fault
    session: str
    on: Passing | None = None

    def __str__(self) -> str:
        on = render(self.on.stanza) if self.on else "the link" if self.session else "the service"
        return f"fault {self.fault}: {on}"


Act = Tell | Hear | Write | Cut | ShutDown | Acted

"""What playings stand on: what a run shares, and the stage as a host that a porch can serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mockserver.accounts.model import Accounts
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element
from mockserver.net.certificate import Certificate
from mockserver.personalities import Personality, load
from mockserver.wire_faults import Fault

from .faketime import Hand
from .model import Names
from .stage import Stage

LOOPBACK = "127.0.0.1"
PASSWORD = "a-password-of-no-worth"


class Unplayable(Exception):
    """The scenario could not be played, through no fault of what it tests; one line."""


class Unanswered(Exception):
    """The library answers nothing any more: a finding."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all playings of a run share. `patience` in seconds bounds a broken client."""

    reactor: Any
    certificate: Certificate | None
    patience: float
    names: Names = field(default_factory=Names)
    personality: Personality = field(default_factory=lambda: load("xep"))
    faults: tuple[Fault, ...] = ()  # that go wrong in every playing
    hands: tuple[Hand, ...] = ()  # that move the clock of the driver's process


class OnWire(Stage):
    """A stage that a porch can serve; it learns which session of the subject a new stream is."""

    entering = ""
    mistake = ""  # of the service itself: what it raised

    @property
    def domain(self) -> JID:
        return self.host.domain

    @property
    def muc_domain(self) -> JID:
        return self.host.muc_domain

    @property
    def accounts(self) -> Accounts:
        return self.host.accounts

    def bind(self, bare: JID, resource: str | None, *, passing: bool = False) -> JID:
        full = super().bind(bare, resource, passing=passing)
        if self.entering and self.names.account(self.entering) == bare:
            self.sessions[self.entering] = full
        return full

    def receive(self, stanza: Element, *, sender: JID, now: float) -> list[Delivery]:
        try:
            return super().receive(stanza, sender=sender, now=now)
        except Exception as complaint:
            self.mistake = f"the service broke over a stanza: {type(complaint).__name__}: {complaint}"
            raise

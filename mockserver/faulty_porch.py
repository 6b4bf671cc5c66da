"""A porch on which faults of the wire act: between the host and the streams, and on the streams themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .muc.jid import JID
from .muc.model import Delivery
from .muc.xml import Element
from .net.porch import Porch
from .wire_faults import Active, Fault, FaultTable
from .wire_faults.acts import Act, Acted, Cut, Hear, ShutDown, Tell, Write

OnFault = Callable[[Acted], None]  # told where a fault acts, in the order of the transcript
ShutsDown = Callable[..., Sequence[Delivery]]  # everybody leaves every room: `reason` and `now` are given by name


class FaultyPorch(Porch):
    """`faults` has those in force; `fault` and `end_fault` also do what comes of it at once."""

    def __init__(
        self,
        host: Any,
        *,
        faults: Iterable[Fault] = (),
        on_fault: OnFault | None = None,
        shut_down: ShutsDown | None = None,
        **named: Any,
    ) -> None:
        """`faults` are in force from the beginning; the rest is a porch's."""
        super().__init__(host, **named)
        self.faults = FaultTable(muc=host.muc_domain)
        self.on_fault = on_fault
        self._shut_down = shut_down or host.muc.shut_down
        for fault in faults:
            self.faults.add(fault)

    def fault(self, fault: Fault) -> Active:
        """From now on this goes wrong. The handle says how often it did, and ends it."""
        active = self.faults.add(fault)
        self._perform(self.faults.set_in(active, self.sessions, now=self._now()))
        return active

    def begin(self, faults: Iterable[Fault]) -> None:
        """From now on all of these go wrong."""
        for fault in faults:
            self.fault(fault)

    def end_fault(self, active: Active) -> None:
        """This goes wrong no more: what was held back is sent, what was dark is light."""
        self._perform(self.faults.remove(active, now=self._now()))

    def end_faults(self, name: str = "") -> None:
        """All of them, or all of this name."""
        for active in self.faults.active:
            if name in ("", active.fault.name):
                self.end_fault(active)

    # in place of the porch's own

    def serve(self, stanza: Element, session: JID) -> None:
        if self.faults.active:
            self._perform(self.faults.incoming(stanza, session, now=self._now()))
        else:
            super().serve(stanza, session)

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        if not self.faults.active:
            return super().deliver(deliveries)
        for delivery in deliveries:
            mine = tuple(to for to in delivery.to if to in self._streams)
            super().deliver([Delivery(delivery.stanza, tuple(to for to in delivery.to if to not in mine))])
            self._perform(self.faults.outgoing([Delivery(delivery.stanza, mine)], now=self._now()))
        return None

    def next_timer(self) -> float | None:
        due = (super().next_timer(), self.faults.next_timer())
        return min((time for time in due if time is not None), default=None)

    def close(self) -> None:
        self.end_faults()
        super().close()

    # inside

    def _tick(self) -> None:
        super()._tick()
        self._perform(self.faults.tick(now=self._now()))

    def _perform(self, acts: Iterable[Act]) -> None:
        for act in acts:
            match act:
                case Tell(stanza=stanza, to=to):
                    super().deliver([Delivery(stanza, (to,))])
                case Hear(stanza=stanza, sender=sender) if sender in self._streams:
                    super().serve(stanza, sender)
                case Write(text=text, to=to):
                    self.send_to(to, text)
                case Cut(how=how, to=to):
                    self.sever(to, how)
                case ShutDown(reason=reason):
                    self.deliver(self._shut_down(reason=reason, now=self._now()))
                case Acted() if self.on_fault is not None:
                    self.on_fault(act)
        self.turns.end_soon()

    def _now(self) -> float:
        return float(self.clock.seconds())

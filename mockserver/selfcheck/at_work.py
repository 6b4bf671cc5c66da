"""The check at work: around all calls of a host and its rooms that make deliveries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.host import Host
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element, render

from .check import complaints

OPERATORS = ("set_config", "set_affiliation", "set_role", "rename", "desync", "shut_down", "destroy")


class SelfCheckFailed(Exception):
    """The service was about to emit a stanza that it must not: a mistake of the harness, never of a client."""

    def __init__(self, delivery: Delivery, found: list[str]) -> None:
        self.delivery, self.complaints = delivery, found
        super().__init__(f"the service was about to send {render(delivery.stanza)}: {'; '.join(found)}")


Report = Callable[[SelfCheckFailed], None]


def attach(host: Host, report: Report | None = None) -> None:
    """Check every stanza of this host from now on; without `report` the first bad one is raised."""
    calls: list[tuple[Any, str]] = [(host, "receive"), (host, "session_lost"), (host, "tick")]
    calls += [(host.abroad, "receive"), (host.abroad, "lost"), *((host.muc, name) for name in OPERATORS)]
    for owner, name in calls:
        setattr(owner, name, _checked(getattr(owner, name), host, report))


def _checked(call: Callable[..., list[Delivery]], host: Host, report: Report | None) -> Callable[..., list[Delivery]]:
    def checked(*args: Any, **named: Any) -> list[Delivery]:
        deliveries = call(*args, **named)
        sender = named.get("sender")
        sent = args[0] if args and isinstance(args[0], Element) else None
        if sender and sent:
            sent = sent.with_attrs(from_=str(sender))
        for delivery in deliveries:
            if found := complaints(delivery, muc=host.muc_domain, sent=sent):
                failure = SelfCheckFailed(delivery, found)
                if report is None:
                    raise failure
                report(failure)
        return deliveries

    return checked

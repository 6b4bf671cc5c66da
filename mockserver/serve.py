"""`mucspec serve`: a host behind a porch, and its address book for programs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from twisted.internet.defer import Deferred, ensureDeferred, maybeDeferred

from . import faulting, furnishing, keeping
from .admission import credentials, domains
from .client_certificates import certify
from .console.opening import Console, check_console, console
from .control import Control
from .faulty_porch import FaultyPorch
from .furnishing import Furnishing
from .host import Host
from .listening import addresses, check_ports, listen
from .muc.model import Switches
from .net.certificate import Certificate
from .options import STRICT, CannotServe, ServeOptions
from .overseeing import check_transcript, follow, overseen
from .telling import transcript

if TYPE_CHECKING:
    from .state.store import Store

__all__ = ["CannotServe", "Running", "ServeOptions", "start", "transcript"]


@dataclass(slots=True)
class Running:
    """A server that is up. `over` fires where it cannot go on, with `CannotServe`."""

    host: Host
    porch: FaultyPorch
    options: ServeOptions
    certificate: Certificate | None
    control: Control
    listeners: dict[str, Any] = field(default_factory=dict)
    store: Store | None = None
    console: Console | None = None
    transcript: TextIO | None = None  # the file that was opened for it
    over: Deferred[None] = field(default_factory=Deferred)

    @property
    def addresses(self) -> dict[str, str]:
        """Where it listens: `{"c2s": "127.0.0.1:40123"}`; also "c2s-tls" and "websocket" (a URL), if wanted."""
        return addresses(self.listeners)

    @property
    def ca(self) -> str | None:
        """The PEM file that clients have to trust; None without TLS."""
        return str(self.certificate.ca_path) if self.certificate else None

    @property
    def page(self) -> str:
        """The URL of the console, with the token that was made for it; "" without a console."""
        token = f"#token={self.console.token}" if self.console and self.console.token else ""
        return f"{self.addresses['console']}{token}" if self.console else ""

    def ready(self) -> str:
        """The line of `--ready-json`."""
        facts = {
            "ready": True,
            "domain": self.host.domain,
            "muc": self.host.muc_domain,
            "addresses": self.addresses,
            "ca": self.ca,
        }
        token = {"token": self.console.token} if self.console and self.console.token else {}
        return json.dumps({**facts, **token})

    async def stop(self) -> None:
        """End the streams, close the ports, remove the CA file. Happens by itself when the reactor ends."""
        for listener in self.listeners.values():
            await maybeDeferred(listener.stopListening)
        if self.store:
            self.store.close()  # first: that the streams end makes nobody leave
        self.porch.close()
        if self.certificate:
            self.certificate.remove()


def start(options: ServeOptions, reactor: Any, *, new_id: Callable[[], str] | None = None) -> Running:
    """Listen, and say so where `ready_json` asks for it. Raises `CannotServe`."""
    for check in (check_ports, check_console, check_transcript, faulting.check, check_personality):
        check(options)
    given = furnishing.read(options.config)
    running = _founded(furnishing.with_accounts(options, given), reactor, new_id or _new_id)
    try:
        _open(running, given, reactor)
    except CannotServe:
        _give_up(running)
        raise
    reactor.addSystemEventTrigger("before", "shutdown", lambda: ensureDeferred(running.stop()))
    if running.transcript:
        reactor.addSystemEventTrigger("after", "shutdown", running.transcript.close)
    if options.ready_json:
        print(running.ready(), flush=True)
    return running


def _founded(options: ServeOptions, reactor: Any, new_id: Callable[[], str]) -> Running:
    """The host behind its porch; nothing listens yet. Raises `CannotServe`."""
    domain, muc_domain = domains(options)
    allowed = credentials(options, domain)
    switches = Switches(locks_new_rooms=not options.instant_rooms)
    make = partial(Host, domain, muc_domain, new_id=new_id, switches=switches)
    names = dict.fromkeys([str(domain), str(muc_domain), options.host])  # the last one is what URLs have
    certificate = certify(options, names)
    host, store = keeping.founded(options, make, allowed)
    porch, control = overseen(options, host, allowed, certificate, reactor)
    running = Running(host, porch, options, certificate, control)
    keeping.bind(running, store, reactor)
    control.addresses = lambda: running.addresses
    return running


def _open(running: Running, given: Furnishing, reactor: Any) -> None:
    """Take the ports, then furnish the house: nobody comes in before the reactor turns. Raises `CannotServe`.

    The transcript of another server, which has the ports, stays as it is.
    """
    options, control = running.options, running.control
    running.console = console(options, control, reactor)
    listen(options, running.porch, running.listeners, reactor, console=running.console and running.console.site)
    running.transcript = follow(options, control.transcript)
    furnishing.furnish(control, given)
    if options.personality != STRICT:
        control.personality(options.personality)


def check_personality(options: ServeOptions) -> None:
    """Raises `CannotServe`."""
    if options.personality == STRICT:
        return
    from .personalities import BadPersonality, load  # late: their tables take their time

    try:
        load(options.personality)
    except BadPersonality as complaint:
        raise CannotServe(f"--personality: {complaint}") from None


def _new_id() -> str:
    return secrets.token_hex(8)


def _give_up(running: Running) -> None:
    for listener in running.listeners.values():
        listener.stopListening()
    if running.store:
        running.store.close()
    if running.certificate:
        running.certificate.remove()
    if running.transcript:
        running.transcript.close()

"""`mucspec serve`: a host behind a porch, its address book for programs, and its transcript for people."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, TextIO

from twisted.internet.defer import ensureDeferred, maybeDeferred
from twisted.internet.error import CannotListenError

from .host import Host
from .muc.jid import JID, BadJid
from .muc.model import Switches
from .net.certificate import Certificate
from .net.credentials import AnyPassword, Credentials, Listed
from .net.enrolment import Open
from .net.entrances import direct_tls, websocket
from .net.porch import OnTraffic, Porch
from .net.websocket import shown, url


class CannotServe(ValueError):
    """One line that says what is wrong and what would help."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line says. `accounts` maps bare JIDs (or user names) to passwords."""

    host: str = "127.0.0.1"
    port: int = 5222
    direct_tls_port: int | None = None  # XEP-0368
    websocket_port: int | None = None  # RFC 7395; and XEP-0156 for who asks there
    domain: str = "localhost"
    muc_domain: str = ""  # conference.DOMAIN
    tls: bool = True
    accounts: Mapping[str, str] = field(default_factory=dict)
    anonymous: bool = False
    any_password: bool = False
    open_registration: bool = False  # clients may make accounts: XEP-0077
    instant_rooms: bool = False  # a new room is open to others at once
    stream_management: bool = False  # offered: XEP-0198
    ready_json: bool = False
    transcript: TextIO | None = None  # readable lines; None: stderr
    quiet: bool = False  # no transcript


@dataclass(slots=True)
class Running:
    """A server that is up."""

    host: Host
    porch: Porch
    options: ServeOptions
    certificate: Certificate | None
    listeners: dict[str, Any] = field(default_factory=dict)

    @property
    def addresses(self) -> dict[str, str]:
        """Where it listens: `{"c2s": "127.0.0.1:40123"}`; also "c2s-tls" and "websocket" (a URL), if wanted."""
        found = {name: listener.getHost() for name, listener in self.listeners.items()}
        return {name: url(where) if name == "websocket" else shown(where) for name, where in found.items()}

    @property
    def ca(self) -> str | None:
        """The PEM file that clients have to trust; None without TLS."""
        return str(self.certificate.ca_path) if self.certificate else None

    def ready(self) -> str:
        """The line of `--ready-json`."""
        facts = {
            "ready": True,
            "domain": self.host.domain,
            "muc": self.host.muc_domain,
            "addresses": self.addresses,
            "ca": self.ca,
        }
        return json.dumps(facts)

    async def stop(self) -> None:
        """End the streams, close the ports, remove the CA file. Happens by itself when the reactor ends."""
        for listener in self.listeners.values():
            await maybeDeferred(listener.stopListening)
        self.porch.close()
        if self.certificate:
            self.certificate.remove()


def start(options: ServeOptions, reactor: Any, *, new_id: Callable[[], str] | None = None) -> Running:
    """Listen, and say so where `ready_json` asks for it. Raises `CannotServe`."""
    _check_ports(options)
    domain, muc_domain = _domains(options)
    credentials = _credentials(options, domain)
    switches = Switches(locks_new_rooms=not options.instant_rooms)
    host = Host(domain, muc_domain, new_id=new_id or _new_id, secret=secrets.token_hex(16), switches=switches)
    certificate = Certificate.make([domain, muc_domain]) if options.tls else None
    porch = _porch(options, host, credentials, certificate, reactor)
    running = Running(host, porch, options, certificate)
    _listen(running, reactor)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: ensureDeferred(running.stop()))
    if options.ready_json:
        print(running.ready(), flush=True)
    return running


def _porch(
    options: ServeOptions, host: Host, credentials: Credentials, certificate: Certificate | None, reactor: Any
) -> Porch:
    return Porch(
        host,
        reactor=reactor,
        clock=reactor,
        credentials=credentials,
        certificate=certificate,
        stream_management=options.stream_management,
        on_traffic=None if options.quiet else transcript(options.transcript or sys.stderr),
    )


def _new_id() -> str:
    return secrets.token_hex(8)


# where it listens


def _ports(options: ServeOptions) -> dict[str, tuple[int, str]]:
    """The name in the ready line of every address that is wanted -> port, option."""
    wanted = {
        "c2s": (options.port, "--port"),
        "c2s-tls": (options.direct_tls_port, "--direct-tls-port"),
        "websocket": (options.websocket_port, "--websocket-port"),
    }
    return {name: (port, flag) for name, (port, flag) in wanted.items() if port is not None}


def _check_ports(options: ServeOptions) -> None:
    for port, flag in _ports(options).values():
        if not 0 <= port <= 65535:
            raise CannotServe(f"{port} is no port; {flag} takes a number up to 65535, or 0 for a free one")
    if options.direct_tls_port is not None and not options.tls:
        raise CannotServe("--direct-tls-port needs the certificate that --no-tls leaves out")


def _listen(running: Running, reactor: Any) -> None:
    make = {"c2s": lambda porch: porch, "c2s-tls": direct_tls, "websocket": websocket}
    where = running.options.host
    for name, (port, flag) in _ports(running.options).items():
        try:
            listener = reactor.listenTCP(port, make[name](running.porch), backlog=1024, interface=where)
        except CannotListenError as complaint:
            _give_up(running)
            raise CannotServe(
                f"cannot listen on {where} port {port}: {complaint.socketError};"
                f" another {flag}, or 0 for a free one, helps"
            ) from complaint
        running.listeners[name] = listener


def _give_up(running: Running) -> None:
    for listener in running.listeners.values():
        listener.stopListening()
    if running.certificate:
        running.certificate.remove()


def _domains(options: ServeOptions) -> tuple[str, str]:
    try:
        domain = JID.parse(options.domain)
        muc_domain = JID.parse(options.muc_domain or f"conference.{domain}")
    except BadJid as complaint:
        raise CannotServe(f"{complaint}; --domain and --muc-domain take domain names") from complaint
    if domain == muc_domain or any(d != d.domain for d in (domain, muc_domain)):
        raise CannotServe("--domain and --muc-domain need two different domain names")
    return domain, muc_domain


# who may come in


def _credentials(options: ServeOptions, domain: str) -> Credentials:
    """Without account flags anybody with any password, but only on loopback."""
    listed = {_account(name, domain): password for name, password in options.accounts.items()}
    if options.open_registration and not options.any_password:
        return Open(listed, anonymous=options.anonymous)
    if listed and not options.any_password:
        return Listed(listed, anonymous=options.anonymous)
    if not listed and options.anonymous and not options.any_password:
        return Listed({}, anonymous=True)
    if not _loopback(options.host):
        raise CannotServe(
            f"{options.host} is no loopback address, and any password would do: name accounts with"
            " --account JID:PASSWORD, or serve on 127.0.0.1"
        )
    return AnyPassword()


def _account(name: str, domain: str) -> str:
    try:
        account = JID.parse(name if "@" in name else f"{name}@{domain}")
    except BadJid as complaint:
        raise CannotServe(f"{complaint}; --account takes JID:PASSWORD") from complaint
    if account.domain != domain or account.resource or not account.local:
        raise CannotServe(f"{name} is no account of {domain}; --account takes a bare JID of --domain")
    return account


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# the transcript


def transcript(stream: TextIO) -> OnTraffic:
    """Writes a line a stanza: `<- pistol@localhost/x  <presence .../>`; fences are left out."""

    def write(direction: str, session: str, text: str, *, fence: bool) -> None:
        if not fence:
            arrow = "->" if direction == "in" else "<-"
            print(f"{arrow} {session}  {_one_line(text)}", file=stream)

    return write


def _one_line(text: str) -> str:
    """Clients must not be able to forge lines or colours."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)

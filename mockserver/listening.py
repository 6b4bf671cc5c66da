"""Where `mucspec serve` listens: one row an entrance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from errno import EADDRNOTAVAIL
from functools import partial
from importlib import import_module
from socket import gaierror
from typing import Any, NamedTuple

from twisted.internet.error import CannotListenError

from .admission import trust
from .console.opening import url as page_url
from .net import host_meta
from .net.host_meta import shown
from .net.porch import Porch
from .options import CannotServe, ServeOptions


class Entry(NamedTuple):
    """One way in. `name` is the one in the ready line, `option` the field of `ServeOptions`."""

    name: str
    option: str
    make: Callable[[Porch], Any] | None  # None: it is no way to the porch
    shown: Callable[[Any], str] = shown
    needs_tls: bool = False
    relation: str = ""  # where it has a URL: what host-meta calls it

    @property
    def flag(self) -> str:
        return "--" + self.option.replace("_", "-")


def _made(entrance: str, porch: Porch) -> Any:
    from .net import entrances  # late: the plain port must not wait for HTTP, WebSocket and wokkel

    return getattr(entrances, entrance)(porch)


def _url(module: str, address: Any, *, secure: bool = False) -> str:
    return str(import_module(f"mockserver.net.{module}").url(address, secure=secure))


def _on_the_web(name: str, module: str, relation: str) -> tuple[Entry, Entry]:
    """The port without TLS and the one with it."""
    secured, url = f"{name}_tls_port", partial(_url, module)
    return (
        Entry(name, f"{name}_port", partial(_made, name), url, relation=relation),
        Entry(f"{name}-tls", secured, partial(_made, f"secure_{name}"), partial(url, secure=True), True, relation),
    )


ENTRIES = (
    Entry("c2s", "port", lambda porch: porch),
    Entry("c2s-tls", "direct_tls_port", partial(_made, "direct_tls"), needs_tls=True),
    *_on_the_web("websocket", "websocket", host_meta.WEBSOCKET),
    *_on_the_web("bosh", "bosh_site", host_meta.BOSH),
    Entry("component", "component_port", partial(_made, "components")),
    Entry("console", "console_port", None, page_url),
)


def wanted(options: ServeOptions) -> Iterator[tuple[Entry, int]]:
    """The entrances that the options open, with their ports."""
    for entry in ENTRIES:
        port = getattr(options, entry.option)
        if port is not None:
            yield entry, port


def check_ports(options: ServeOptions) -> None:
    """Raises `CannotServe`."""
    for entry, port in wanted(options):
        if not 0 <= port <= 65535:
            raise CannotServe(f"{port} is no port; {entry.flag} takes a number up to 65535, or 0 for a free one")
        if entry.needs_tls and not options.tls:
            raise CannotServe(f"{entry.flag} needs the certificate that --no-tls leaves out")
    if options.sasl2 and not options.tls:
        raise CannotServe("--sasl2 is offered over TLS, which --no-tls leaves out")
    trust(options)


def listen(
    options: ServeOptions, porch: Porch, listeners: dict[str, Any], reactor: Any, *, console: Any = None
) -> None:
    """Fill `listeners`. Raises `CannotServe`, with those before still open."""
    porch.trust = trust(options)
    for entry, port in wanted(options):
        factory = entry.make(porch) if entry.make else console
        try:
            listeners[entry.name] = reactor.listenTCP(port, factory, backlog=1024, interface=options.host)
        except CannotListenError as complaint:
            raise CannotServe(f"cannot listen on {options.host} port {port}: {_why(complaint, entry)}") from complaint
    where = addresses(listeners)
    porch.links = tuple((e.relation, where[e.name]) for e in ENTRIES if e.relation and e.name in where)


def _why(complaint: CannotListenError, entry: Entry) -> str:
    """The system's words, and what helps: another address where it is not of this machine, else another port."""
    error = complaint.socketError
    reason = getattr(error, "strerror", None) or error
    if isinstance(error, gaierror) or getattr(error, "errno", None) == EADDRNOTAVAIL:
        return f"{reason}; --host takes an address of this machine"
    return f"{reason}; another {entry.flag}, or 0 for a free one, helps"


def addresses(listeners: dict[str, Any]) -> dict[str, str]:
    """The name of each open entrance -> where it is, as the ready line says it."""
    return {e.name: e.shown(listeners[e.name].getHost()) for e in ENTRIES if e.name in listeners}

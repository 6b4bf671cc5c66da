"""The console that `mucspec serve` is asked for."""

from __future__ import annotations

import secrets
import socket
from typing import Any, NamedTuple

from mockserver.admission import loopback
from mockserver.control import Control
from mockserver.net.host_meta import shown
from mockserver.options import CannotServe, ServeOptions

LEAST = 8  # characters of a token


class Console(NamedTuple):
    """What listens, and the token that was made for it: who gave one knows it."""

    site: Any
    token: str


def check_console(options: ServeOptions) -> None:
    """Raises `CannotServe`."""
    token = options.console_token
    if options.console_port is None and (token or options.console_names):
        raise CannotServe("--console-token and --console-name are about --console-port N, which is missing")
    if token and (len(token) < LEAST or not token.isascii() or not token.isprintable() or " " in token):
        raise CannotServe(f"--console-token takes {LEAST} characters or more: letters, digits, punctuation")


def console(options: ServeOptions, control: Control, reactor: Any) -> Console | None:
    """None where nobody asked for one."""
    if options.console_port is None:
        return None
    from .api import Api  # late: a server without a console must not wait for them
    from .visitors import Visitors
    from .web import site

    near = loopback(options.host)
    made = "" if near or options.console_token else secrets.token_urlsafe(24)
    own = () if near else (options.host, socket.gethostname())
    names = frozenset(name.lower() for name in ("localhost", *own, *options.console_names))
    visitors = Visitors(names, loopback=near, token=options.console_token or made)
    return Console(site(Api(control, visitors), visitors, reactor), made)


def url(address: Any) -> str:
    """Where the console of this address is."""
    return f"http://{shown(address)}/"

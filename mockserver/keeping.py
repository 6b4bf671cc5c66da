"""What `mucspec serve --state` adds to a server: its host begins with what was kept, and keeps what happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .host import Host
from .net.credentials import Credentials
from .options import CannotServe, ServeOptions

if TYPE_CHECKING:
    from .serve import Running
    from .state.store import Store


def founded(options: ServeOptions, make: Callable[..., Host], allowed: Credentials) -> tuple[Host, Store | None]:
    """A host that `make` makes, with all that the folder of the options has of it. Raises `CannotServe`."""
    if options.state is None:
        return make(secret=secrets.token_hex(16)), None
    from .state.store import Store

    store = Store(Path(options.state))
    host = make(secret=store.secret, archives=store.archives)
    store.attach(host, allowed)
    return host, store


def bind(running: Running, store: Store | None, reactor: Any) -> None:
    """Nothing leaves before it is written; where that cannot be any more, the server is over."""

    def lost(complaint: str) -> None:
        reactor.callLater(0, end, CannotServe(complaint))

    def end(why: CannotServe) -> None:
        if not running.over.called:  # it may be at its end already
            running.over.errback(why)

    if store is not None:
        turns = running.porch.turns
        running.store, turns.settle, store.lost = store, store.save, lost
        store.wake(turns.end_soon)

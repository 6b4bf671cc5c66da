"""Other ways to the same porch, each on a port of its own: direct TLS (XEP-0368), WebSocket (RFC 7395), BOSH."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory

from .bosh_site import Site
from .connection import Connection
from .porch import Porch
from .websocket import WebSocket


class DirectTls(Connection):
    """TLS from the first byte."""

    def __init__(self, porch: Porch) -> None:
        super().__init__(porch, porch.terms.without_tls())

    def connectionMade(self) -> None:
        super().connectionMade()
        if not self._closing:
            self.start_tls()


class SecureWebSocket(WebSocket):
    """The same, with TLS from the first byte."""

    secure = True

    def connectionMade(self) -> None:
        super().connectionMade()
        if not self._closing:
            self.start_tls()


class Entrance(Factory):
    """Makes the connections of one port."""

    noisy = False

    def __init__(self, porch: Porch, kind: Callable[[Porch], Connection]) -> None:
        self._porch = porch
        self._kind = kind

    def buildProtocol(self, addr: IAddress | None) -> Connection:
        return self._kind(self._porch)


def direct_tls(porch: Porch) -> Entrance:
    """Needs the porch's certificate."""
    return Entrance(porch, DirectTls)


def websocket(porch: Porch) -> Entrance:
    return Entrance(porch, WebSocket)


def secure_websocket(porch: Porch) -> Entrance:
    """Needs the porch's certificate."""
    return Entrance(porch, SecureWebSocket)


def bosh(porch: Porch) -> Site:
    return Site(porch)


def secure_bosh(porch: Porch) -> Site:
    """Needs the porch's certificate."""
    return Site(porch, secure=True)


def components(porch: Porch) -> Any:
    """For components (XEP-0114), according to the porch's trust. Wokkel imports the reactor, hence so late."""
    from .component import Entrance as OfComponents

    return OfComponents(porch)

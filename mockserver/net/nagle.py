"""Against the waiting of small packets for each other: Nagle's algorithm there, delayed acknowledgements here."""

from __future__ import annotations

import socket

QUICK = getattr(socket, "TCP_QUICKACK", None)  # Linux


def acknowledge(visitor: object) -> None:
    """Acknowledge at once what has come, where the visitor has a socket of its own and the system can."""
    own = getattr(getattr(visitor, "transport", None), "socket", None)
    if QUICK is not None and own is not None:
        own.setsockopt(socket.IPPROTO_TCP, QUICK, 1)

"""Who may speak with the console: the name that it is called by, the page that speaks, the token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address

from .answers import Answer, Asked, refused

OWN = ("same-origin", "none")  # Sec-Fetch-Site of our own page, and of an address that was typed


@dataclass(frozen=True, slots=True)
class Visitors:
    """`names` are those of the machine besides addresses; `loopback`: it listens nowhere else; `token` "": none needed.

    A page of another origin must not reach it: not by itself (Origin), nor by a name that it has made to mean
    this machine (Host).
    """

    names: frozenset[str]
    loopback: bool
    token: str = ""

    def refusal(self, asked: Asked) -> Answer | None:
        """Why this is no answer's business, if so."""
        host = asked.headers.get("host", "")
        if not self._knows(host):
            return refused(403, f"this is not {host[:100]!r}; --console-name NAME lets it be called so")
        origin = asked.headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}".lower():
            return refused(403, "a page of another origin may not do this")
        return None

    def stranger(self, asked: Asked) -> Answer | None:
        """Why the API answers nobody who asks like this, if so."""
        if asked.headers.get("sec-fetch-site", "none") not in OWN:
            return refused(403, "a page of another origin may not do this")
        kind, _, given = asked.headers.get("authorization", "").partition(" ")
        right = kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.token.encode())
        if self.token and not right:
            return refused(401, "this needs the token that the server told when it started", WWW_Authenticate="Bearer")
        return None

    def _knows(self, host: str) -> bool:
        name = _name(host)
        try:
            return ip_address(name).is_loopback or not self.loopback
        except ValueError:
            return name in self.names


def _name(host: str) -> str:
    """Without the port and without brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().removesuffix(".")

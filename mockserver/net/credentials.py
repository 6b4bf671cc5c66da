"""Who may log in: what SASL mechanisms ask about an account."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .keys import Keys

PLAIN = "PLAIN"
ANONYMOUS = "ANONYMOUS"
EXTERNAL = "EXTERNAL"  # a client certificate; only over TLS, and with one that names an account
SCRAM = ("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1")
ALL_MECHANISMS = (EXTERNAL, *SCRAM, PLAIN, ANONYMOUS)


class Credentials(Protocol):
    """`bare` is a prepared bare JID as text."""

    @property
    def mechanisms(self) -> frozenset[str]:
        """The mechanisms that these credentials can serve."""

    def check(self, bare: str, password: str) -> bool:
        """Whether this password opens this account."""

    def exists(self, bare: str) -> bool:
        """Whether there is such an account, logged in or not."""

    def password(self, bare: str) -> str | Keys | None:
        """The password or its keys, for mechanisms that prove it without sending it; None for an unknown account."""


class AnyPassword:
    """Every account exists and takes every password. SCRAM needs to know it, so SCRAM is not served."""

    def __init__(self, *, anonymous: bool = True) -> None:
        self.mechanisms = frozenset({PLAIN, ANONYMOUS} if anonymous else {PLAIN})

    def check(self, bare: str, password: str) -> bool:
        return True

    def exists(self, bare: str) -> bool:
        return True

    def password(self, bare: str) -> None:
        return None


class Listed:
    """These accounts, by any mechanism or `only` one. The table is kept: accounts added to it later can log in.

    As long as there is none, only ANONYMOUS is offered, if it is allowed.
    """

    def __init__(self, passwords: Mapping[str, str], *, anonymous: bool = False, only: str = "") -> None:
        self.table: Mapping[str, str | Keys] = passwords
        every = (EXTERNAL, PLAIN, *SCRAM, *([ANONYMOUS] if anonymous else []))
        self.possible = frozenset(m for m in every if only in ("", m))

    @property
    def mechanisms(self) -> frozenset[str]:
        return self.possible if self.table or ANONYMOUS not in self.possible else frozenset({ANONYMOUS})

    def check(self, bare: str, password: str) -> bool:
        known = self.password(bare)
        if isinstance(known, str):
            return hmac.compare_digest(known.encode(), password.encode())
        return known is not None and known.opened_by(password)

    def exists(self, bare: str) -> bool:
        return self.password(bare) is not None

    def password(self, bare: str) -> str | Keys | None:
        return self.table.get(bare)

"""Which components may come in, and what they may do there: XEP-0114, XEP-0356."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

from mockserver.muc.jid import JID


@dataclass(frozen=True, slots=True)
class Trust:
    """Without a secret every one will do; without names every domain that is not taken."""

    secret: str | None = None
    names: frozenset[JID] = frozenset()
    privileged: bool = False  # what comes in gets the privileges of XEP-0356

    def serves(self, name: JID) -> bool:
        """Whether a component of that name may be there at all."""
        return name == name.domain and (not self.names or name in self.names)

    def accepts(self, shown: str, expected: str) -> bool:
        """Whether a handshake is right, found out in a time that tells nothing of the right one."""
        return self.secret is None or compare_digest(shown.strip().encode(), expected.encode())

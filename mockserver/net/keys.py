"""What SCRAM keeps of a password: a salt and keys, from which it cannot be read (RFC 5802 3, RFC 7677)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .credentials import SCRAM

ITERATIONS = 4096  # JavaScript clients take seconds for more


def derived(mechanism: str, password: str, salt: bytes | None = None) -> Any:
    """Salt, stored key, server key and rounds, as scramp wants them. It takes some milliseconds."""
    from .scram import ScramMechanism  # late: most connections of a test run never need it

    return ScramMechanism(mechanism).make_auth_info(password, iteration_count=ITERATIONS, salt=salt)


@dataclass(frozen=True, slots=True)
class Keys:
    """Mechanism -> salt, stored key, server key, rounds."""

    held: Mapping[str, tuple[bytes, bytes, bytes, int]]

    @staticmethod
    def make(password: str) -> Keys:
        usable = _usable(password)
        return Keys({mechanism: derived(mechanism, usable) for mechanism in SCRAM})

    def opened_by(self, password: str) -> bool:
        """Whether this is the password that they were made of."""
        mechanism = next(name for name in SCRAM if name in self.held)
        salt, stored, *_ = self.held[mechanism]
        return hmac.compare_digest(derived(mechanism, _usable(password), salt)[1], stored)

    @property
    def text(self) -> str:
        """As JSON, for `read`."""
        return json.dumps({name: [*(part.hex() for part in parts), n] for name, (*parts, n) in self.held.items()})

    @staticmethod
    def read(text: str) -> Keys:
        """Raises ValueError."""
        found: dict[str, tuple[bytes, bytes, bytes, int]] = {}
        for name, (salt, stored, server, rounds) in json.loads(text).items():
            found[name] = bytes.fromhex(salt), bytes.fromhex(stored), bytes.fromhex(server), int(rounds)
        if found.keys().isdisjoint(SCRAM):  # some may be missing that are served now, others served no more
            raise ValueError("no keys of SCRAM")
        return Keys(found)


def _usable(password: str) -> str:
    """The password; where SCRAM cannot have it (SASLprep), something that PLAIN can still be held against."""
    from scramp import ScramException
    from scramp.utils import saslprep

    try:
        saslprep(password)
    except ScramException:
        return hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest()
    return password

"""The client's half of SASL: PLAIN (RFC 4616), SCRAM (RFC 5802, 7677), ANONYMOUS (RFC 4505). No I/O."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable

PREFERRED = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1")
HASHES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}

Exchange = Callable[[bytes], bytes]  # a challenge in, the response out; b"" asks for the initial response


class Refused(Exception):
    """The server does not prove that it knows the password, or offers nothing that the client can do."""


def choose(offered: Iterable[str], *, wish: str = "", password: str = "") -> str:
    """The mechanism to use: the wished one, else the first that is offered; ANONYMOUS without a password."""
    known = list(offered)
    order = (wish,) if wish else (PREFERRED if password else ("ANONYMOUS",))
    for mechanism in order:
        if mechanism in known:
            return mechanism
    raise Refused(f"the server offers {', '.join(known) or 'no mechanism'}, not {' or '.join(order)}")


def exchange(mechanism: str, user: str, password: str, *, nonce: str) -> Exchange:
    """The client's side of one attempt with this mechanism."""
    if mechanism == "PLAIN":
        return lambda _: f"\0{user}\0{password}".encode()
    if mechanism in HASHES:
        return Scram(HASHES[mechanism], user, password, nonce)
    return lambda _: b""


class Scram:
    """One SCRAM attempt without channel binding; call it with each challenge in turn, and with the success."""

    def __init__(self, name: str, user: str, password: str, nonce: str) -> None:
        self._name, self._password = name, password
        escaped = user.replace("=", "=3D").replace(",", "=2C")
        self._nonce = nonce
        self._first = f"n={escaped},r={nonce}"
        self._signature = b""

    def __call__(self, challenge: bytes) -> bytes:
        if not challenge:
            return f"n,,{self._first}".encode()
        said = dict(part.split("=", 1) for part in challenge.decode().split(","))
        return self._verify(said) if "v" in said or "e" in said else self._prove(challenge.decode(), said)

    def _prove(self, challenge: str, said: dict[str, str]) -> bytes:
        if not said["r"].startswith(self._nonce):
            raise Refused("the server changed the nonce")
        salt, rounds = b64decode(said["s"]), int(said["i"])
        salted = hashlib.pbkdf2_hmac(self._name, self._password.encode(), salt, rounds)
        final = f"c=biws,r={said['r']}"
        everything = f"{self._first},{challenge},{final}".encode()
        key = self._hmac(salted, b"Client Key")
        mask = self._hmac(hashlib.new(self._name, key).digest(), everything)
        proof = bytes(a ^ b for a, b in zip(key, mask, strict=True))
        self._signature = self._hmac(self._hmac(salted, b"Server Key"), everything)
        return f"{final},p={b64encode(proof).decode()}".encode()

    def _verify(self, said: dict[str, str]) -> bytes:
        if b64decode(said.get("v", "")) != self._signature:
            raise Refused("the server does not know the password")
        return b""

    def _hmac(self, key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, self._name).digest()

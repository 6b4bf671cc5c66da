"""A certificate for the test domains, made at start; its private key never touches the disk."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

ALPN = b"xmpp-client"  # XEP-0368 4


class Certificate:
    """`ca_path` is the PEM file that clients must trust. `remove` deletes it, or else the end of the program."""

    def __init__(self, *, ca: bytes, leaf: bytes, key: bytes) -> None:
        self._leaf = leaf
        self._key = key
        folder = Path(tempfile.mkdtemp(prefix="mucspec-ca-"))
        self.remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.ca_path = folder / "ca.pem"
        self.ca_path.write_bytes(ca)
        self._factory: Connections | None = None

    @classmethod
    def make(cls, domains: Sequence[str]) -> Certificate:
        """A fresh authority, and one certificate of it for all these domains."""
        import trustme  # late: a porch without TLS must not wait for it

        authority = trustme.CA(organization_name="mucspec test authority")
        issued = authority.issue_cert(*domains)
        leaf, key = issued.cert_chain_pems[0], issued.private_key_pem
        return cls(ca=authority.cert_pem.bytes(), leaf=leaf.bytes(), key=key.bytes())

    def context_factory(self) -> Connections:
        """What Twisted's `startTLS` takes; made at its first use."""
        if self._factory is None:
            self._factory = Connections(self._leaf, self._key)
        return self._factory


@implementer(IOpenSSLServerConnectionCreator)
class Connections:
    """Makes the TLS side of connections. Twisted's own reads PEM by ways that pyOpenSSL has deprecated."""

    def __init__(self, leaf: bytes, key: bytes) -> None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from cryptography.x509 import load_pem_x509_certificate
        from OpenSSL import SSL

        self._connection: Any = SSL.Connection
        self._context: Any = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_2_VERSION)
        self._context.use_certificate(load_pem_x509_certificate(leaf))
        loaded: Any = load_pem_private_key(key, None)
        self._context.use_privatekey(loaded)
        self._context.set_alpn_select_callback(
            lambda _, offered: ALPN if ALPN in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )

    def serverConnectionForTLS(self, protocol: object) -> Any:
        return self._connection(self._context, None)

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

from . import channel_binding, identities
from .channel_binding import Channel

ALPN = b"xmpp-client"  # XEP-0368 4
UNTRUSTED = object()


class Certificate:
    """`ca_path` is the PEM file that clients must trust. `remove` deletes it, or else the end of the program."""

    def __init__(self, *, ca: bytes, leaf: bytes, key: bytes, ca_key: bytes, clients: bool = False) -> None:
        self._leaf, self._key = leaf, key
        self._ca, self._ca_key = ca, ca_key
        self._clients = clients
        folder = Path(tempfile.mkdtemp(prefix="mucspec-ca-"))
        self.remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.ca_path = folder / "ca.pem"
        self.ca_path.write_bytes(ca)
        self._factory: Connections | None = None

    @classmethod
    def make(cls, domains: Sequence[str], *, clients: bool = False) -> Certificate:
        """A fresh authority, and one certificate of it for all these domains. `clients` are asked for theirs."""
        import trustme  # late: a porch without TLS must not wait for it

        authority = trustme.CA(organization_name="mucspec test authority")
        issued = authority.issue_cert(*domains)
        leaf, key = issued.cert_chain_pems[0], issued.private_key_pem
        ca, ca_key = authority.cert_pem.bytes(), authority.private_key_pem.bytes()
        return cls(ca=ca, leaf=leaf.bytes(), key=key.bytes(), ca_key=ca_key, clients=clients)

    def for_client(self, jid: str) -> bytes:
        """A certificate with which this account can log in, and its key: PEM."""
        return identities.issue(jid, self._ca, self._ca_key)

    def context_factory(self) -> Connections:
        """What Twisted's `startTLS` takes; made at its first use."""
        if self._factory is None:
            self._factory = Connections(self._leaf, self._key, self._ca if self._clients else b"")
        return self._factory

    def channel(self, handle: Any) -> Channel:
        """What is known of this connection of pyOpenSSL."""
        trusted = self._clients and handle.get_app_data() is not UNTRUSTED
        peer = handle.get_peer_certificate(as_cryptography=True) if trusted else None  # others need not be readable
        claims = tuple(identities.addresses(peer)) if peer is not None else ()
        return Channel(channel_binding.bindings(handle, self.context_factory().der), claims)


@implementer(IOpenSSLServerConnectionCreator)
class Connections:
    """Makes the TLS side of connections. Twisted's own reads PEM by ways that pyOpenSSL has deprecated."""

    def __init__(self, leaf: bytes, key: bytes, clients_ca: bytes = b"") -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
        from cryptography.x509 import load_pem_x509_certificate
        from OpenSSL import SSL
        from OpenSSL.crypto import X509

        self._connection: Any = SSL.Connection
        self._context: Any = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_2_VERSION)
        certificate = load_pem_x509_certificate(leaf)
        self.der = certificate.public_bytes(Encoding.DER)
        self._context.use_certificate(certificate)
        loaded: Any = load_pem_private_key(key, None)
        self._context.use_privatekey(loaded)
        self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self._context.set_options(SSL.OP_NO_TICKET)  # no session is resumed: see channel_binding.UNIQUE
        if clients_ca:
            store: Any = self._context.get_cert_store()
            store.add_cert(X509.from_cryptography(load_pem_x509_certificate(clients_ca)))
            self._context.set_verify(SSL.VERIFY_PEER, _noted)
        self._context.set_alpn_select_callback(
            lambda _, offered: ALPN if ALPN in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )

    def serverConnectionForTLS(self, protocol: object) -> Any:
        return self._connection(self._context, None)


def _noted(connection: Any, certificate: object, error: int, depth: int, ok: int) -> bool:
    """A certificate of somebody else does no harm: it opens nothing."""
    if not ok:
        connection.set_app_data(UNTRUSTED)
    return True

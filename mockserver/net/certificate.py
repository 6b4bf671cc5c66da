"""A certificate for the test domains, made at start; its private key never touches the disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Certificate:
    """`ca_path` is the PEM file that clients must trust. `remove` deletes it."""

    def __init__(self, *, ca_pem: bytes, chain_and_key_pem: bytes) -> None:
        self._pem = chain_and_key_pem
        self._folder = Path(tempfile.mkdtemp(prefix="mucspec-ca-"))
        self.ca_path = self._folder / "ca.pem"
        self.ca_path.write_bytes(ca_pem)
        self._factory: Any = None

    @classmethod
    def make(cls, domains: Sequence[str]) -> Certificate:
        """A fresh authority, and one certificate of it for all these domains."""
        import trustme  # late: a porch without TLS must not wait for it

        authority = trustme.CA(organization_name="mucspec test authority")
        leaf = authority.issue_cert(*domains)
        chain = leaf.private_key_pem.bytes() + b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        return cls(ca_pem=authority.cert_pem.bytes(), chain_and_key_pem=chain)

    def context_factory(self) -> Any:
        """What Twisted's `startTLS` takes; made at its first use."""
        if self._factory is None:
            from twisted.internet import ssl

            loader: Any = ssl.PrivateCertificate  # its methods have no annotations
            self._factory = loader.loadPEM(self._pem).options()
        return self._factory

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

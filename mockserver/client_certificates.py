"""Certificates with which the accounts of `mucspec serve` log in: XEP-0178."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .net.certificate import Certificate
from .options import CannotServe, ServeOptions

PRIVATE = 0o600  # whoever has the file can log in


def certify(options: ServeOptions, domains: Iterable[str]) -> Certificate | None:
    """The server's certificate; those of the accounts go into their folder. Raises `CannotServe`."""
    folder = options.client_certificates
    if not options.tls:
        if folder:
            raise CannotServe("--client-certificates needs the TLS that --no-tls leaves out")
        return None
    certificate = Certificate.make(list(domains), clients=folder is not None)
    if folder is not None:
        _write(Path(folder), options, certificate)
    return certificate


def _write(folder: Path, options: ServeOptions, certificate: Certificate) -> None:
    if not options.accounts or options.any_password:
        raise CannotServe("--client-certificates are for accounts: name them with --account JID:PASSWORD")
    accounts = [name if "@" in name else f"{name}@{options.domain}" for name in options.accounts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for account in accounts:
            _save(folder / f"{account}.pem", certificate.for_client(account))
    except OSError as complaint:
        raise CannotServe(
            f"--client-certificates {folder}: {complaint.strerror or complaint}; name a folder that can be written"
        ) from complaint


def _save(path: Path, pem: bytes) -> None:
    path.unlink(missing_ok=True)  # whatever rights an old one had
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        file.write(pem)

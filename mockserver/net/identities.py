"""Certificates of clients: whose they are, and making them (XEP-0178, RFC 6120 13.7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

XMPP_ADDRESS = "1.3.6.1.5.5.7.8.5"  # id-on-xmppAddr
UTF8_STRING = 0x0C
DAYS = 30


def addresses(certificate: Any) -> Iterator[str]:
    """The JIDs in this X.509 certificate."""
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return
    for name in names:
        ours = isinstance(name, x509.OtherName) and name.type_id.dotted_string == XMPP_ADDRESS
        if ours and (text := read(name.value)):
            yield text


def issue(jid: str, ca: bytes, ca_key: bytes) -> bytes:
    """A certificate for this account, signed by that authority, with its key behind it: PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    authority = x509.load_pem_x509_certificate(ca)
    signing: Any = serialization.load_pem_private_key(ca_key, None)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.OtherName(x509.ObjectIdentifier(XMPP_ADDRESS), written(jid))
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mucspec test client")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .sign(signing, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + private


# one UTF8String, as X.690 writes it: all of ASN.1 that is needed


def written(text: str) -> bytes:
    data = text.encode()
    size = len(data)
    length = bytes([size]) if size < 0x80 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([UTF8_STRING]) + length + data


def read(der: bytes) -> str | None:
    """None where it is something else."""
    if len(der) < 2 or der[0] != UTF8_STRING:
        return None
    many = der[1] & 0x7F if der[1] & 0x80 else 0
    size = int.from_bytes(der[2 : 2 + many], "big") if many else der[1]
    data = der[2 + many :]
    try:
        return data.decode() if len(data) == size else None
    except UnicodeDecodeError:
        return None

"""What ties a log-in to the TLS connection under it (RFC 5929, RFC 9266), and how it is announced (XEP-0440)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.muc.namespaces import NS_CHANNEL_BINDING
from mockserver.muc.xml import E, Element

EXPORTER, UNIQUE, END_POINT = "tls-exporter", "tls-unique", "tls-server-end-point"
LABEL = b"EXPORTER-Channel-Binding"
EXPORTED = 32  # bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of the TLS connection. `claims`: what the client's certificate names, if it is ours."""

    bindings: Mapping[str, bytes] = field(default_factory=dict)  # kind -> data
    claims: tuple[str, ...] = ()


def bindings(tls: Any, leaf: bytes) -> dict[str, bytes]:
    """Of this pyOpenSSL connection, whose certificate has these bytes (DER, signed with SHA-256)."""
    found = {END_POINT: hashlib.sha256(leaf).digest()}
    if tls.get_protocol_version_name() == "TLSv1.3":
        return {EXPORTER: tls.export_keying_material(LABEL, EXPORTED, b""), **found}
    first = tls.get_peer_finished()  # the client's is the first, for no session is ever resumed here
    return {UNIQUE: first, **found} if first else found


def announced(kinds: Mapping[str, bytes]) -> Element:
    """The stream feature: XEP-0440 3."""
    listed = (E("channel-binding", uri=NS_CHANNEL_BINDING, type=kind) for kind in kinds)
    return E("sasl-channel-binding", *listed, uri=NS_CHANNEL_BINDING)


def chosen(message: bytes, kinds: Mapping[str, bytes]) -> tuple[str, bytes] | None:
    """The kind that the first message of SCRAM names (RFC 5802 6), or any where it names none that is known."""
    flag = message.partition(b",")[0]
    name = flag.removeprefix(b"p=").decode("ascii", "replace")
    return (name, kinds[name]) if name in kinds else next(iter(kinds.items()), None)

"""scramp, at the rim: it knows every kind of channel binding but the one that TLS 1.3 has (RFC 9266)."""

from __future__ import annotations

from typing import Any

from scramp import ScramException, ScramMechanism, core

__all__ = ["ScramException", "ScramMechanism"]

# A server is handed the data as bytes and compares; that Python's own ssl module cannot get at it is no matter here.
_names: Any = core.CbName
_names.SUPPORTED_TYPES = _names.SUPPORTED_TYPES | _names.UNSUPPORTED_TYPES
_names.UNSUPPORTED_TYPES = frozenset()

"""What a porch offers to every stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from mockserver.muc.namespaces import NS_ROSTER_VERSIONS
from mockserver.muc.xml import E

from . import nonzas
from .credentials import ALL_MECHANISMS
from .negotiation import Terms
from .sasl import Circumstances


class Offers(TypedDict, total=False):
    """What streams are offered; without a word every mechanism and client state, and none of the rest."""

    mechanisms: Sequence[str]
    require_tls: bool
    stream_management: bool
    sasl2: bool
    client_state: bool


def terms(around: Circumstances, **offers: Unpack[Offers]) -> Terms:
    """These, without TLS and registration."""
    after = nonzas.offers(managed=offers.get("stream_management", False), states=offers.get("client_state", True))
    return Terms(
        around,
        tuple(offers.get("mechanisms", ALL_MECHANISMS)),
        tls=False,
        require_tls=offers.get("require_tls", False),
        sasl2=offers.get("sasl2", False),
        after_login=(*after, E("ver", uri=NS_ROSTER_VERSIONS)),
    )

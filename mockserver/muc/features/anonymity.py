"""Who may discover real JIDs: XEP-0045 4.2, 7.2.3, 10.2.1 (100, 172, 173)."""

from __future__ import annotations

from collections.abc import Iterator

from ..feature import Feature
from ..model import Room, Status

feature = Feature("anonymity", spec="xep-0045#enter-nonanon")

whois = feature.config_field(
    "muc#roomconfig_whois", "list-single", "Who may discover real JIDs", "moderators",
    options=("moderators", "anyone"), quiet=True,
)  # fmt: skip


@feature.disco
def announce(room: Room) -> Iterator[str]:
    yield "muc_semianonymous" if room.anonymous else "muc_nonanonymous"


@feature.on_join
def warn(room: Room) -> Iterator[int]:
    if not room.anonymous:
        yield Status.NON_ANONYMOUS


@feature.on_config
def told(changed: frozenset[str], room: Room) -> Iterator[int]:
    if whois.var in changed:
        yield Status.NOW_SEMI_ANONYMOUS if room.anonymous else Status.NOW_NON_ANONYMOUS

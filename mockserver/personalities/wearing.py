"""A host with a personality: around its calls, in its switches, in its features. It can be changed and taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from mockserver.faults.around import Around, surround
from mockserver.host import Host
from mockserver.muc.feature import Feature
from mockserver.muc.jid import JID
from mockserver.muc.service import MucService

from .model import Personality, Row
from .table import Act

Noted = Callable[[Row, frozenset[JID]], None]
HELD = "_worn"  # where a host keeps what it wears


def apply(host: Host, personality: Personality, *, noted: Noted | None = None) -> None:
    """The host is like this from now on, whatever it was like before; rooms and those inside stay.

    `noted(row, to)` is told of every row that has changed something, and of the sessions that got something else for it
    (empty: anybody may notice). Rows that change switches or leave features out are not told: they always hold.
    """
    worn = vars(host).get(HELD) or _Worn(host)
    worn.wear(host, personality, noted)


class _Worn(Around[Row]):
    """What the host was like by itself, and what it is like now."""

    def __init__(self, host: Host) -> None:
        self.switches, self.features = host.muc.switches, host.muc.features
        self.account_features = host._account_features  # a host has no other way to lose one
        super().__init__()
        surround(host, self)
        vars(host)[HELD] = self

    def wear(self, host: Host, personality: Personality, noted: Noted | None) -> None:
        self.begin((row, row.act) for row in personality.rows if row.act.heard or row.act.told or row.act.bent)
        self.noted = noted
        acts = [row.act for row in personality.rows]
        host.muc.switches = replace(self.switches, **{k: v for act in acts for k, v in act.switches.items()})
        lost = frozenset(name for act in acts for name in act.lacks)
        of_accounts = frozenset(name for act in acts for name in act.accounts_lack)
        _refit(host.muc, [f for f in self.features if f.name not in lost], acts)
        host._account_features = tuple(f for f in self.account_features if f.name not in of_accounts)


def _refit(muc: MucService, features: list[Feature], acts: Iterable[Act]) -> None:
    """The service with these features and no others; its rooms have their fields, with the defaults that acts give."""
    muc.equip(features)
    for var, value in ((var, value) for act in acts for var, value in act.defaults.items() if var in muc.fields):
        muc.fields[var] = replace(muc.fields[var], default=value, current=None)
        muc.defaults[var] = value
    for room in (muc.itself, *muc.rooms.values()):
        room.defaults = muc.defaults

"""Features that a service does not have: each of rooms, each of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from mockserver.accounts import ALL_ACCOUNT
from mockserver.accounts.feature import AccountFeature
from mockserver.muc.features import ALL
from mockserver.muc.service import MucService

from .moment import Moment
from .table import enter, swapped

OWN = ("rooms", "itself", "now", "operator")  # what a service keeps, whatever its features are


def _without(name: str, moment: Moment) -> AbstractContextManager[None] | None:
    muc = moment.muc
    return _tables(muc, name) if any(f.name == name for f in muc.features) else None


@contextmanager
def _tables(muc: MucService, name: str) -> Iterator[None]:
    """The tables of a service without this feature; the rooms have lost its fields."""
    left = [feature for feature in muc.features if feature.name != name]
    poor = MucService(muc.domain, features=left, new_id=muc.new_id, secret=muc.secret, switches=muc.switches)
    tables = {key: value for key, value in vars(poor).items() if key not in OWN}
    before = {key: getattr(muc, key) for key in tables}
    vars(muc).update(tables)
    _defaults(muc, poor.defaults)
    yield
    vars(muc).update(before)
    _defaults(muc, before["defaults"])


def _defaults(muc: MucService, defaults: dict[str, tuple[str, ...]]) -> None:
    for room in (muc.itself, *muc.rooms.values()):
        room.defaults = defaults


for _feature in ALL:
    enter(f"no-{_feature.name}", f"does not know {_feature.name} at all", bent=partial(_without, _feature.name))


def _account_without(feature: AccountFeature, moment: Moment) -> AbstractContextManager[None] | None:
    held = moment.host._account_features  # the host has no other way to lose one
    left = tuple(f for f in held if f is not feature)
    return swapped(moment.host, "_account_features", left) if len(left) < len(held) else None


for _account in ALL_ACCOUNT:
    _name = f"accounts-without-{_account.name}"
    enter(_name, f"does not know {_account.name} of accounts", bent=partial(_account_without, _account))

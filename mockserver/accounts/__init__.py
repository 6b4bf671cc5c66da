"""What a client needs besides rooms: one file a feature."""

from . import (
    archive,
    blocking,
    bookmarks,
    caps,
    carbons,
    disco,
    pep,
    ping,
    preferences,
    registration,
    roster,
    session,
    storage,
    vcard,
    version,
)

ALL_ACCOUNT = (
    disco.feature,
    roster.feature,
    session.feature,
    ping.feature,
    version.feature,
    storage.feature,
    vcard.feature,
    caps.feature,
    pep.feature,
    bookmarks.feature,
    archive.feature,
    preferences.feature,
    carbons.feature,
    blocking.feature,
    registration.feature,
)

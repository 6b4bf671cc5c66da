"""What a client needs besides rooms: one file a feature."""

from . import archive, carbons, disco, ping, preferences, roster, session, storage, version

ALL_ACCOUNT = (
    disco.feature,
    roster.feature,
    session.feature,
    ping.feature,
    version.feature,
    storage.feature,
    archive.feature,
    preferences.feature,
    carbons.feature,
)

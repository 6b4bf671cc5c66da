"""What may wait while nobody looks at a client: XEP-0352. Only chat states do; whatever comes next takes them along."""

from __future__ import annotations

from mockserver.muc.namespaces import NS_CHATSTATES, NS_CLIENT, NS_HINTS, NS_OCCUPANT_ID, NS_SID, NS_USER
from mockserver.muc.xml import Element

MOST = 100  # that wait for one client; older ones are dropped
BESIDE = frozenset({NS_CHATSTATES, NS_OCCUPANT_ID, NS_SID, NS_HINTS, NS_USER})


def can_wait(stanza: Element) -> bool:
    """Whether this is a message that only says what somebody is doing."""
    if stanza.name != "message" or stanza.get("type") == "error":
        return False
    uris = {child.uri for child in stanza.elements() if (child.name, child.uri) != ("thread", NS_CLIENT)}
    x = stanza.find("x", NS_USER)
    return NS_CHATSTATES in uris and uris <= BESIDE and not (x and x.children)

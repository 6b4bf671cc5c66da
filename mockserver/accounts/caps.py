"""What a session's client can do, learned by entity capabilities: XEP-0115, XEP-0030.

The host asks each session whose presence names new capabilities. Answers are not shared between sessions: a hash that
nobody verified could otherwise speak for other clients.
"""

from __future__ import annotations

from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CAPS, NS_DISCO_INFO
from mockserver.muc.xml import E

from .feature import AccountFeature, Moment

feature = AccountFeature("caps", "xep-0115", host_vars=(NS_CAPS,))


@feature.shown.append
def ask(moment: Moment) -> list[Delivery]:
    """A disco#info query of the node that the presence names, unless that is known or being asked."""
    session, accounts = moment.session, moment.accounts
    caps = moment.stanza.find("c", NS_CAPS)
    node = f"{caps.get('node')}#{caps.get('ver')}" if caps else ""
    if node == session.caps:
        return []
    session.caps, session.features, session.asked = node, frozenset(), accounts.new_id() if node else ""
    if not node:
        return []
    query = E("query", uri=NS_DISCO_INFO, node=node)
    return [Delivery(E("iq", query, type="get", id=session.asked, from_=accounts.domain), (session.jid,))]


@feature.replied.append
def learn(moment: Moment) -> list[Delivery]:
    """The answer counts if it comes from whom was asked, and about what it shows now."""
    session, stanza = moment.session, moment.stanza
    if not session.asked or stanza.get("id") != session.asked:
        return []
    session.asked = ""
    query = stanza.find("query", NS_DISCO_INFO)
    if stanza.get("type") != "result" or query is None:
        return []
    session.features = frozenset(f.get("var") for f in query.find_all("feature", NS_DISCO_INFO))
    return moment.told(lambda feature: feature.learned)

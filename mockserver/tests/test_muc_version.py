"""Claims about the software version of the service (XEP-0092)."""

from __future__ import annotations

from .rooms import DOMAIN, Stage

ASK = "<query xmlns='jabber:iq:version'/>"


def test_the_service_says_what_it_is() -> None:
    """Name and version; it announces that it can be asked. A room cannot."""
    stage = Stage()
    stage.open()
    told = stage.ask("nym", ASK, to=DOMAIN)[0]
    assert "<name>mucspec</name><version>" in told
    info = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    assert '<feature var="jabber:iq:version"/>' in stage.ask("nym", info, to=DOMAIN)[0]
    assert "jabber:iq:version" not in stage.ask("nym", info)[0]
    assert "service-unavailable" in stage.ask("nym", ASK)[0]

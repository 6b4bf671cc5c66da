"""Sessions for tests of accounts: a host, and clients with entity capabilities. Built on `Inn`."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.muc.namespaces import NS_CAPS, NS_DISCO_INFO
from mockserver.muc.xml import E, render

from .hosts import Inn


def get(payload: str, to: str = "") -> str:
    return f"<iq type='get' id='q'{f' to={to!r}' if to else ''}>{payload}</iq>"


def set_(payload: str, to: str = "") -> str:
    return f"<iq type='set' id='q'{f' to={to!r}' if to else ''}>{payload}</iq>"


def pubsub(inside: str, owner: str = "") -> str:
    return f"<pubsub xmlns='http://jabber.org/protocol/pubsub{owner}'>{inside}</pubsub>"


def options(kind: str, **values: str) -> str:
    """A submitted form of pubsub: `node_config` or `publish-options`."""
    fields = {"FORM_TYPE": f"http://jabber.org/protocol/pubsub#{kind}"} | {f"pubsub#{k}": v for k, v in values.items()}
    shown = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
    return f"<x xmlns='jabber:x:data' type='submit'>{shown}</x>"


def announce(inn: Inn, who: str, *features: str, ver: str = "v") -> list[str]:
    """The session shows presence with capabilities and answers what the host asks; what came of the answer."""
    caps = E("c", uri=NS_CAPS, hash="sha-1", node="urn:client", ver=ver)
    *_, asked = inn.deliveries(who, render(E("presence", caps)))
    query = asked.stanza.find("query", NS_DISCO_INFO)
    assert query is not None
    return inn.say(who, reply(asked.stanza.get("id"), query.get("node"), features))


def reply(name: str, node: str, features: Iterable[str]) -> str:
    shown = (E("feature", uri=NS_DISCO_INFO, var=var) for var in features)
    return render(E("iq", E("query", *shown, uri=NS_DISCO_INFO, node=node), type="result", id=name))

"""The two ways to say SASL in XML: RFC 6120 6, and XEP-0388 (SASL2). What they carry is base64."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Protocol

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_BIND2, NS_CARBONS, NS_CSI, NS_SASL, NS_SASL2, NS_SM
from mockserver.muc.xml import E, Element


class Profile(Protocol):
    """How an attempt is written and read. Data raises ValueError where it is no base64."""

    uri: str
    begins: str  # the element that begins an attempt

    def offer(self, mechanisms: Sequence[str], features: Sequence[Element]) -> Element:
        """The stream feature; `features`: what a log-in can do besides."""

    def initial(self, element: Element) -> bytes | None:
        """The initial response, None where there is none."""

    def response(self, element: Element) -> bytes: ...
    def success(self, account: JID, last: bytes | None, results: Sequence[Element]) -> Element:
        """`account` is a full JID once there is a session; `results` are the answers to what was asked besides."""


class Sasl:
    """RFC 6120 6."""

    uri, begins = NS_SASL, "auth"

    def offer(self, mechanisms: Sequence[str], features: Sequence[Element]) -> Element:
        return E("mechanisms", *(E("mechanism", name, uri=NS_SASL) for name in mechanisms), uri=NS_SASL)

    def initial(self, element: Element) -> bytes | None:
        text = element.text.strip()
        return None if not text else b"" if text == "=" else decoded(text)

    def response(self, element: Element) -> bytes:
        text = element.text.strip()
        return b"" if text == "=" else decoded(text)

    def success(self, account: JID, last: bytes | None, results: Sequence[Element]) -> Element:
        return E("success", None if last is None else encoded(last), uri=NS_SASL)


class Sasl2:
    """XEP-0388: answers say who one is, and what came of what was asked besides."""

    uri, begins = NS_SASL2, "authenticate"

    def offer(self, mechanisms: Sequence[str], features: Sequence[Element]) -> Element:
        names = (E("mechanism", name, uri=NS_SASL2) for name in mechanisms)
        return E("authentication", *names, _inline(features), uri=NS_SASL2)

    def initial(self, element: Element) -> bytes | None:
        given = element.find("initial-response", NS_SASL2)
        return decoded(given.text.strip()) if given else None

    def response(self, element: Element) -> bytes:
        return decoded(element.text.strip())

    def success(self, account: JID, last: bytes | None, results: Sequence[Element]) -> Element:
        data = None if last is None else E("additional-data", encoded(last), uri=NS_SASL2)
        who = E("authorization-identifier", str(account), uri=NS_SASL2)
        return E("success", data, who, *results, uri=NS_SASL2)


def _inline(features: Sequence[Element]) -> Element:
    """What can be had together with the log-in: XEP-0386 3.1, XEP-0198 (inline)."""
    names = {NS_CARBONS, *(feature.uri for feature in features)}
    able = (E("feature", uri=NS_BIND2, var=name) for name in (NS_CARBONS, NS_CSI, NS_SM) if name in names)
    resumption = [E("sm", uri=NS_SM)] if NS_SM in names else []
    return E("inline", E("bind", E("inline", *able, uri=NS_BIND2), uri=NS_BIND2), *resumption, uri=NS_SASL2)


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text, validate=True)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


ORDINARY, SECOND = Sasl(), Sasl2()

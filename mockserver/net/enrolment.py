"""Accounts that clients make before they log in: XEP-0077 7. The rules are those of `accounts.registration`."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from mockserver.accounts import registration
from mockserver.accounts.model import Registrar
from mockserver.accounts.stanzas import error, result
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_CLIENT, NS_REGISTER
from mockserver.muc.xml import Element

from .credentials import Listed

NOBODY = JID("")


class Open(Listed):
    """Listed accounts, and those that clients add. The table is kept, not copied."""

    def __init__(self, passwords: MutableMapping[str, str], *, anonymous: bool = False) -> None:
        super().__init__(passwords, anonymous=anonymous)
        self.table: MutableMapping[str, Any] = passwords  # passwords and `Keys`

    @property
    def mechanisms(self) -> frozenset[str]:
        """All from the beginning: who makes an account logs in on the same stream."""
        return self.possible


class Desk:
    """Where accounts are made and ended; `expel` closes the streams of an account."""

    def __init__(self, credentials: Open, expel: Callable[[JID], None]) -> None:
        self._credentials = credentials
        self._expel = expel

    def exists(self, account: JID) -> bool:
        return self._credentials.password(account) is not None

    def register(self, account: JID, password: str) -> None:
        self._credentials.table[str(account)] = password

    def remove(self, account: JID) -> None:
        self._credentials.table.pop(str(account), None)
        self._expel(account)


def concerns(element: Element) -> bool:
    """Whether this is a request to register."""
    request = element.get("type") in ("get", "set") and element.get("id")
    is_iq = (element.name, element.uri) == ("iq", NS_CLIENT)
    return bool(is_iq and request and element.find("query", NS_REGISTER))


def answer(iq: Element, registrar: Registrar, domain: str) -> Element:
    """What somebody who is not logged in gets: the fields, a confirmation, or an error."""
    payload = iq.find("query", NS_REGISTER)
    assert payload is not None  # see `concerns`
    if iq.get("to", domain).lower() != domain:
        return error(iq, "not-allowed", f"this is {domain}", to=NOBODY).stanza
    if iq.get("type") == "get":
        return result(iq, registration.offer(), to=NOBODY).stanza
    if payload.find("remove", NS_REGISTER):
        return error(iq, "registration-required", "log in first", to=NOBODY).stanza
    wrong = registration.enrol(registrar, registration.read(payload, domain))
    return error(iq, wrong, to=NOBODY).stanza if wrong else result(iq, to=NOBODY).stanza

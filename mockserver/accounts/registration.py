"""In-band registration of accounts: XEP-0077. Offered where the host has a registrar (`Accounts.registrar`)."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.muc.forms import field, form, submitted
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_DATA, NS_REGISTER
from mockserver.muc.xml import E, Element

from .feature import ACCOUNT, HOST, AccountFeature, Request
from .model import Registrar

feature = AccountFeature(
    "registration",
    "xep-0077",
    host_vars=(NS_REGISTER,),
    offered=lambda accounts: accounts.registrar is not None,
)

INSTRUCTIONS = "Choose a user name and a password."


@dataclass(frozen=True, slots=True)
class Wish:
    """The account that somebody wants, with its password; or the condition of the error."""

    account: JID | None = None
    password: str = ""
    wrong: str = ""


def offer() -> Element:
    """What somebody without an account has to say, as elements and as a form: XEP-0077 3.1, 4."""
    required = E("required", uri=NS_DATA)
    fields = (field("username", kind="text-single", label="User name"), field("password", kind="text-private"))
    asked = form("form", NS_REGISTER, *(f.plus(required) for f in fields), instructions=INSTRUCTIONS)
    names = (
        E("instructions", INSTRUCTIONS, uri=NS_REGISTER),
        *(E(n, uri=NS_REGISTER) for n in ("username", "password")),
    )
    return E("query", *names, asked, uri=NS_REGISTER)


def read(payload: Element, domain: str) -> Wish:
    """The wish of a submission, by elements or by form; everything has to be given (not-acceptable)."""
    x = payload.find("x", NS_DATA)
    values = submitted(x)
    if x is not None and (x.get("type") != "submit" or values.get("FORM_TYPE") != (NS_REGISTER,)):
        return Wish(wrong="bad-request")
    named = {c.name: c.text for c in payload.elements() if c.uri == NS_REGISTER}
    named |= {var: value[0] for var, value in values.items() if value}
    name, password = named.get("username", "").strip(), named.get("password", "")
    if not name or not password:
        return Wish(wrong="not-acceptable")
    try:
        account = JID.parse(f"{name}@{domain}")
    except BadJid:
        return Wish(wrong="jid-malformed")
    plain = account.domain == domain and not account.resource
    return Wish(account, password) if plain else Wish(wrong="jid-malformed")


def enrol(registrar: Registrar, wish: Wish) -> str:
    """Make a new account; the condition of the error where that cannot be."""
    if wish.account is None:
        return wish.wrong
    if registrar.exists(wish.account):
        return "conflict"
    registrar.register(wish.account, wish.password)
    return ""


# for those who have an account


@feature.get("query", NS_REGISTER, HOST, ACCOUNT)
def tell(request: Request) -> list[Delivery]:
    """That one is registered, and under which name; the password stays where it is."""
    if _registrar(request) is None:
        return request.refuse("service-unavailable")
    known = {"instructions": "You have an account; a new password replaces the old one.",
             "username": request.account.jid.local, "password": ""}  # fmt: skip
    children = (E(name, text, uri=NS_REGISTER) for name, text in known.items())
    return request.result(E("query", E("registered", uri=NS_REGISTER), *children, uri=NS_REGISTER))


@feature.set("query", NS_REGISTER, HOST, ACCOUNT)
def change(request: Request) -> list[Delivery]:
    """A new password, or the end of the account: XEP-0077 3.2, 3.3."""
    registrar = _registrar(request)
    if registrar is None:
        return request.refuse("service-unavailable")
    if request.payload.find("remove", NS_REGISTER):
        return _end(request, registrar)
    wish = read(request.payload, request.accounts.domain)
    if wish.account is None:
        return request.refuse(wish.wrong)
    if wish.account != request.account.jid:
        return request.refuse("not-allowed", "that is not your account")
    registrar.register(wish.account, wish.password)
    return request.result()


def _registrar(request: Request) -> Registrar | None:
    """Accounts are for users of this host: whoever asks from elsewhere has none here."""
    return request.accounts.registrar if request.account.jid.domain == request.accounts.domain else None


def _end(request: Request, registrar: Registrar) -> list[Delivery]:
    """The account of who asks, by its bare JID, with all that it kept; its streams are closed behind the result."""
    if len(list(request.payload.elements())) != 1:
        return request.refuse("bad-request", "remove stands alone")
    request.accounts.end(request.account)
    registrar.remove(request.account.jid)
    return request.result()

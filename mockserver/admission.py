"""Who may come in to `mucspec serve`, and under which domains."""

from __future__ import annotations

from ipaddress import ip_address

from .muc.jid import JID, BadJid
from .net.credentials import AnyPassword, Credentials, Listed
from .net.enrolment import Open
from .net.trust import Trust
from .options import CannotServe, ServeOptions


def domains(options: ServeOptions) -> tuple[JID, JID]:
    try:
        domain = JID.parse(options.domain)
        muc_domain = JID.parse(options.muc_domain or f"conference.{domain}")
    except BadJid as complaint:
        raise CannotServe(f"{complaint}; --domain and --muc-domain take domain names") from complaint
    if domain == muc_domain or any(d != d.domain for d in (domain, muc_domain)):
        raise CannotServe("--domain and --muc-domain need two different domain names")
    return domain, muc_domain


def credentials(options: ServeOptions, domain: str) -> Credentials:
    """Without account flags anybody with any password, but only on loopback. Raises `CannotServe`."""
    if options.open_registration and options.any_password:
        raise CannotServe("where --any-password will do nobody has to register: leave it or --open-registration out")
    listed = {_account(name, domain): password for name, password in options.accounts.items()}
    if options.open_registration and not options.any_password:
        return Open(listed, anonymous=options.anonymous)
    if listed and not options.any_password:
        return Listed(listed, anonymous=options.anonymous)
    if not listed and options.anonymous and not options.any_password:
        return Listed({}, anonymous=True)
    if not loopback(options.host):
        raise CannotServe(
            f"{options.host} is no loopback address, and any password would do: name accounts with"
            " --account JID:PASSWORD, or serve on 127.0.0.1"
        )
    return AnyPassword()


def trust(options: ServeOptions) -> Trust:
    """Which components may come in. Raises `CannotServe`."""
    secret, named = options.component_secret, options.components or options.component_privileges
    if options.component_port is None and (secret is not None or named):
        raise CannotServe("what is said about components needs --component-port")
    if secret == "" or (secret is None and options.component_privileges):
        raise CannotServe("--component-secret S: privileges are for components that know a secret, which is not empty")
    if options.component_port is not None and secret is None and not loopback(options.host):
        raise CannotServe(
            f"{options.host} is no loopback address, and any component would do: give --component-secret S,"
            " or serve on 127.0.0.1"
        )
    names = frozenset(_component(name, domains(options)) for name in options.components)
    return Trust(secret, names, options.component_privileges)


def _component(name: str, taken: tuple[JID, JID]) -> JID:
    try:
        component = JID.parse(name)
    except BadJid as complaint:
        raise CannotServe(f"{complaint}; --component takes a domain name") from complaint
    if component != component.domain or component in taken:
        raise CannotServe(f"{name} cannot be a component's: --component takes a domain name that is not taken")
    return component


def _account(name: str, domain: str) -> str:
    try:
        account = JID.parse(name if "@" in name else f"{name}@{domain}")
    except BadJid as complaint:
        raise CannotServe(f"{complaint}; --account takes JID:PASSWORD") from complaint
    if account.domain != domain or account.resource or not account.local:
        raise CannotServe(f"{name} is no account of {domain}; --account takes a bare JID of --domain")
    return account


def loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

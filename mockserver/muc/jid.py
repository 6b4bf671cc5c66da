"""XMPP addresses, prepared: RFC 6122 for the bare JID, RFC 7622 (PRECIS) for the resource."""

from __future__ import annotations

from functools import lru_cache

from precis_i18n import get_profile
from twisted.words.protocols.jabber.xmpp_stringprep import nameprep, nodeprep

RESOURCE = get_profile("OpaqueString")  # lets new characters pass that resourceprep does not know
LONGEST = 1023  # bytes of each part: RFC 6122 2.1
HOPELESS = 3 * LONGEST  # bytes: composing and plain spaces make a resource no shorter than a third


class BadJid(ValueError):
    """Text that is no address."""


class JID(str):
    """A prepared address: `local@domain/resource`. Equal addresses are equal texts."""

    __slots__ = ()

    @property
    def bare(self) -> JID:
        """The address without its resource."""
        return JID(self.partition("/")[0])

    @property
    def local(self) -> str:
        """The part before the @; empty for a domain."""
        bare = self.partition("/")[0]
        return bare.partition("@")[0] if "@" in bare else ""

    @property
    def domain(self) -> str:
        return self.partition("/")[0].rpartition("@")[2]

    @property
    def resource(self) -> str:
        """The part behind the first slash: an occupant's nickname in a room."""
        return self.partition("/")[2]

    def with_resource(self, resource: str) -> JID:
        """This address with another (prepared) resource."""
        return JID(f"{self.partition('/')[0]}/{resource}")

    @staticmethod
    def parse(text: str) -> JID:
        """Prepare an address. Raises `BadJid`."""
        return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> JID:
    bare, slash, resource = text.partition("/")
    local, at, domain = bare.rpartition("@")
    if not domain or (at and not local) or (slash and not resource):
        raise BadJid(f"no address: {text!r}")
    try:
        parts = (_local(local), _domain(domain), prepare_nick(resource))
    except (ValueError, IndexError) as complaint:  # Twisted's nameprep trips over a label of which nothing is left
        raise BadJid(f"no address: {text!r}: {complaint}") from complaint
    if not parts[1] or (local and not parts[0]):
        raise BadJid(f"nothing is left of it: {text!r}")
    if any(len(part.encode()) > LONGEST for part in parts):
        raise BadJid(f"too long: {text[:40]!r}...")
    prepared = f"{parts[0]}@{parts[1]}" if local else parts[1]
    return JID(f"{prepared}/{parts[2]}" if slash else prepared)


def is_address(text: str, jid: JID) -> bool:
    """Whether a text is this address in some spelling."""
    try:
        return _parse(text) == jid
    except BadJid:
        return False


def prepare_nick(text: str) -> str:
    """A resource or nickname, prepared. Raises UnicodeError; `BadJid` before the work, where it must be too long."""
    if len(text.encode()) > HOPELESS:
        raise BadJid(f"too long: {text[:40]!r}...")
    return str(RESOURCE.enforce(text)) if text else ""


def _domain(text: str) -> str:
    return str(nameprep.prepare(text))  # type: ignore[no-untyped-call]  # Twisted's


def _local(text: str) -> str:
    return str(nodeprep.prepare(text)) if text else ""  # type: ignore[no-untyped-call]  # Twisted's

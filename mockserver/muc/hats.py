"""The hats of a room and who wears them: what the feature of XEP-0317 keeps, and an operator may arrange."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from .jid import JID
from .namespaces import NS_HATS
from .xml import E, Element


@dataclass(frozen=True, slots=True)
class Hat:
    """`hue` is an angle in degrees as text; `lang` that of the title."""

    uri: str
    title: str
    hue: str = ""
    lang: str = ""

    def element(self) -> Element:
        return E("hat", uri=NS_HATS, title=self.title, uri_=self.uri, hue=self.hue or None, xml_lang=self.lang or None)


@dataclass
class Rack:
    """The hats by URI, and those that each user wears, in the order of giving."""

    hats: dict[str, Hat] = field(default_factory=dict)
    worn: dict[JID, list[str]] = field(default_factory=dict)

    def wearers(self, uri: str) -> list[JID]:
        return [user for user, uris in self.worn.items() if uri in uris]

    def of(self, user: JID) -> list[Hat]:
        return [self.hats[uri] for uri in self.worn.get(user, ())]

    def give(self, user: JID, uri: str) -> bool:
        """Whether that changed anything; so for the others."""
        worn = self.worn.setdefault(user, [])
        if uri in worn:
            return False
        worn.append(uri)
        return True

    def take(self, user: JID, uri: str) -> bool:
        if uri not in self.worn.get(user, ()):
            return False
        self.worn[user].remove(uri)
        return True

    def drop(self, uri: str) -> list[JID]:
        """Take a hat away altogether; those who wore it."""
        wearers = self.wearers(uri)
        for user in wearers:
            self.worn[user].remove(uri)
        del self.hats[uri]
        return wearers

    @property
    def digest(self) -> str:
        """The same for the same list of hats."""
        listed = "\n".join(sorted(self.hats))
        return hashlib.sha1(listed.encode()).hexdigest() if self.hats else ""

"""Wokkel's side of a server for components (XEP-0114), and what it stands on. Nobody else imports wokkel.

Its last release asks Twisted for two names that newer Twisted no longer has. It also imports the reactor: whoever
imports this module does so when the reactor is chosen.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import constantly
from twisted.python import compat


def _give_back_what_twisted_dropped() -> None:
    compat._PY3 = True  # type: ignore[attr-defined]  # that is the point
    sys.modules.setdefault("twisted.python.constants", constantly)


_give_back_what_twisted_dropped()
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it is as it is
    from twisted.words.protocols.jabber import error, xmlstream
    from twisted.words.xish import domish
    from wokkel import component

# none of these have types
Element: Any = domish.Element
StreamError: Any = error.StreamError
XmlStream: Any = xmlstream.XmlStream
hash_password: Any = xmlstream.hashPassword
ListenComponentAuthenticator: Any = component.ListenComponentAuthenticator
XMPPComponentServerFactory: Any = component.XMPPComponentServerFactory

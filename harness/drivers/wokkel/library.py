"""The library under one set of names: `wokkel` or its fork `tx_xmpp`, as the command line says."""

import importlib
import sys
from importlib.metadata import version

NAME = sys.argv[1] if len(sys.argv) > 1 else "wokkel"
IS_FORK = NAME == "tx_xmpp"
TOML = "tx-xmpp.toml" if IS_FORK else "driver.toml"


def _give_back_what_twisted_dropped():
    """Wokkel's last release imports a constant and a module that newer Twisted no longer has."""
    import constantly
    from twisted.python import compat

    compat._PY3 = True
    sys.modules.setdefault("twisted.python.constants", constantly)


if not IS_FORK:
    _give_back_what_twisted_dropped()

client = importlib.import_module(f"{NAME}.client")
data_form = importlib.import_module(f"{NAME}.data_form")
disco = importlib.import_module(f"{NAME}.disco")
generic = importlib.import_module(f"{NAME}.generic")
muc = importlib.import_module(f"{NAME}.muc")
ping = importlib.import_module(f"{NAME}.ping")
subprotocols = importlib.import_module(f"{NAME}.subprotocols")
xmppim = importlib.import_module(f"{NAME}.xmppim")
mam = importlib.import_module(f"{NAME}.mam") if IS_FORK else None
rsm = importlib.import_module(f"{NAME}.rsm") if IS_FORK else None

VERSION = version("tx-xmpp" if IS_FORK else "wokkel")

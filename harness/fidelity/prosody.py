"""Prosody as Debian packages it, with its own modules for rooms."""

from __future__ import annotations

from pathlib import Path

from .servers import DOMAIN, LOOPBACK, MUC, Launch, Server

CONFIGURATION = """
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
log = {{ info = "*console" }}
admins = {{ }}
interfaces = {{ "{loopback}" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
modules_enabled = {{
  "disco", "roster", "saslauth", "blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4",
  "vcard_legacy", "ping", "register", "time", "uptime", "version", "mam", "csi_simple"
}}
modules_disabled = {{ "s2s", "tls", "limits" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
allow_registration = true
archive_expires_after = "never"
VirtualHost "{domain}"
Component "{muc}" "muc"
  modules_enabled = {{ "muc_mam" }}
  modules_disabled = {{ "s2s" }}
"""


def prepare(folder: Path, port: int) -> Launch:
    """Its configuration file, and how it is started with it."""
    file = folder / "prosody.cfg.lua"
    file.write_text(CONFIGURATION.format(folder=folder, loopback=LOOPBACK, port=port, domain=DOMAIN, muc=MUC))
    (folder / "data").mkdir()
    return Launch(("prosody", "--config", str(file), "-F"), "Activated service 'c2s'")


prosody = Server("prosody", "prosody", prepare)

"""ejabberd as Debian packages it: its Erlang node has no name, so it meets no other one on the machine."""

from __future__ import annotations

from pathlib import Path

from .servers import DOMAIN, LOOPBACK, MUC, Launch, Server

CONFIGURATION = """
hosts: ["{domain}"]
loglevel: info
auth_method: internal
auth_password_format: plain
registration_timeout: infinity
listen:
  - port: {port}
    ip: "{loopback}"
    module: ejabberd_c2s
    access: c2s
    starttls: false
    max_stanza_size: 262144
access_rules:
  c2s: {{allow: all}}
  register: {{allow: all}}
  anybody: {{allow: all}}
modules:
  mod_adhoc: {{}}
  mod_blocking: {{}}
  mod_bosh: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_disco: {{}}
  mod_last: {{}}
  mod_mam: {{assume_mam_usage: true, default: always}}
  mod_muc:
    host: "{muc}"
    access: anybody
    access_create: anybody
    access_persistent: anybody
    access_mam: anybody
    max_users: 200
    max_user_conferences: 100
    default_room_options: {{mam: true}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub: {{plugins: [flat, pep]}}
  mod_register: {{access: register, ip_access: anybody}}
  mod_roster: {{}}
  mod_stream_mgmt: {{}}
  mod_vcard: {{search: false}}
  mod_vcard_xupdate: {{}}
  mod_version: {{}}
"""


def prepare(folder: Path, port: int) -> Launch:
    """Its configuration file, and how it is started with it."""
    file, logs = folder / "ejabberd.yml", folder / "ejabberd.log"
    text = CONFIGURATION.format(loopback=LOOPBACK, port=port, domain=DOMAIN, muc=MUC)
    file.write_text(text)
    (folder / "inetrc").write_text("{lookup,[file,native]}.\n")
    environment = {
        "EJABBERD_CONFIG_PATH": str(file),
        "EJABBERD_LOG_PATH": str(logs),
        "ERL_LIBS": "/usr/lib/x86_64-linux-gnu",
        "ERL_CRASH_DUMP_BYTES": "0",
        "HOME": str(folder),
    }
    spool = f'"{folder / "spool"}"'
    command = ("erl", "-noinput", "-mnesia", "dir", spool, "-s", "ejabberd")
    return Launch(command, "Start accepting TCP connections at", environment)


ejabberd = Server("ejabberd", "ejabberdctl", prepare)

"""What `mucspec serve` is told, and the one line that says why it cannot be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

STRICT = "xep"  # the personality of a service that does what the XEPs say


class CannotServe(ValueError):
    """One line that says what is wrong and what would help."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line says. `accounts` maps bare JIDs (or user names) to passwords."""

    host: str = "127.0.0.1"
    port: int = 5222
    direct_tls_port: int | None = None  # XEP-0368
    websocket_port: int | None = None  # RFC 7395; and XEP-0156 for who asks there
    websocket_tls_port: int | None = None  # the same as wss:
    bosh_port: int | None = None  # XEP-0124, XEP-0206; and XEP-0156 there too
    bosh_tls_port: int | None = None  # the same as https:
    component_port: int | None = None  # XEP-0114
    component_secret: str | None = None  # None: on loopback any will do
    components: tuple[str, ...] = ()  # their domains; without any every one that is free
    component_privileges: bool = False  # XEP-0356
    console_port: int | None = None  # the web console and its HTTP API
    console_token: str = ""  # that the API wants; "": none on loopback, a new one elsewhere
    console_names: tuple[str, ...] = ()  # names of this machine that it may be called by
    domain: str = "localhost"
    muc_domain: str = ""  # conference.DOMAIN
    tls: bool = True
    accounts: Mapping[str, str] = field(default_factory=dict)
    anonymous: bool = False
    any_password: bool = False
    open_registration: bool = False  # clients may make accounts: XEP-0077
    instant_rooms: bool = False  # a new room is open to others at once
    stream_management: bool = False  # offered: XEP-0198
    sasl2: bool = False  # offered over TLS, with Bind 2: XEP-0388, XEP-0386
    client_certificates: str | None = None  # the folder for those of the accounts: XEP-0178
    config: str | None = None  # a TOML file: accounts, rooms, occupants, history
    state: str | None = None  # the folder where everything is kept; None: nothing is
    faults: tuple[str, ...] = ()  # what goes wrong between the service and its clients, in words
    personality: str = STRICT  # the real service that it behaves like
    ready_json: bool = False
    transcript: TextIO | None = None  # readable lines; None: stderr
    quiet: bool = False  # no transcript
    transcript_json: TextIO | str | None = None  # the same as JSON Lines; a path, or "-" for stdout
    keep_transcript: bool = False  # the latest stanzas, for `Running.control`

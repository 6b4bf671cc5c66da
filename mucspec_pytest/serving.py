"""`muc_server` of a session: started, its transcript shown beside tests that fail, ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .link import Link
from .server import MucServer

STRICT = "xep"  # the personality of a service that does what the XEPs say


class Transcripts:
    """Shows what was on the streams during a test that failed; a plug-in only while there is a server."""

    def __init__(self, server: MucServer) -> None:
        self._server, self._mark = server, 0

    def pytest_runtest_setup(self) -> None:
        self._mark = self._server.mark()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is None or "muc_server" not in getattr(item, "fixturenames", ()):
            return
        stanzas = self._server.transcript_since(self._mark)
        if stanzas:
            item.add_report_section(call.when, "mucspec transcript", "\n".join(map(str, stanzas)))


@contextmanager
def serving(
    config: pytest.Config,
    *,
    domain: str = "localhost",
    muc_domain: str = "",
    tls: bool = True,
    personality: str = "",
) -> Iterator[MucServer]:
    """A server in a process of its own; it behaves as `personality` or else `--mucspec-personality` says."""
    link = Link()
    like = personality or config.getoption("mucspec_personality") or STRICT
    try:
        address = link.call("serve", domain=domain, muc_domain=muc_domain, tls=tls, personality=like)
        server = MucServer(link, address)
        transcripts = Transcripts(server)
        config.pluginmanager.register(transcripts, "mucspec_transcripts")
        try:
            yield server
        finally:
            config.pluginmanager.unregister(transcripts)
    finally:
        link.close()

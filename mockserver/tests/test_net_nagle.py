"""Acknowledgements that do not wait."""

import socket
from types import SimpleNamespace

import pytest

from mockserver.net import nagle


class Socket:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, int]] = []

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.told.append((level, option, value))


def test_a_socket_is_told_to_acknowledge_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """TCP(7): the option holds until the next packet, so that it is set each time."""
    monkeypatch.setattr(nagle, "QUICK", 12)
    own = Socket()
    for _ in range(2):
        nagle.acknowledge(SimpleNamespace(transport=SimpleNamespace(socket=own)))
    assert own.told == [(socket.IPPROTO_TCP, 12, 1)] * 2


def test_where_there_is_no_socket_or_no_such_option_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """BOSH has none of its own, and not every system knows the option."""
    nagle.acknowledge(SimpleNamespace(transport=SimpleNamespace()))
    own = Socket()
    monkeypatch.setattr(nagle, "QUICK", None)
    nagle.acknowledge(SimpleNamespace(transport=SimpleNamespace(socket=own)))
    assert not own.told

"""Personalities: their tables can be read, and a host puts them on and takes them off while it is at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Switches
from mockserver.personalities import BadPersonality, Personality, Row, apply, load, names, read
from mockserver.serve import CannotServe, ServeOptions, start

from .hosts import MUC, Inn

ADMIN = "http://jabber.org/protocol/muc#admin"
KICK = (
    f"<iq to='harfleur@{MUC}' type='set' id='k'><query xmlns='{ADMIN}'><item nick='pistol' role='none'/></query></iq>"
)


def table(folder: Path, text: str) -> Path:
    path = folder / "nym.toml"
    path.write_text(text)
    return path


def test_the_strict_one_comes_first_and_changes_nothing() -> None:
    """`xep` is the default and has no rows."""
    assert names()[0] == "xep"
    assert load("xep").rows == () and load("xep").strict


@pytest.mark.parametrize("name", names())
def test_a_personality_can_be_read_and_cites_a_source_for_every_row(name: str) -> None:
    """A table says what it is about; each row has a sentence and a source; no two rows have one name."""
    personality = load(name)
    assert personality.name == name and personality.about
    assert [row.name for row in personality.rows if not row.source or not row.says] == []
    assert len({row.name for row in personality.rows}) == len(personality.rows)


def test_a_personality_that_there_is_none_of_is_told_with_those_that_there_are() -> None:
    """One line, with the names."""
    with pytest.raises(BadPersonality, match="no personality 'bardolph'; there are xep"):
        load("bardolph")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("about = 'x'\n[[row]]\ndoes = 'swagger'\nsource = 'y'", "no behaviour 'swagger'"),
        ("about = 'x'\n[[row]]\ndoes = 'lacks'\nsource = 'y'", "lacks takes feature, not none"),
        ("about = 'x'\n[[row]]\ndoes = 'lacks'\nfeature = 'valour'\nsource = 'y'", "no feature 'valour'"),
        ("about = 'x'\n[[row]]\ndoes = 'lacks'\nfeature = 'ping'", "without source"),
        ("[[row]]\ndoes = 'lacks'\nfeature = 'ping'\nsource = 'y'", "says nothing about itself"),
        ("about = 'x'\n[[row]]\ndoes = 'lacks'\nfeature = 'ping'\nsource = 'y'\n" * 1, ""),
    ],
)
def test_a_bad_table_is_refused_in_one_line(text: str, why: str, tmp_path: Path) -> None:
    """What is wrong is told with the file; a sound table is read."""
    path = table(tmp_path, text)
    if not why:
        assert [row.name for row in read(path).rows] == ["lacks ping"]
        return
    with pytest.raises(BadPersonality, match=why) as raised:
        read(path)
    assert str(raised.value).startswith("nym.toml: ") and "\n" not in str(raised.value)


def a_table(folder: Path) -> Personality:
    return read(
        table(
            folder,
            "about = 'x'\n"
            "[[row]]\ndoes = 'switch'\nname = 'own_code_first'\nvalue = false\nsource = 'y'\n"
            "[[row]]\ndoes = 'lacks'\nfeature = 'occupant-id'\nsource = 'y'\n"
            "[[row]]\ndoes = 'accounts-lack'\nfeature = 'vcard'\nsource = 'y'\n"
            "[[row]]\ndoes = 'answers'\nasked = ['role']\nwas = 'forbidden'\nnow = 'cancel/not-allowed'\n"
            "breaks = ['xep-0045/8-2']\nsource = 'y'\n",
        )
    )


def test_a_host_puts_a_personality_on_while_it_is_at_work(tmp_path: Path) -> None:
    """Switches, features, accounts and answers are others; rooms and those inside stay."""
    inn = Inn()
    inn.gather("gower", "pistol")
    rooms = dict(inn.host.muc.rooms)
    apply(inn.host, a_table(tmp_path))
    assert inn.host.muc.rooms == rooms
    assert not inn.host.muc.switches.own_code_first
    (line, *_) = inn.say("pistol/x", f"<message to='harfleur@{MUC}' type='groupchat'><body>x</body></message>")
    assert "<body>x</body>" in line and "occupant-id" not in line
    assert "service-unavailable" in inn.say("pistol/x", "<iq type='get' id='v'><vCard xmlns='vcard-temp'/></iq>")[0]
    assert "<not-allowed" in inn.say("pistol/x", KICK)[0]


def test_the_default_takes_it_off_again(tmp_path: Path) -> None:
    """With `xep` the host is what it was."""
    inn, plain = Inn(), Inn()
    apply(inn.host, a_table(tmp_path))
    apply(inn.host, load("xep"))
    for one in (inn, plain):
        one.gather("gower", "pistol")
    assert inn.say("pistol/x", KICK) == plain.say("pistol/x", KICK)
    assert inn.host.muc.switches == Switches() and inn.host.muc.features == ALL
    said = f"<message to='harfleur@{MUC}' type='groupchat' id='m'><body>x</body></message>"
    assert inn.say("pistol/x", said) == plain.say("pistol/x", said)


def test_a_row_that_changed_something_is_noted_with_those_who_notice(tmp_path: Path) -> None:
    """Who asked gets another answer; what changes nothing is not noted."""
    inn, noted = Inn(), list[tuple[str, frozenset[JID]]]()

    def note(row: Row, to: frozenset[JID]) -> None:
        noted.append((row.does, to))

    apply(inn.host, a_table(tmp_path), noted=note)
    inn.gather("gower", "pistol")
    assert noted == []
    inn.say("pistol/x", KICK)
    assert noted == [("answers", frozenset({JID("pistol@mucspec.invalid/x")}))]


def test_a_server_begins_with_the_personality_that_it_is_told() -> None:
    """`serve --personality legacy`: the host has it, and the console says so."""
    reactor: Any = MemoryReactorClock()
    running = start(ServeOptions(quiet=True, tls=False, port=0, personality="legacy"), reactor)
    assert "stable-id" not in {feature.name for feature in running.host.muc.features}
    assert running.host.muc.switches.legacy_invitations


def test_a_server_does_not_start_with_a_personality_that_there_is_none_of() -> None:
    """One line, with those that there are."""
    with pytest.raises(CannotServe, match="--personality: there is no personality 'bardolph'; there are xep, biboumi"):
        start(ServeOptions(quiet=True, tls=False, port=0, personality="bardolph"), MemoryReactorClock())

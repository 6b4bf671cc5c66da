"""Claims about `serve --config`: accounts, rooms, occupants and history of a TOML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.options import CannotServe

from .houses import House

SIEGE = """
[accounts]
pistol = "secret"
nym = "from the file"

[[room]]
name = "harfleur"
owner = "fluellen"
subject = "Once more unto the breach"
config = { roomname = "The siege", moderatedroom = true }
affiliations = { gower = "member" }
occupants = [
  { nick = "Fluellen", jid = "fluellen" },
  { nick = "Jamy", role = "participant" },
]
history = [{ nick = "nym", body = "pauca", ago = 3600 }, { nick = "Jamy", body = "it sall be vary gud" }]

[[room]]
name = "eastcheap"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "siege.toml"


def test_a_server_begins_with_what_the_file_says(file: Path) -> None:
    """Rooms with their occupants in order, history for whoever comes in, and accounts that can log in."""
    file.write_text(SIEGE, "utf-8")
    house = House(config=str(file), accounts={"nym": "from the command line"})
    assert [room.jid.partition("@")[0] for room in house.control.rooms()] == ["harfleur", "eastcheap"]
    room = house.control.room("harfleur")
    assert (room.name, room.subject) == ("The siege", "Once more unto the breach")
    assert [(seat.nick, seat.jid, seat.role, seat.puppet) for seat in room.occupants] == [
        ("Fluellen", "fluellen@localhost", "moderator", True),
        ("Jamy", "jamy.puppet@localhost", "participant", True),
    ]
    house.join(house.client(), "harfleur", "pistol")
    said = [word for stanza in house.heard for word in ("pauca", "vary gud") if word in stanza]
    assert said == ["pauca", "vary gud"]
    check = house.control.credentials.check
    assert (check("pistol@localhost", "secret"), check("nym@localhost", "from the command line")) == (True, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[room]", "at line 1"),
        ("rooms = []", "'rooms' was unexpected"),
        ("[accounts]\npistol = 7", "accounts, pistol: 7 is not of type 'string'"),
        ("[[room]]", "room 1: 'name' is a required property"),
        ('[[room]]\nname = "x"\n[[room]]\nname = "y"\noccupants = [{ nick = "a", rank = 1 }]',
         "room 2, occupants 1: Additional properties are not allowed ('rank' was unexpected)"),
        ('[[room]]\nname = "x"\naffiliations = { a = "king" }', "room 1, affiliations, a: 'king' is not one of"),
        ('[[room]]\nname = "x"\nconfig = { nonsense = 1 }', "room 1, 'x': no such configuration field"),
        ('[[room]]\nname = "x"\nconfig = { roomname = 1979-05-27 }', "room 1, 'x': roomname: "),
        ('[[room]]\nname = "x"\nconfig = { membersonly = true }\noccupants = [{ nick = "a" }]',
         "room 1, 'x': the room says registration-required"),
        ('[[room]]\nname = "@"', "room 1, '@': no address"),
        ('[accounts]\n"a@elsewhere" = "x"', "is no account of localhost"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_one_line_with_its_place(file: Path, text: str, says: str) -> None:
    """Nothing listens then."""
    file.write_text(text, "utf-8")
    with pytest.raises(CannotServe) as told:
        House(config=str(file))
    assert says in str(told.value) and "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_one_line(file: Path) -> None:
    """With its name."""
    with pytest.raises(CannotServe, match=r"siege\.toml: .*No such file"):
        House(config=str(file))


def test_what_is_kept_comes_before_what_the_file_says(file: Path, tmp_path: Path) -> None:
    """With --state a room of the file is made once; later it is as it was left."""
    file.write_text('[[room]]\nname = "harfleur"\nsubject = "of the file"', "utf-8")
    state = str(tmp_path / "state")
    first = House(config=str(file), state=state)
    first.control.subject("harfleur", "changed")
    first.reactor.advance(1)
    assert first.running.store
    first.running.store.close()
    again = House(config=str(file), state=state)
    assert again.control.room("harfleur").subject == "changed"
    assert again.running.store
    again.running.store.close()

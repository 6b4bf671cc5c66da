"""Claims about the file of `--state`: made whole, one server's at a time, refused in one line when it is not sound."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.host import Host
from mockserver.net.credentials import AnyPassword
from mockserver.options import CannotServe
from mockserver.state.store import Store

from .hosts import MUC
from .stores import Home, portrait

MESSAGE = f"<message to='harfleur@{MUC}' type='groupchat'><body>no {{}}</body></message>"


def busy(folder: Path, *, killed: bool = False) -> Home:
    """A file with something in it; after a kill the latest of it is in the write-ahead log."""
    home = Home(folder)
    home.bind("pistol/x", "gower/x")
    home.gather("pistol", "gower")
    home.say("gower/x", "<iq type='set' id='1'><query xmlns='jabber:iq:private'><a xmlns='urn:a'>b</a></query></iq>")
    home.say("pistol/x", "<message to='gower@mucspec.invalid' type='chat'><body>base tike</body></message>")
    for n in range(40):
        home.say("pistol/x", MESSAGE.format(n))
    assert home.store.save()
    if not killed:
        home.store.close()
    return home


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refusal(folder: Path) -> str:
    """The one line with which this folder is refused; nothing in it may change by that."""
    before = contents(folder)
    with pytest.raises(CannotServe) as caught:
        Home(folder)
    assert contents(folder) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute(sql)
        db.commit()


def truncate(path: Path) -> None:
    overwrite(path, 0, b"")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3)


# what is there, and for whom


def test_a_new_folder_is_made_with_one_file_for_its_owner_alone(tmp_path: Path) -> None:
    """After an orderly end nothing is beside the file."""
    home = busy(tmp_path / "a" / "b")
    assert [path.name for path in home.folder.iterdir()] == ["mucspec.sqlite"]
    assert stat.S_IMODE(home.file.stat().st_mode) == 0o600


def test_a_second_server_on_the_folder_is_refused(tmp_path: Path) -> None:
    """While the first one has it, and not when it has ended."""
    first = busy(tmp_path, killed=True)
    assert "is in use: end the other server, or name another --state" in refusal(tmp_path)
    first.store.close()
    second = Home(tmp_path)
    assert portrait(second.host) == portrait(first.host)
    second.store.close()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file is there instead."""
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(CannotServe, match="it takes a folder to write to") as caught:
        Home(tmp_path / "taken")
    assert "\n" not in str(caught.value)
    assert contents(tmp_path) == {"taken": b"mine"}


def test_the_state_of_other_domains_is_refused(tmp_path: Path) -> None:
    """Rooms and accounts have their domain in their names; the refusal says which one it was."""
    busy(tmp_path)
    store = Store(tmp_path)
    with pytest.raises(CannotServe, match=r"is of --domain mucspec\.invalid: say so"):
        store.attach(Host("elsewhere.invalid", MUC, new_id=str, secret="s"), AnyPassword())


# what is refused


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.write_bytes(b""), r"is damaged \(it is empty\)"),
        (truncate, "is damaged"),
        (lambda path: path.write_text("a letter to my love\n" * 99), r"is damaged \(file is not a database\)"),
        (lambda path: overwrite(path, 4096, b"\0" * 4096), "is damaged"),
        (lambda path: overwrite(path, path.stat().st_size - 3000, b"\xff" * 2000), "is damaged"),
        (lambda path: execute(path, "UPDATE archive SET stanza = '<a/>' WHERE place = 3"), "is not as it was written"),
        (lambda path: execute(path, "DELETE FROM archive WHERE place = 3"), "rows of archive are missing"),
        (lambda path: execute(path, "DELETE FROM rooms"), "which is not there"),
        (lambda path: execute(path, "DROP TABLE history"), "no such table: history"),
        (lambda path: execute(path, "PRAGMA user_version = 2"), r"newer mucspec \(version 2, this one knows 1\)"),
        (lambda path: execute(path, "PRAGMA application_id = 5"), "is no state of mucspec"),
    ],
)
def test_what_is_not_sound_is_refused_and_left_alone(harm: Callable[[Path], object], why: str, tmp_path: Path) -> None:
    """One line says what is wrong; every byte stays, and nothing is put beside the file."""
    harm(busy(tmp_path).file)
    assert re.search(why, refusal(tmp_path))


def killed(folder: Path, place: Path) -> Home:
    """In `place` what a kill would leave now, its log included; the host that goes on elsewhere."""
    home = busy(folder, killed=True)
    shutil.copytree(folder, place)
    assert sorted(contents(place)) == ["mucspec.sqlite", "mucspec.sqlite-wal"]
    return home


def test_what_a_killed_server_wrote_is_found(tmp_path: Path) -> None:
    """Though it never came to put it into the file itself; afterwards it is one file again."""
    home = killed(tmp_path / "home", tmp_path / "copy")
    found = Home(tmp_path / "copy")
    assert portrait(found.host) == portrait(home.host)
    found.store.close()
    home.store.close()
    assert list(contents(tmp_path / "copy")) == ["mucspec.sqlite"]


def test_a_damaged_file_with_a_log_of_a_killed_server_is_left_alone(tmp_path: Path) -> None:
    """The log is not written into what is not sound; without its file it is refused too."""
    home = killed(tmp_path / "home", tmp_path / "copy")
    file = tmp_path / "copy" / "mucspec.sqlite"
    overwrite(file, 4096, b"\xff" * (file.stat().st_size - 4096))
    assert "is damaged" in refusal(tmp_path / "copy")
    file.unlink()
    assert "is gone, and mucspec.sqlite-wal is not" in refusal(tmp_path / "copy")
    home.store.close()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return busy(tmp_path_factory.mktemp("sound"))


@settings(max_examples=120, derandomize=True, deadline=None, database=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(sound: Home, where: float, change: int) -> None:
    """Wherever it is, the file is refused and stays as it is, or says what it said (nobody's place)."""
    data = bytearray(sound.file.read_bytes())
    data[int(where * len(data))] ^= change
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "mucspec.sqlite").write_bytes(data)
        try:
            home = Home(Path(place))
        except CannotServe as complaint:
            assert "\n" not in str(complaint)
            assert contents(Path(place)) == {"mucspec.sqlite": bytes(data)}
        else:
            assert portrait(home.host) == portrait(sound.host)
            home.store.close()


# when it cannot be written any more


def test_when_it_cannot_be_written_nothing_more_may_be_told(tmp_path: Path) -> None:
    """One line, once; what was saved before is all that is there."""
    home = busy(tmp_path, killed=True)
    before = deepcopy(portrait(home.host))
    lines: list[str] = []
    home.store.lost = lines.append
    db = home.store._db
    assert db is not None
    db.execute("PRAGMA max_page_count = 1")  # as many as there are
    for _ in range(40):
        home.say("pistol/x", MESSAGE.format("x" * 1000))
    assert (home.store.save(), home.store.save()) == (False, False)
    assert [line.partition(": ")[2] for line in lines] == ["database or disk is full"]
    home.store.close()
    assert portrait(Home(tmp_path).host) == before

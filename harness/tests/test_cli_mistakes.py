"""Wrong usage and missing things on the command line: one clear line with the remedy, and the exit status."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli import main

from .program import Told, mucspec

Called = Callable[..., Told]

SOUND = """
title       = "Who joins is told"
requirement = "xep-0045/7.2.2-10"
subject     = "pistol"
room  = { name = "harfleur", occupants = [ { nick = "gower" } ] }
steps = [
  { who = "pistol", does = "join", nick = "pistol" },
  { who = "pistol", sees = "joined" },
]
"""
HEADER = (
    '{"record":"header","version":1,"mucspec":"0.1.0","started":"2026-11-21T10:00:00Z","client":{"name":"mini",'
    '"version":"1.0","language":"python"},"personality":"xep","seed":0,"scenarios":2}\n'
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a scenario, a bad one, a record that broke off, and a file that is no program."""
    for folder, text in (("good", SOUND), ("bad", SOUND.replace('nick = "pistol"', 'nikc = "pistol"'))):
        (tmp_path / folder / "joining").mkdir(parents=True)
        (tmp_path / folder / "joining" / "told.toml").write_text(text, "utf-8")
    (tmp_path / "broken.jsonl").write_text(HEADER, "utf-8")
    (tmp_path / "other.jsonl").write_text('{"a":1}\n', "utf-8")
    (tmp_path / "plain.txt").write_text("no program", "utf-8")
    (tmp_path / "known.toml").write_text("[[knwon]]\n", "utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.fixture
def called(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """The program's own `main`, called in the folder: nothing here gets as far as the reactor."""

    def call(*arguments: str) -> Told:
        monkeypatch.chdir(place)
        monkeypatch.setattr(sys, "argv", ["mucspec", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Told(int(ended.value.code or 0), out, err)

    return call


@pytest.mark.parametrize(
    ("arguments", "status", "parts"),
    [
        ("run", 2, ("name a CLIENT", "mucspec clients")),
        ("run slixmp", 2, ("no client 'slixmp'", "did you mean slixmpp")),
        ("run slixmpp==1.8.6", 2, ("drives >=1.10, not 1.8.6",)),
        ("run slixmpp==", 2, ("says == and no version",)),
        ("run slixmpp@nowhere", 2, ("nowhere is not a folder",)),
        ("run reference==9", 2, ("part of mucspec", "write reference alone")),
        ("run reference --scenarios nowhere", 2, ("--scenarios nowhere", "no such folder")),
        ("run reference --scenarios bad", 2, ("joining/told.toml", "step 1", "'nikc'", "did you mean 'nick'")),
        ("run reference --scenarios good -k zzz", 2, ("-k: no scenario fits 'zzz'", "mucspec list")),
        ("run reference --scenarios good -k told.and", 2, ("-k: no scenario fits",)),
        ("run reference --scenarios good -k (told", 2, ("a ) is missing",)),
        ("run reference --scenarios good --topic leaving", 2, ("no topic 'leaving'", "joining")),
        ("run reference --shard 4/3", 2, ("--shard '4/3'", "for instance 1/3")),
        ("run reference --jobs 0", 2, ("--jobs", "mucspec run --help")),
        ("run reference --seed many", 2, ("--seed", "not a valid integer")),
        ("run reference --format pdf", 2, ("no format 'pdf'", "junit")),
        ("run reference --format htm", 2, ("no format 'htm'", "did you mean html")),
        ("run reference --known nowhere.toml", 2, ("--known nowhere.toml", "--update-known makes one")),
        ("run reference --known known.toml", 2, ("known.toml", "[[known]]")),
        ("run reference --out plain.txt", 2, ("--out plain.txt", "name another folder")),
        ("run reference --out plain.txt/deeper", 2, ("cannot be written", "name another folder")),
        ("run --driver ./plain.txt", 3, ("plain.txt is not executable", "chmod +x")),
        ("run --driver ./nowhere", 3, ("no program './nowhere'",)),
        ("run --driver ./empty", 3, ("is a folder",)),
        ("run slixmpp aioxmpp --driver ./plain.txt", 2, ("name one CLIENT at most",)),
        ("report nowhere.jsonl", 2, ("nowhere.jsonl", "no such file", "mucspec run")),
        ("report empty", 2, ("no record",)),
        ("report other.jsonl", 2, ("other.jsonl:1", "not a line of a mucspec record")),
        ("report broken.jsonl --format pdf", 2, ("no format 'pdf'",)),
        ("report broken.jsonl --out plain.txt/a.html", 2, ("cannot be written",)),
        ("diff nowhere.jsonl broken.jsonl", 2, ("nowhere.jsonl", "no such file")),
        ("coverage --record nowhere.jsonl", 2, ("nowhere.jsonl", "no such file")),
        ("show zzz", 2, ("no scenario 'zzz'", "mucspec list")),
        ("lint nowhere", 2, ("nowhere", "no such file or folder")),
        ("rnu", 2, ("no command 'rnu'", "did you mean run")),
        ("list --level musst", 2, ("--level", "'must'")),
        ("serve --port 99999", 2, ("--port", "mucspec serve --help")),
        ("serve --account pistol", 2, ("JID:PASSWORD",)),
        ("serve --account pistol:", 2, ("JID:PASSWORD",)),
    ],
)
def test_a_mistake_is_told_in_one_line(
    place: Path, called: Called, arguments: str, status: int, parts: tuple[str, ...]
) -> None:
    """No traceback, nothing on stdout; the line names what is wrong and what helps."""
    told = called(*arguments.split(" "))
    assert (told.status, told.out) == (status, "")
    assert [part in told.complaint for part in parts] == [True] * len(parts), told.complaint


def test_an_environment_that_is_none_leaves_the_client_out(place: Path) -> None:
    """The line names --env and what it takes."""
    told = mucspec("run", "slixmpp", "--env", "empty", "--scenarios", "good", cwd=place)
    assert told.status == 3
    assert complaint(told) == (
        "mucspec: slixmpp: --env empty: no Python there; name an interpreter or a virtual environment"
    )


def test_a_client_that_cannot_be_installed_does_not_keep_the_others_from_running(place: Path) -> None:
    """The others run; status 3 and one line tell about it at the end."""
    both = ("run", "slixmpp==99.1", "reference", "--offline", "--scenarios", "good", "--out", "out")
    told = mucspec(*both, cwd=place, MUCSPEC_CACHE=str(place / "cache"))
    assert told.status == 3
    assert complaint(told).startswith("mucspec: slixmpp==99.1: no environment is there yet")
    assert [path.name.split("-")[0] for path in (place / "out").glob("*.jsonl")] == ["reference"]


def test_a_cache_that_cannot_be_written_is_told(place: Path) -> None:
    """The folder is named, and the variable that moves it."""
    told = mucspec("run", "slixmpp", "--scenarios", "good", cwd=place, MUCSPEC_CACHE=str(place / "plain.txt"))
    assert told.status == 3
    assert "MUCSPEC_CACHE" in complaint(told)


def test_any_password_for_everybody_is_refused() -> None:
    """Elsewhere than on loopback accounts have to be named; the line says both ways out."""
    told = mucspec("serve", "--host", "192.0.2.1", "--port", "0")
    assert told.status == 3
    assert "--account JID:PASSWORD" in told.complaint
    assert "127.0.0.1" in told.complaint


def test_a_port_in_use_is_told() -> None:
    """The address is named, and port 0."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = mucspec("serve", "--port", str(taken.getsockname()[1]))
    assert told.status == 3
    assert "in use" in told.complaint
    assert "0 for a free one" in told.complaint


def test_a_record_that_broke_off_is_rendered_and_told(place: Path) -> None:
    """The report is written all the same; the status says that something broke."""
    told = mucspec("report", "broken.jsonl", "--out", "report.html", cwd=place)
    assert told.status == 3
    assert "mini 1.0: its run broke off" in told.err
    assert "mini" in (place / "report.html").read_text("utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A source tree that cannot be built."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "setup.py").write_text("raise ImportError('cannot import name Feature')\n", "utf-8")
    (tree / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n', "utf-8"
    )
    (tree / "backend.py").write_text(
        "def build_wheel(*a, **k):\n    raise ImportError('cannot import name Feature')\n", "utf-8"
    )
    yield tree


def test_what_exists_and_cannot_be_installed_is_told_with_the_real_reason(package: Path, tmp_path: Path) -> None:
    """Not that pip failed, but what the build said."""
    run = ("run", f"slixmpp@{package}", "-k", "joining/banned", "--out", tmp_path / "out")
    told = mucspec(*run, MUCSPEC_CACHE=str(tmp_path / "cache"))
    assert told.status == 3
    assert "its build failed: ImportError: cannot import name Feature" in complaint(told)
    assert list((tmp_path / "cache" / "envs").glob("slixmpp*/")) == []


def complaint(told: Told) -> str:
    """The one line that is no progress."""
    assert "Traceback" not in told.err, told.err
    (line,) = [line for line in told.err.splitlines() if line.startswith("mucspec:")]
    return line

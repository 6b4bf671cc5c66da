"""Environments: when one is made, when it is used again, and what is told where there is none."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from harness.clients import BadClient, Client, Driver, any_program, command_of, read_client, read_driver
from harness.installing import fitting
from harness.provision import CannotProvision, installed_versions, key, provision, requirements

DRIVER = Driver(
    "mini",
    Path("/drivers/mini"),
    command=("{python}", "{here}/driver.py"),
    python=">=3.11",
    packages=("mini=={version}", "helper>=2"),
    default_version="1.5",
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own."""
    monkeypatch.setenv("MUCSPEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "envs"


def finished(client: Client, cache: Path) -> Path:
    """An environment that looks as if it had been made."""
    folder = cache / key(client)
    folder.mkdir(parents=True)
    (folder / "mucspec.json").write_text(json.dumps({"source": "package registry", "dependencies": {}}), "utf-8")
    return folder


def test_what_is_installed_has_the_version_filled_in(tmp_path: Path) -> None:
    """The version that was asked for, else the default; a source tree instead; the newest where nobody says any."""
    assert requirements(Client(DRIVER)) == ["mini==1.5", "helper>=2"]
    assert requirements(Client(DRIVER, "1.0")) == ["mini==1.0", "helper>=2"]
    assert requirements(Client(DRIVER, path=tmp_path)) == [str(tmp_path), "helper>=2"]
    assert requirements(Client(replace(DRIVER, default_version=""))) == ["mini", "helper>=2"]


def test_an_environment_is_another_when_what_goes_into_it_is(tmp_path: Path) -> None:
    """By version, by constraint, by Python, and by the state of a source tree."""
    (tmp_path / "mini.py").write_text("x = 1\n", "utf-8")
    plain = Client(DRIVER)
    others = [
        Client(DRIVER, "1.0"),
        Client(replace(DRIVER, constraints=("helper<3",))),
        Client(replace(DRIVER, python=">=3.12")),
        Client(DRIVER, path=tmp_path),
    ]
    assert len({key(client) for client in (plain, *others)}) == 5
    before = key(others[-1])
    (tmp_path / "mini.py").write_text("x = 22\n", "utf-8")
    assert key(others[-1]) != before
    assert key(plain) == key(Client(DRIVER))


def test_an_environment_that_is_there_is_used(cache: Path) -> None:
    """Nothing is installed; the driver runs with its Python, and with none of our own packages."""
    folder = finished(Client(DRIVER), cache)
    place = provision(Client(DRIVER), offline=True)
    assert list(place.command) == [str(folder / "bin" / "python"), "/drivers/mini/driver.py"]
    assert place.environment["PYTHONPATH"] == ""
    assert installed_versions(DRIVER) == ["1.5"]
    assert installed_versions(replace(DRIVER, name="min")) == []


def test_offline_nothing_is_made(cache: Path) -> None:
    """A half-made one does not count either."""
    (cache / key(Client(DRIVER))).mkdir(parents=True)
    with pytest.raises(CannotProvision, match="run once without --offline"):
        provision(Client(DRIVER), offline=True)


def test_an_environment_of_the_users_own_is_used_as_it_is(tmp_path: Path) -> None:
    """An interpreter or a folder that has one; a link stays a link, since resolving it would leave the environment."""
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    python = tmp_path / "venv" / "bin" / "python"
    python.symlink_to(sys.executable)
    for named in (python, tmp_path / "venv"):
        assert provision(Client(DRIVER), env=named).command[0] == str(python)
    with pytest.raises(CannotProvision, match="no Python there"):
        provision(Client(DRIVER), env=tmp_path)


def test_the_own_python_is_looked_for_first_and_then_the_newest() -> None:
    """Only versions in the range; none where none is in it."""
    own = f"3.{sys.version_info[1]}"
    found = list(fitting(">=3.9"))
    assert found[0] == own
    assert found[1:] == sorted(found[1:], key=lambda v: -int(v.partition(".")[2]))
    assert "3.8" not in found
    assert list(fitting(">=3.99")) == []


def test_a_library_is_really_installed(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder of packages: the environment has it, the facts name it, and the next run makes nothing."""
    wheel(tmp_path / "links", "mini", "1.5")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    said: list[str] = []
    client = Client(replace(DRIVER, packages=("mini=={version}",)))
    place = provision(client, says=said.append)
    shown = subprocess.run(
        [place.command[0], "-c", "import mini; print(mini.VERSION)"], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "1.5\n"
    assert place.facts["dependencies"]["mini"] == "1.5"
    assert said[0].startswith("making an environment with Python")
    del said[:]
    assert provision(client, says=said.append) == place
    assert said == []


def test_what_cannot_be_installed_leaves_nothing_behind(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told, and no environment of that name is there for the next run to use."""
    wheel(tmp_path / "links", "mini", "1.5")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(CannotProvision, match=r"there is no mini==9: the newest is 1\.5"):
        provision(Client(replace(DRIVER, packages=("mini=={version}",)), "9"))
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def wheel(folder: Path, name: str, version: str) -> None:
    """A package with one module."""
    folder.mkdir()
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}/__init__.py", f"VERSION = {version!r}\n")
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")


# what CLIENT means


def test_a_client_is_a_name_a_version_or_a_source_tree(tmp_path: Path) -> None:
    """And is written again in the same way."""
    assert read_client("slixmpp").version == ""
    assert read_client("slixmpp==1.10.0").version == "1.10.0"
    assert read_client(f"slixmpp@{tmp_path}").path == tmp_path
    for text in ("slixmpp", "slixmpp==1.10.0", f"slixmpp@{tmp_path}"):
        assert read_client(text).argument == text


def test_the_driver_toml_beside_a_program_holds(tmp_path: Path) -> None:
    """Name, TLS, sessions, reasons and clock are those that it says; nothing is installed."""
    (tmp_path / "driver.toml").write_text(
        '[driver]\nname = "littlechat"\ncommand = ["{python}", "{here}/driver.py"]\n'
        'packages = ["littlechat=={version}"]\ntls = "direct"\nparallel = 4\nclock = "own"\n'
        '[unsupported]\nkick = "littlechat.Room"\n',
        "utf-8",
    )
    (tmp_path / "driver.py").touch()
    client = any_program(f"python {tmp_path}/driver.py --fast")
    assert client.driver.command == ("python", f"{tmp_path}/driver.py", "--fast")
    assert (client.argument, client.driver.tls, client.driver.parallel) == ("littlechat", "direct", 4)
    assert (client.driver.packages, client.driver.clock) == ((), "own")
    assert client.driver.lacks("kick")["why"] == "littlechat.Room"


def test_any_program_is_a_client(tmp_path: Path) -> None:
    """Its name is the program's; beside a client it takes that one's name and needs nothing installed."""
    assert any_program("node my-driver.js").driver.name == "my-driver"
    assert any_program("./mine --fast").driver.name == "mine"
    beside = any_program("python 'my driver.py'", Client(DRIVER, "1.0"))
    assert (beside.driver.name, beside.driver.packages) == ("mini", ())
    assert command_of(beside.driver, "") == ["python", "my driver.py"]
    with pytest.raises(BadClient, match="needs a command"):
        any_program("  ")


@pytest.mark.parametrize(
    ("text", "told"),
    [("[driver]\nname = 'x'", "needs name and command"), ("[driver", "driver.toml: ")],
)
def test_a_driver_toml_that_says_too_little_is_told(tmp_path: Path, text: str, told: str) -> None:
    """With the file's name; a file without a driver describes none."""
    (tmp_path / "driver.toml").write_text(text, "utf-8")
    with pytest.raises(BadClient, match=told):
        read_driver(tmp_path / "driver.toml")
    (tmp_path / "other.toml").write_text("x = 1", "utf-8")
    assert read_driver(tmp_path / "other.toml") is None

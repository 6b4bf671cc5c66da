"""Folders of npm's packages: when one is made, when it is used again, and what is told where there is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.npm import node_modules
from harness.provision import CannotProvision

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not on this machine")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own, and no registry."""
    monkeypatch.setenv("MUCSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_offline", "true")
    return tmp_path / "cache" / "envs"


def package(folder: Path) -> dict[str, str]:
    """A package in a folder, and what names it."""
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "mini", "version": "1.5.0"}), "utf-8")
    return {"mini": f"file:{folder}"}


@needs_npm
def test_packages_are_really_installed_and_used_again(tmp_path: Path, cache: Path) -> None:
    """The folder has them; the next run makes nothing, also where nothing may be made."""
    said: list[str] = []
    packages = package(tmp_path / "mini")
    folder = node_modules("mini", packages, says=said.append)
    assert json.loads((folder / "node_modules" / "mini" / "package.json").read_text())["version"] == "1.5.0"
    assert said == ["npm installs mini"]
    assert node_modules("mini", packages, offline=True, says=said.append) == folder
    assert said == ["npm installs mini"]


@needs_npm
def test_what_cannot_be_installed_leaves_nothing_behind(cache: Path) -> None:
    """One line of what npm complains of, and no folder for the next run to use."""
    with pytest.raises(CannotProvision, match=r"^npm: .") as caught:
        node_modules("mini", {"no-such-package-here": "9.9.9"})
    assert "\n" not in str(caught.value)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


@needs_npm
def test_offline_nothing_is_made() -> None:
    """It is told that there is none."""
    with pytest.raises(CannotProvision, match="no packages of mini are there yet"):
        node_modules("mini", {}, offline=True)


def test_without_the_programs_it_is_told_which_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """node first, then npm."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotProvision, match="no node on this machine"):
        node_modules("mini", {})
    (tmp_path / "node").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "node").chmod(0o755)
    with pytest.raises(CannotProvision, match="no npm on this machine"):
        node_modules("mini", {})

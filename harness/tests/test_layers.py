"""The layers of the house (DESIGN 2), read from the imports of every module; nothing is imported for it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
OURS = ("mockserver", "harness", "reports")
STANDARD = sys.stdlib_module_names
PREPARATION = {"mockserver.muc.jid": {"precis_i18n", "twisted"}}  # a library that prepares addresses, and only there
PURE = (
    *(
        f"mockserver.{name}"
        for name in ("muc", "accounts", "archive", "host", "faults", "wire_faults", "personalities")
    ),
    "reports",
)
PURE_OF_HARNESS = ("harness.model", "harness.load", "harness.referee", "harness.lines", "harness.rehearse")
SEEN_BY_NET = ("mockserver.muc.xml", "mockserver.muc.jid", "mockserver.muc.model", "mockserver.muc.namespaces")
DRIVERS = sorted(path.name for path in (TREE / "harness" / "drivers").iterdir() if (path / "driver.toml").is_file())
FEATURES = "mockserver.muc.features"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours by its name, tests left out."""
    paths = [path for top in OURS for path in (TREE / top).rglob("*.py") if "tests" not in path.parts]
    return {name_of(path): ast.parse(path.read_text("utf-8"), str(path)) for path in paths}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(TREE).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(module: str) -> frozenset[str]:
    """The full names of all that it imports, anywhere in it: modules, and for `from a import b` both a and a.b."""
    return frozenset(_imported(modules()[module], module))


def _imported(tree: ast.Module, module: str) -> Iterator[str]:
    is_package = (TREE / module.replace(".", "/")).is_dir()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) - node.level + is_package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, *tops: str) -> bool:
    return any(name == top or name.startswith(f"{top}.") for top in tops)


def under(*tops: str) -> list[str]:
    found = [name for name in modules() if within(name, *tops)]
    assert found, tops
    return found


def offenders(names: list[str], *forbidden: str) -> dict[str, list[str]]:
    """Module -> what it imports of what it must not."""
    found = {name: sorted(i for i in imports(name) if within(i, *forbidden)) for name in names}
    return {name: bad for name, bad in found.items() if bad}


def reached(name: str) -> set[str]:
    """The modules of ours that it imports, and what those import."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        if (one := waiting.pop()) in modules() and one not in seen:
            seen.add(one)
            waiting += imports(one)
    return seen


def test_the_core_imports_the_standard_library_and_itself() -> None:
    """`mockserver.muc` knows nothing else, but for the library that prepares addresses, in `jid` alone."""
    for name in under("mockserver.muc"):
        foreign = {i.partition(".")[0] for i in imports(name) if not within(i, "mockserver.muc")}
        assert foreign - STANDARD - PREPARATION.get(name, set()) - {"mockserver"} == set(), name
        elsewhere = [i for i in imports(name) if within(i, "mockserver") and not within(i, "mockserver.muc")]
        assert [i for i in elsewhere if i != "mockserver"] == [], name


@pytest.mark.parametrize("top", PURE)
def test_what_is_pure_imports_no_twisted(top: str) -> None:
    """The host with its accounts and archives, and the reports, do no I/O of their own."""
    found = offenders(under(top), "twisted", "asyncio", "socket")
    assert {name for name in found if name not in PREPARATION} == set()


@pytest.mark.parametrize("name", PURE_OF_HARNESS)
def test_the_referee_and_what_it_stands_on_reach_no_twisted(name: str) -> None:
    """Neither they nor anything of ours that they import: a scenario can be rehearsed without a reactor."""
    assert name in modules()
    found = offenders(sorted(reached(name)), "twisted", "mockserver.net")
    assert {module for module in found if module not in PREPARATION} == set()


def test_the_server_knows_nothing_of_the_harness() -> None:
    """`mockserver` imports neither `harness` nor `reports`."""
    assert offenders(under("mockserver"), "harness", "reports") == {}


def test_the_reports_know_nothing_of_what_they_report_on() -> None:
    """`reports` imports neither `harness` nor `mockserver`: a record is all that it needs."""
    assert offenders(under("reports"), "harness", "mockserver") == {}


def test_the_porch_knows_nothing_of_rooms() -> None:
    """Of the core, `mockserver.net` sees stanzas, addresses, deliveries and namespaces."""
    for name in under("mockserver.net"):
        of_the_core = {i for i in imports(name) if within(i, "mockserver.muc") and i != "mockserver.muc"}
        assert [i for i in of_the_core if not within(i, *SEEN_BY_NET)] == [], name


def test_the_harness_drives_the_porch_and_never_the_features() -> None:
    """Nobody but the list of features imports a feature file, and faults and personalities, which bend their rules."""
    files = [name for name in under(FEATURES) if name != FEATURES]
    assert files
    bending = ("mockserver.faults", "mockserver.personalities")
    users = [name for name in modules() if name != FEATURES and not within(name, FEATURES, *bending)]
    assert offenders(users, *files) == {}


def test_wokkel_stays_at_the_rim() -> None:
    """One module of ours imports it, and its driver; everybody else takes what that module gives."""
    names = [name for name in modules() if not within(name, "harness.drivers.wokkel")]
    assert set(offenders(names, "wokkel")) == {"mockserver.net.rim"}


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_imports_nothing_of_ours(driver: str) -> None:
    """What stands in its folder is all that it takes along; it runs in an environment without mucspec."""
    own = f"harness.drivers.{driver}"
    for name in under(own):
        ours = [i for i in imports(name) if within(i, *OURS) and not within(i, own)]
        assert [i for i in ours if i not in ("harness", "harness.drivers")] == [], name


def test_no_module_imports_the_reactor_when_it_is_imported() -> None:
    """Whoever needs it is given it, or imports it when it runs."""
    for name, tree in modules().items():
        if within(name, *(f"harness.drivers.{driver}" for driver in DRIVERS)):
            continue  # a program of its own
        tops = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert [n for n in tops if n.module == "twisted.internet" and "reactor" in {a.name for a in n.names}] == [], (
            name
        )


def test_the_command_line_stays_thin_at_its_start() -> None:
    """`mucspec --help` loads no server: commands import what they need when they are called."""
    for name in under("harness.cli"):
        tree = modules()[name]
        early = ast.Module([n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))], [])
        assert [i for i in _imported(early, name) if within(i, "twisted", "mockserver", "reports", "rich")] == [], name


def test_the_reading_of_imports_sees_what_is_there() -> None:
    """Absolute and relative ones, those inside functions, and what is reached through others."""
    assert "twisted.internet" in imports("harness.reacting")  # inside a function
    assert "harness.reacting" in imports("harness.running")  # relative
    assert "mockserver.muc.xml" in imports("harness.pattern")
    assert "harness.process" in reached("harness.session")
    assert set(offenders(under("harness"), "twisted")) >= {"harness.process", "harness.playing"}

"""Scenario files as pytest items: found, played side by side by one worker, told one by one."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import Any

import pytest

from .link import PATIENCE, TOP, Link, MucspecError

FOLDER = "scenarios"
APART = frozenset({"requirements", "known"})  # folders of `scenarios` that hold none
OPTIONS = (
    "client", "env", "driver", "personality", "fault", "jobs", "timeout_factor", "known", "fail_on", "strict",
    "offline", "out",
)  # fmt: skip
PATHS = ("env", "known", "out")


class Scenarios:
    """The plug-in of a session with a client. The worker is started with the collection."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._link: Link | None = None
        self._verdicts: dict[int, Future[Any]] = {}  # by key, of what is being played
        self._played: list[tuple[Future[Any], list[Future[Any]]]] = []  # each playing, and its verdicts
        if config.getoption("mucspec_corpus"):
            _add_corpus(config)

    @property
    def request(self) -> dict[str, Any]:
        """What the worker is told of the options; paths are those of the folder that pytest was called in."""
        told = {name: self._config.getoption(f"mucspec_{name}") for name in OPTIONS}
        here = self._config.invocation_params.dir
        return {name: str(here / value) if name in PATHS and value else value for name, value in told.items()}

    @property
    def link(self) -> Link:
        """The worker."""
        if self._link is None:
            self._link = Link()
        return self._link

    # what pytest calls

    def pytest_report_header(self) -> str:
        return f"mucspec: {self.request['client'] or self.request['driver']}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """A client that there is none of is wrong usage, whatever is collected. Raises `UsageError`."""
        asked = self.request
        if asked["fault"] and asked["known"]:
            raise pytest.UsageError("--mucspec-known means nothing with --mucspec-fault: no failure is known there")
        self._check("client", "--mucspec-client", client=asked["client"], driver=asked["driver"])
        self._check("conditions", "--mucspec-personality", personality=asked["personality"], fault=[])
        self._check("conditions", "--mucspec-fault", personality="", fault=asked["fault"])

    def _check(self, does: str, option: str, **request: Any) -> None:
        """Raises `UsageError`."""
        try:
            self.link.call(does, **request)
        except MucspecError as complaint:
            raise pytest.UsageError(f"{option}: {complaint}") from None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        root = _root(file_path)
        if root is None or not _is_scenario(file_path):
            return None
        inside = file_path.is_relative_to(self._config.rootpath)
        names: dict[str, Any] = {} if inside else {"nodeid": f"{FOLDER}/{file_path.relative_to(root).as_posix()}"}
        found: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path, **names)
        found.root, found.plugin = root, self
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Begin to play all that was chosen. A process of pytest-xdist gets its items one by one."""
        if session.config.option.collectonly or session.testsfailed or hasattr(session.config, "workerinput"):
            return
        items = [item for item in session.items if isinstance(item, ScenarioItem)]
        if items:
            self.play(items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """A playing of which all is told has its record to end; one that was broken off leaves it without an end."""
        wait([asked for asked, verdicts in self._played if all(each.done() for each in verdicts)], PATIENCE)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        told = [asked.result() for asked, _ in self._played if asked.done() and not _went_wrong(asked)]
        for line in (line for each in told for line in each["stale"]):
            terminalreporter.write_line(f"mucspec: {line}", yellow=True)
        for path in dict.fromkeys(each["record"] for each in told if each["record"]):
            terminalreporter.write_line(f"mucspec: the record is in {path}")

    def pytest_unconfigure(self) -> None:
        if self._link is not None:
            self._link.close()

    # playing

    def play(self, items: Sequence[ScenarioItem]) -> None:
        """Have these played; their verdicts come in this order."""
        keys = list(dict.fromkeys(item.key for item in items))
        verdicts: dict[int, Future[Any]] = {key: Future() for key in keys}
        self._verdicts |= verdicts

        def also(what: Any) -> None:
            if "says" in what:
                self._say(what["says"])
            else:
                verdicts[what["key"]].set_result(what)

        def over(asked: Future[Any]) -> None:
            failed = _went_wrong(asked) or MucspecError("mucspec told nothing of this scenario")
            for verdict in verdicts.values():
                if not verdict.done():
                    verdict.set_exception(failed)

        asked = self.link.ask("play", also=also, keys=keys, **self.request)
        self._played.append((asked, list(verdicts.values())))
        asked.add_done_callback(over)

    def verdict(self, item: ScenarioItem) -> Any:
        """What became of it; it is played (again) where that has not been asked for. Raises `MucspecError`."""
        if item.key not in self._verdicts:
            self.play([item])
        return self._verdicts.pop(item.key).result()

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and self._config.get_verbosity() >= 0:
            reporter.write_line(f"mucspec: {self.request['client']}: {text}")


class ScenarioFile(pytest.File):
    """A scenario file; with a matrix it has several items."""

    root: Path
    plugin: Scenarios

    def collect(self) -> Iterator[ScenarioItem]:
        try:
            found = self.plugin.link.call("load", path=str(self.path), root=str(self.root))
        except MucspecError as complaint:
            raise self.CollectError(str(complaint)) from None
        base = self.path.relative_to(self.root).with_suffix("").as_posix()
        for each in found:
            name = each["id"].removeprefix(base).lstrip("/") or self.path.stem
            item: ScenarioItem = ScenarioItem.from_parent(self, name=name)
            item.key, item.scenario, item.plugin = each["key"], each["id"], self.plugin
            yield item


class ScenarioItem(pytest.Item):
    """One scenario, or one point of its matrix."""

    key: int
    scenario: str
    plugin: Scenarios
    verdict: Any = None

    def setup(self) -> None:
        """Where nothing could be graded, pytest shall say error, not failed: so it is known before the call."""
        try:
            self.verdict = self.plugin.verdict(self)
        except MucspecError as complaint:
            raise MucspecError(str(complaint)) from None  # one of its own: what is raised again grows a traceback
        if self.verdict["outcome"] == "error":
            self._tell_allure()
            raise MucspecError(self._told())

    def runtest(self) -> None:
        self._tell_allure()
        outcome, reason = self.verdict["outcome"], self.verdict["reason"]
        if outcome == "skip":
            raise pytest.skip.Exception(reason, _use_item_location=True)  # the scenario's place, not ours
        if outcome == "xfail":
            pytest.xfail(reason)  # with --runxfail it returns, and the failure counts
        if outcome != "pass":
            pytest.fail(self._told(), pytrace=False)

    def _repr_failure_py(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """No Python in it, in the setup either, where pytest does not ask `repr_failure`."""
        if isinstance(excinfo.value, MucspecError):
            return excinfo.getrepr(style="value")
        if isinstance(excinfo.value, pytest.xfail.Exception):
            return self._told()
        return super()._repr_failure_py(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.scenario

    def _told(self) -> str:
        plain = [f"--mucspec-{name}" for name in ("client", "driver", "env", "personality")]
        given = [(flag, str(self.config.getoption(flag))) for flag in plain]
        given += [("--mucspec-fault", words) for words in self.config.getoption("--mucspec-fault")]
        flags = [word for pair in given if pair[1] for word in pair]
        here = self.config.invocation_params.dir
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        words = ["pytest", *flags, f"{path}::{self.name}"]
        return f"{self.verdict['text']}\n\n  repeat: {shlex.join(words)}"

    def _tell_allure(self) -> None:
        if self.config.pluginmanager.has_plugin("allure_listener"):
            from .allure_story import tell

            tell(self.verdict)


def _add_corpus(config: pytest.Config) -> None:
    """Mucspec's own scenarios, instead of what pytest collects where nothing is named."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args.clear()
    config.args.append(str(TOP / FOLDER))


def _root(path: Path) -> Path | None:
    """The folder of scenarios that a .toml file lies in."""
    if path.suffix != ".toml":
        return None
    root = next((parent for parent in path.parents if parent.name == FOLDER), None)
    return root if root and not APART & set(path.relative_to(root).parts[:-1]) else None


def _is_scenario(path: Path) -> bool:
    """Whether it means to be one about clients: another project's `scenarios` may hold something else."""
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return True  # a broken file shall be told of, not passed over
    return bool({"steps", "subject"} & set(head)) and head.get("subject") != "service"


def _went_wrong(asked: Future[Any]) -> BaseException | None:
    return CancelledError() if asked.cancelled() else asked.exception()

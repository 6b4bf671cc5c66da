"""Drivers that lie or break: each ends as one clear outcome, and the run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.record import Record, ScenarioLine, read

from .corpora import write_three
from .program import MINIATURE, Told, mucspec, runs


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenarios; only the one in the middle has a rename."""
    return write_three(tmp_path_factory.mktemp("scenarios"))


def play(habit: str, corpus: Path, out: Path, *more: str) -> tuple[Told, Record | None]:
    driver = ("run", "--driver", MINIATURE + habit, "--scenarios", corpus, "--out", out)
    told = mucspec(*driver, *more)
    records = sorted(out.glob("*.jsonl"))
    return told, read(records[0]) if records else None


def middle(record: Record | None) -> ScenarioLine:
    """The line of the scenario with the rename; the other two passed, and the run came to its end."""
    assert record is not None and record.footer is not None
    first, second, third = record.scenarios
    assert (first["outcome"], third["outcome"]) == ("pass", "pass")
    return second


def test_the_honest_miniature_passes(corpus: Path, tmp_path: Path) -> None:
    """Without a bad habit all three scenarios pass: what fails below fails because of the habit."""
    told, record = play("honest", corpus, tmp_path)
    assert (told.status, middle(record)["outcome"]) == (0, "pass")


@pytest.mark.parametrize(
    ("habit", "why"),
    [
        ("crashes", "died with exit status 7"),
        ("leaves-an-orphan", "died with exit status 7"),
        ("falls-silent", "did not answer"),
    ],
)
def test_a_crash_or_a_hang_is_a_finding(corpus: Path, tmp_path: Path, habit: str, why: str) -> None:
    """What dies or hangs again when it is alone fails with class crash, told with the reason."""
    told, record = play(habit, corpus, tmp_path, "--timeout-factor", "0.2")
    line = middle(record)
    assert (told.status, line["outcome"]) == (1, "fail")
    assert [check["class"] for check in line["checks"] if check["outcome"] == "fail"] == ["crash"]
    assert any(why in check.get("why", "") for check in line["checks"])


def test_who_was_in_flight_when_a_driver_died_is_played_again(corpus: Path, tmp_path: Path) -> None:
    """All three are in flight at once: only the one that kills the driver when it is alone fails."""
    args = ("--driver", MINIATURE + "crashes", "--scenarios", corpus, "--out", tmp_path)
    assert mucspec("run", "reference", *args).status == 1
    (path,) = tmp_path.glob("*.jsonl")
    assert middle(read(path))["outcome"] == "fail"


def test_a_crash_that_does_not_happen_again_is_no_finding(corpus: Path, tmp_path: Path) -> None:
    """What passes when it is alone passes: who knows what killed the driver."""
    mark = tmp_path / "died"
    args = ("--driver", MINIATURE + "dies-once", "--scenarios", corpus, "--out", tmp_path / "out")
    assert mucspec("run", *args, MINIATURE_MARK=str(mark)).status == 0
    assert mark.exists()
    (path,) = (tmp_path / "out").glob("*.jsonl")
    assert middle(read(path))["outcome"] == "pass"


def test_what_a_driver_leaves_behind_is_ended(corpus: Path, tmp_path: Path) -> None:
    """The child that a dying driver started is gone when the run is over."""
    _, record = play("leaves-an-orphan", corpus, tmp_path)
    assert not runs(int(middle(record)["stderr"].split("orphan ")[1].split()[0]))


@pytest.mark.parametrize(
    ("habit", "why"),
    [
        ("writes-garbage", "not JSON: 'renaming now...'"),
        ("never-ends-a-line", "a line of more than 8000000 bytes"),
        ("answers-twice", "or twice"),
        ("says-unsupported", "answered unsupported to rename, which its `can` lists"),
        ("lacks-an-argument-of-nothing", "answered unsupported to rename, which its `can` lists"),
        ("invents-an-event", "an event 'transmogrified' that the protocol does not have"),
    ],
)
def test_a_broken_protocol_is_an_error(corpus: Path, tmp_path: Path, habit: str, why: str) -> None:
    """The driver is at fault, not the library: an error that says what it did, and status 3."""
    told, record = play(habit, corpus, tmp_path)
    line = middle(record)
    assert (told.status, line["outcome"]) == (3, "error")
    assert why in line["why"]


def test_a_library_may_lack_an_argument_of_what_it_can(corpus: Path, tmp_path: Path) -> None:
    """A driver that names an argument of the verb is believed: unsupported, with the reason."""
    told, record = play("lacks-an-argument", corpus, tmp_path)
    line = middle(record)
    assert (told.status, line["outcome"]) == (0, "unsupported")
    assert any("rename takes no nick" in check.get("why", "") for check in line["checks"])


def test_an_exception_that_the_library_lets_escape_fails_the_row(corpus: Path, tmp_path: Path) -> None:
    """It is told with type and text in the row of the stimulus."""
    told, record = play("throws", corpus, tmp_path)
    line = middle(record)
    assert (told.status, line["outcome"]) == (1, "fail")
    (failed,) = [check for check in line["checks"] if check["outcome"] == "fail"]
    assert "exception escape: KeyError: 'nick'" in failed["why"]


def test_a_driver_that_only_says_it_is_connected_is_found_out(corpus: Path, tmp_path: Path) -> None:
    """No stream came in: an error in every scenario, not a pass."""
    told, record = play("never-logs-in", corpus, tmp_path)
    assert record is not None and told.status == 3
    assert [line["outcome"] for line in record.scenarios] == ["error"] * 3
    assert all("never logged in" in line["why"] for line in record.scenarios)


@pytest.mark.parametrize(
    ("habit", "why"),
    [
        ("dies-at-start", "it wrote: ModuleNotFoundError: No module named 'mini'"),
        ("greets-with-a-list", "not a JSON object"),
        ("hides-what-it-can", "needs a list of words 'can'"),
    ],
)
def test_a_driver_that_does_not_start_is_told_in_one_line(corpus: Path, tmp_path: Path, habit: str, why: str) -> None:
    """There is no record, one line with what it wrote last, and status 3."""
    told, record = play(habit, corpus, tmp_path)
    assert (told.status, record) == (3, None)
    assert "Traceback" not in told.err
    assert [why in line for line in told.err.splitlines() if line.startswith("mucspec:")] == [True]


def test_a_driver_that_does_not_stop_is_ended(corpus: Path, tmp_path: Path) -> None:
    """The run comes to its end all the same."""
    told, record = play("ignores-stop", corpus, tmp_path)
    assert (told.status, middle(record)["outcome"]) == (0, "pass")

"""Known failures: which entry speaks of what, what no longer fails, and the lists on disk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from harness.clients import drivers
from harness.known import PACKAGED as PACKAGED_LISTS
from harness.known import BadKnown, Entry, Known, look_up, read, update, where_to_write
from reports.record import ScenarioLine

CHECK = "removal/kicked#xep-0045/8.2-6"


def line(*outcomes: str, scenario: str = "removal/kicked", **more: Any) -> ScenarioLine:
    """A line with one check for each outcome: `kicked#xep-0045/8.2-6`, `...#2`, `...#3`."""
    names = [CHECK, f"{scenario}#2", f"{scenario}#3"]
    checks = [
        {"id": name, "row": row, "requirement": "xep-0045/8.2-6", "level": "MUST", "class": "violation", "outcome": o}
        for row, (name, o) in enumerate(zip(names, outcomes, strict=False), 1)
    ]
    outcome = "fail" if "fail" in outcomes else "pass"
    return {"record": "scenario", "id": scenario, "title": "", "outcome": outcome, "checks": checks, **more}  # type: ignore[typeddict-item]  # no transcript


def known(*entries: Entry, **more: Any) -> Known:
    return Known(list(entries), "slixmpp", **more)


def outcomes(judged: ScenarioLine) -> tuple[str, list[str]]:
    return judged["outcome"], [check["outcome"] for check in judged["checks"]]


def test_a_failure_in_the_list_is_known_and_says_why() -> None:
    """The check becomes known, with reason and link; what else failed stays a failure."""
    judged = known(Entry(CHECK, "open bug", link="https://example.org/1")).judge(line("fail", "fail"), "1.17.0")
    assert outcomes(judged) == ("fail", ["known", "fail"])
    assert judged["checks"][0]["known"] == "open bug (https://example.org/1)"


def test_when_all_that_failed_is_known_the_scenario_is_known() -> None:
    """Nothing is left that counts."""
    assert outcomes(known(Entry(CHECK, "open bug")).judge(line("fail", "pass"), "1.17.0"))[0] == "known"


@pytest.mark.parametrize("named", [CHECK, "removal/kicked", "removal/*", "*#xep-0045/8.2-?", "removal/kick*#xep*"])
def test_an_entry_names_a_check_a_scenario_or_a_pattern(named: str) -> None:
    """Each of these speaks of the check."""
    assert outcomes(known(Entry(named, "why")).judge(line("fail"), "1.0")) == ("known", ["known"])


@pytest.mark.parametrize("named", ["removal/kicked#xep-0045/8.2-7", "removal/kick", "joining/*"])
def test_an_entry_that_names_something_else_does_not_apply(named: str) -> None:
    """A part of an id is not the id."""
    assert outcomes(known(Entry(named, "why")).judge(line("fail"), "1.0")) == ("fail", ["fail"])


@pytest.mark.parametrize(
    ("versions", "version", "holds"),
    [
        ("", "1.17.0", True),
        ("<1.18", "1.17.0", True),
        ("<1.18", "1.18.0", False),
        (">=1.8,<1.12", "1.12.0", False),
        (">=1.8", "1.18.0.dev1", True),
        (">=1.8", "no-number", False),
        ("", "no-number", True),
    ],
)
def test_an_entry_holds_for_its_versions(versions: str, version: str, holds: bool) -> None:
    """The range is read as packages write it, pre-releases included."""
    judged = known(Entry(CHECK, "why", versions=versions)).judge(line("fail"), version)
    assert (judged["outcome"] == "known") is holds


def test_an_entry_holds_for_its_personality_and_its_client() -> None:
    """Of another personality, or another client's, it says nothing."""
    for entry in (Entry(CHECK, "why", personality="prosody"), Entry(CHECK, "why", client="aioxmpp")):
        assert known(entry).judge(line("fail"), "1.0")["outcome"] == "fail"
    under = line("fail", personality="prosody")
    assert known(Entry(CHECK, "why", personality="prosody")).judge(under, "1.0")["outcome"] == "known"


def test_a_pass_under_another_personality_fixes_only_what_names_it() -> None:
    """An entry without a personality speaks of failures everywhere; only `xep` can say that they are gone."""
    under = line("pass", personality="prosody")
    everywhere, there = known(Entry(CHECK, "why")), known(Entry(CHECK, "why", personality="prosody"))
    assert everywhere.judge(under, "1.0")["outcome"] == "pass" and everywhere.stale() == []
    assert there.judge(under, "1.0")["outcome"] == "fixed"
    assert everywhere.judge(line("fail", personality="prosody"), "1.0")["outcome"] == "known"


def test_what_fails_under_a_personality_is_listed_with_it(tmp_path: Path) -> None:
    """--update-known writes the personality, but for the strict one, and takes out what is fixed there."""
    path = tmp_path / "known.toml"
    under = line("fail", personality="prosody")
    assert update(path, [("slixmpp", "1.0", under), ("slixmpp", "1.0", line("fail"))]) == (2, 0)
    assert [entry.personality for entry in read(path)] == ["prosody", ""]
    fixed = known(*read(path)).judge(line("pass", personality="prosody"), "1.0")
    assert update(path, [("slixmpp", "1.0", fixed)]) == (0, 1)
    assert [entry.personality for entry in read(path)] == [""]


def test_what_no_longer_fails_is_told_as_fixed() -> None:
    """The check and the scenario are fixed, and the reader is told to take the entry out."""
    judged = known(Entry(CHECK, "open bug")).judge(line("pass", "pass"), "1.17.0")
    assert outcomes(judged) == ("fixed", ["fixed", "pass"])
    assert "take the entry out" in judged["checks"][0]["why"]


def test_a_pass_beside_a_failure_does_not_make_a_pattern_fixed() -> None:
    """An entry that names several checks is stale only when none of them failed in the whole run."""
    lists = known(Entry("removal/*", "why"), Entry("joining/*", "why"))
    assert outcomes(lists.judge(line("pass", "fail"), "1.0")) == ("known", ["pass", "known"])
    assert lists.stale() == []
    lists.judge(line("pass", scenario="joining/plain"), "1.0")
    assert [entry.check for entry in lists.stale()] == []
    only = known(Entry("removal/*", "why"))
    only.judge(line("pass", "pass"), "1.0")
    assert [entry.check for entry in only.stale()] == ["removal/*"]


def test_when_everything_is_repeated_one_pass_proves_nothing() -> None:
    """An exact entry that failed at least once is neither fixed nor stale; one that never did is stale."""
    lists = known(Entry(CHECK, "flaky"), steady=False)
    assert [lists.judge(line(o), "1.0")["outcome"] for o in ("pass", "fail", "pass")] == ["pass", "known", "pass"]
    assert lists.stale() == []
    never = known(Entry(CHECK, "flaky"), steady=False)
    never.judge(line("pass"), "1.0")
    assert [entry.check for entry in never.stale()] == [CHECK]


def test_an_error_is_never_known() -> None:
    """What the harness or the driver broke is nobody's known failure."""
    broken: ScenarioLine = {**line("fail"), "outcome": "error"}
    assert known(Entry(CHECK, "why")).judge(broken, "1.0") == broken


# the lists


def test_the_named_list_comes_first_then_the_own_then_the_packaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three are read; the first entry that applies counts."""
    packaged = tmp_path / "known"
    packaged.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("harness.known.PACKAGED", packaged)
    for path, reason in (("named.toml", "named"), ("mucspec-known.toml", "own"), ("known/slixmpp.toml", "packaged")):
        Path(path).write_text(f'[[known]]\ncheck = "{CHECK}"\nreason = "{reason}"\n', "utf-8")
    found = look_up("slixmpp", Path("named.toml"))
    assert [entry.reason for entry in found.entries] == ["named", "own", "packaged"]
    assert [entry.reason for entry in look_up("slixmpp", None).entries] == ["own", "packaged"]
    assert [entry.reason for entry in look_up("aioxmpp", None).entries] == ["own"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[known", "cannot be read"),
        ('[[knwon]]\ncheck = "a"', r"tables \[\[known\]\] and nothing else"),
        ('[[known]]\nreason = "a"', "entry 1: needs 'check'"),
        ('[[known]]\ncheck = "a"', "entry 1: needs 'reason'"),
        ('[[known]]\ncheck = "a"\nreason = "b"\nversoins = "1"', "entry 1: no key 'versoins' here"),
        ('[[known]]\ncheck = "a"\nreason = "b"\nversions = "about 2"', "write >=1.8,<1.12"),
        ('[[known]]\ncheck = "a"\nreason = 3', "reason has to be a text"),
    ],
)
def test_a_bad_list_is_told_with_file_entry_and_key(tmp_path: Path, text: str, told: str) -> None:
    """Each is one line that names the file."""
    path = tmp_path / "known.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadKnown, match=told) as complaint:
        read(path)
    assert str(complaint.value).startswith(str(path))
    assert "\n" not in str(complaint.value)


def test_a_list_that_is_named_must_be_there(tmp_path: Path) -> None:
    """The complaint says what makes one."""
    with pytest.raises(BadKnown, match="no such file; --update-known makes one"):
        look_up("slixmpp", tmp_path / "nowhere.toml")


def test_updating_adds_what_failed_and_takes_out_what_is_fixed(tmp_path: Path) -> None:
    """Other entries stay; the new one names client, check and reason, whatever the text of the reason."""
    path = tmp_path / "known.toml"
    path.write_text(
        f'[[known]]\ncheck = "{CHECK}"\nreason = "old"\n'
        '[[known]]\ncheck = "joining/*"\nreason = "keep"\nversions = "<2"\n'
    )
    failing = line("fixed", "fail")
    failing["checks"][1]["why"] = 'said "no"\nand \x7f = \\ ü'
    assert update(path, [("slixmpp", "1.0", failing)]) == (1, 1)
    assert tomllib.loads(path.read_text("utf-8"))["known"] == [
        {"check": "joining/*", "versions": "<2", "reason": "keep"},
        {"check": "removal/kicked#2", "reason": 'said "no" and \x7f = \\ ü', "client": "slixmpp"},
    ]
    assert look_up("slixmpp", path).judge(line("pass", "fail"), "1.0")["outcome"] == "known"


def test_a_packaged_list_is_never_written() -> None:
    """It belongs to mucspec: the complaint says what to do instead."""
    with pytest.raises(BadKnown, match="name a list of your own"):
        where_to_write(PACKAGED_LISTS / "slixmpp.toml")
    assert where_to_write(None) == Path("mucspec-known.toml")


def test_the_packaged_lists_are_sound() -> None:
    """Every entry can be read, is of a client that there is a driver for, and has a reason in words."""
    lists = {path.stem: read(path) for path in PACKAGED_LISTS.glob("*.toml")}
    assert set(lists) <= set(drivers())
    assert all(len(entry.reason.split()) > 2 for entries in lists.values() for entry in entries)

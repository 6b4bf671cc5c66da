"""Which scenarios are meant: expressions, topics, levels, priorities and shards."""

from __future__ import annotations

import pytest

from harness.model import Scenario
from harness.selection import BadSelection, Wanted, by_id, read_shard, select

IDS = ("joining/plain", "joining/banned", "joining/plain/order=first", "removal/banned", "removal/kicked")
CORPUS = [
    Scenario(
        name, "", "pistol", (), requirement="xep-0045/7.2.2-10", topic=name.partition("/")[0], priority=number or None
    )
    for number, name in enumerate(IDS)
]


def chosen(expression: str = "", **more: object) -> list[str]:
    return [s.id for s in select(CORPUS, Wanted(expression, **more))]  # type: ignore[arg-type]  # a few options


@pytest.mark.parametrize(
    ("expression", "places"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("joining/plain", [0]),  # a whole id means just that one
        ("plain", [0, 2]),
        ("removal/*", [3, 4]),
        ("*/banned", [1, 3]),
        ("joining/plai?", [0]),
        ("not joining", [3, 4]),
        ("banned and not joining", [3]),
        ("kicked or plain and order", [2, 4]),  # `and` binds closer
        ("(kicked or plain) and order", [2]),
        ("not (banned or plain)", [4]),
    ],
)
def test_an_expression_means_these(expression: str, places: list[int]) -> None:
    """In the order of the corpus."""
    assert chosen(expression) == [IDS[place] for place in places]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("kiked", "did you mean"),
        ("and", "a word is missing before 'and'"),
        ("banned or", "a word is missing before 'the end'"),
        ("(banned", r"a \) is missing"),
        ("banned kicked", "nothing fits before 'kicked'"),
        ("banned )", r"nothing fits before '\)'"),
    ],
)
def test_an_expression_that_says_nothing_is_refused(expression: str, told: str) -> None:
    """With the place, or with what may have been meant."""
    with pytest.raises(BadSelection, match=told):
        chosen(expression)


def test_topic_and_priority_narrow_the_choice() -> None:
    """A scenario without a priority is left out where one is asked for."""
    assert chosen(topic="removal") == ["removal/banned", "removal/kicked"]
    assert chosen(priority=2) == ["joining/banned", "joining/plain/order=first"]
    assert chosen("banned", topic="removal", priority=3) == ["removal/banned"]


def test_a_choice_that_leaves_nothing_is_refused() -> None:
    """Rather than a run of nothing that passes."""
    with pytest.raises(BadSelection, match="none of the 5 scenarios is left"):
        chosen("kicked", topic="joining")
    with pytest.raises(BadSelection, match="no topic 'leaving'; there are joining, removal"):
        chosen(topic="leaving")


@pytest.mark.parametrize("of", [1, 2, 3, 5])
def test_shards_share_out_every_scenario_once(of: int) -> None:
    """Together they are the whole, and no two have one in common."""
    parts = [chosen(shard=(number, of)) for number in range(1, of + 1)]
    assert sorted(name for part in parts for name in part) == sorted(IDS)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    """With an example of one that is."""
    with pytest.raises(BadSelection, match="for instance 1/3"):
        read_shard(text)


def test_a_name_that_nobody_has_is_told_without_the_option() -> None:
    """`mucspec show` has no -k."""
    assert [s.id for s in by_id(CORPUS, "removal/kicked")] == ["removal/kicked"]
    with pytest.raises(BadSelection, match=r"^there is no scenario 'removal/kikced' \(did you mean removal/kicked"):
        by_id(CORPUS, "removal/kikced")

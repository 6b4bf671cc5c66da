"""What Allure shows of a scenario: rows as steps, labels, links to the requirements, the transcript."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import allure
import pytest
from allure_commons import plugin_manager

NOT_GRADED = ("unsupported", "skipped", "ungraded", "unreached", "known")


def tell(verdict: dict[str, Any]) -> None:
    """Into the result of the test that runs."""
    labels = verdict["labels"]
    dynamic: Any = allure.dynamic  # it has no types
    dynamic.title(labels["story"])
    dynamic.epic(labels["epic"])
    dynamic.feature(labels["feature"])
    dynamic.story(labels["story"])
    dynamic.severity(verdict["severity"])
    dynamic.parameter("client", labels["epic"])  # keeps the histories of two clients apart
    for link in verdict["links"]:
        dynamic.link(link["url"], name=link["name"])
    for step in verdict["steps"]:
        _step(step)
    allure.attach(verdict["transcript"], "transcript", allure.attachment_type.TEXT)


def _step(step: dict[str, str]) -> None:
    """A step that is over; `allure.step` would put the traceback of our own raising into it."""
    kind, wrong = _how(step)
    uuid = str(uuid4())
    plugin_manager.hook.start_step(uuid=uuid, title=step["title"], params={})
    plugin_manager.hook.stop_step(uuid=uuid, exc_type=kind, exc_val=wrong, exc_tb=None)


def _how(step: dict[str, str]) -> tuple[type[BaseException] | None, BaseException | None]:
    if step["outcome"] == "pass":
        return None, None
    text = f"{step['outcome']}: {step['text']}"
    wrong = pytest.skip.Exception(text) if step["outcome"] in NOT_GRADED else AssertionError(text)
    return type(wrong), wrong

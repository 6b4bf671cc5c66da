"""Over the whole corpus the service emits nothing that its own tables forbid."""

import pytest

from harness import rehearse
from harness.load import load_all
from harness.model import Names, Scenario
from mockserver.host import Host
from mockserver.selfcheck import SelfCheckFailed, attach


def test_the_corpus_passes_the_self_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stanza of every rehearsal, those of the operator's calls included; injected ones are the scenario's own."""
    failures: list[tuple[str, SelfCheckFailed]] = []
    new_host = rehearse.new_host

    def checked(scenario: Scenario, names: Names) -> Host:
        host = new_host(scenario, names)
        attach(host, lambda failure: failures.append((scenario.id, failure)))
        return host

    monkeypatch.setattr(rehearse, "new_host", checked)
    for scenario in load_all():
        rehearse.rehearse(scenario)
    assert [(name, str(failure)) for name, failure in failures] == []

"""Faults of the wire as tests of the fixture `muc_server` ask for them, in somebody else's repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .foreign import repository
from .test_pytest_server import EXAMPLES

USES = """
import pytest
from notify import MUC, Refused, Stream, notify


@pytest.fixture
def where(muc_server, muc_room):
    account = muc_server.account("builder")
    yield {
        "jid": account.jid, "password": account.password, "room": muc_room("lounge", occupants=["gower"]).jid,
        "host": muc_server.host, "port": muc_server.port, "ca": muc_server.ca,
    }
    muc_server.end_faults()


def test_a_refused_join_is_refused_once(muc_server, where):
    fault = muc_server.fault("refuse", room="lounge", condition="conflict", echo=False, times=1)
    with pytest.raises(Refused, match="conflict"):
        notify("built", **where)
    notify("built", **where)
    assert fault.acted == 1


def test_each_end_of_a_link_ends_it(muc_server, where):
    for words in ("reset", "half-close", "close", "stream-error condition=conflict", "malformed"):
        fault = muc_server.fault(f"{words} presence from=lounge")
        with pytest.raises((OSError, Refused, SyntaxError)):
            notify("built", **where)
        assert fault.acted == 1, words


def test_a_delay_ends_when_it_is_cancelled(muc_server, where):
    fault = muc_server.fault("delay message to=builder element=subject")
    stream = Stream(muc_server.host, muc_server.port, muc_server.domain)
    stream.start_tls(muc_server.ca)
    stream.log_in("builder", where["password"])
    mark = muc_server.mark()
    stream.send(f"<presence to='{where['room']}/builder'><x xmlns='{MUC}'/></presence><iq type='get' id='last'/>")
    while stream.take().get("id") != "last":
        pass
    shown = [(s.direction, s.fault) for s in muc_server.transcript_since(mark) if "<subject" in s.xml]
    assert (fault.acted, shown) == (1, [("fault", "delay message to=builder element=subject")])
    fault.cancel()
    assert stream.take("message").find("{jabber:client}subject") is not None
    stream.socket.close()


def test_a_service_comes_back_from_a_shutdown(muc_server, where):
    fault = muc_server.fault("shutdown", now=True)
    with pytest.raises(Refused, match="service-unavailable"):
        notify("built", **where)
    fault.cancel()
    notify("built", **{**where, "room": "rooms-anew@" + muc_server.muc_domain})


def test_words_that_are_no_fault_are_told(muc_server):
    with pytest.raises(Exception, match="no fault 'drp' .did you mean 'drop'"):
        muc_server.fault("drp presence")


def test_that_fails(muc_server, where):
    muc_server.fault("rewrite message body=Peace")
    notify("War", **where)
    assert False
"""


def test_a_test_makes_things_go_wrong_and_sees_how_often(tmp_path: Path) -> None:
    """Each end of a link, refusals, delays, a shutdown; one that fails shows where the fault acted."""
    if not EXAMPLES.is_dir():
        pytest.skip("docs/examples is not here: this test runs from the source tree")
    theirs = repository(tmp_path)
    shutil.copytree(EXAMPLES, theirs.root / "examples")
    theirs.write({"examples/test_faults.py": USES})
    told = theirs.pytest("-rA", "examples/test_faults.py")
    failed = [line for line in told.out.splitlines() if line.startswith(("FAILED", "ERROR"))]
    assert [line.partition(" - ")[0] for line in failed] == ["FAILED examples/test_faults.py::test_that_fails"], (
        told.out
    )
    assert told.out.count("PASSED examples/") == 5
    assert "!! builder@localhost/" in told.out and "fault rewrite message body=Peace: <message" in told.out

"""Claims about faults of the wire: their words, and what a table of them says, without any wire."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import MemoryReactorClock

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import E
from mockserver.muc.xml import parse as parse_xml
from mockserver.serve import CannotServe, ServeOptions, start
from mockserver.wire_faults import KINDS, BadFault, FaultTable, make, parse
from mockserver.wire_faults.acts import Act, Acted, Tell
from mockserver.wire_faults.fault import MATCHING
from mockserver.wire_faults.words import COUNTING

PISTOL, GOWER = JID("pistol@mucspec.invalid/x"), JID("gower@mucspec.invalid/x")
ROOM = "harfleur@conference.mucspec.invalid"
MUC = "conference.mucspec.invalid"
USER = "http://jabber.org/protocol/muc#user"
ENTERS = parse_xml(
    f"<presence from='{ROOM}/gower'><x xmlns='{USER}'>"
    "<item role='visitor'/><status code='110'/><status code='201'/></x></presence>"
)

# words


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing is said; a fault looks like 'drop presence to=pistol times=1'"),
        (
            "drop 'presence",
            "\"drop 'presence\": No closing quotation; a fault looks like 'drop presence to=pistol times=1'",
        ),
        ("drp presence", f"no fault 'drp' (did you mean 'drop'?); there are {', '.join(KINDS)}"),
        (
            "drop stanzas",
            "drop: 'stanzas' is no word here; write key=value, or one of message, presence, iq, in, out, now",
        ),
        ("drop presence message", "drop: stanza is said twice"),
        ("drop stanza=stream", "drop: stanza=stream: one of message, presence, iq"),
        ("drop times=0", "drop: times=0: a number from 1 up, or all"),
        ("flood to=pistol count=100001", "flood: count=100001: a number from 1 to 100000"),
        ("duplicate copies=" + "9" * 5000, f"duplicate: copies={'9' * 5000}: a number from 1 to 100000"),
        ("delay seconds=-1", "delay: seconds=-1: a number of seconds, more than 0"),
        ("rewrite message", "rewrite needs one of id, nick, body"),
        ("strip message", "strip needs one of element, status"),
        ("refuse", "refuse needs condition=conflict"),
        ("refuse condition='no room'", "refuse: condition=no room: the name of an error condition, such as conflict"),
        ("refuse out condition=conflict", "refuse: it acts on what clients send; leave out 'out'"),
        ("drop now", "drop: it needs a stanza to act on; leave out 'now'"),
        ("reset now presence", "reset: 'now' waits for no stanza; leave out stanza, or 'now'"),
    ],
)
def test_words_that_are_no_fault_are_refused_in_one_line(text: str, complaint: str) -> None:
    """It says what is wrong, and what would be right."""
    with pytest.raises(BadFault) as refused:
        parse(text)
    assert str(refused.value) == complaint


def test_a_key_that_is_misspelt_is_told_the_right_one() -> None:
    """And all others that would be possible."""
    with pytest.raises(BadFault, match=r"^drop: no key 'tims' here \(did you mean 'times'\?\); possible: .*, times, "):
        parse("drop tims=1")


def test_words_in_any_order_and_a_table_say_the_same() -> None:
    """Numbers and booleans of a table are what they look like."""
    table = {"stanza": "presence", "to": "pistol", "times": 1}
    assert parse("drop presence to=pistol times=1") == make("drop", table)
    one, other = parse("drop times=1 to=pistol presence"), make("drop", table)
    assert (one.match, one.told, one.times) == (other.match, other.told, other.times)
    assert make("reset", {"now": True, "to": "pistol"}) == parse("reset now to=pistol")


@given(st.sampled_from(["rewrite", "inject", "refuse"]), st.text(st.characters(codec="utf-8"), max_size=9))
def test_the_text_of_a_fault_is_read_as_the_same_fault(name: str, word: str) -> None:
    """Whatever its values are."""
    keys = {"rewrite": {"body": word}, "inject": {"xml": word}, "refuse": {"condition": "conflict", "text": word}}[name]
    fault = make(name, {**keys, "times": 3, "stanza": "message"})
    assert parse(str(fault)) == fault


def test_faults_of_links_act_once_and_others_every_time_unless_they_are_told() -> None:
    """`times=all` is every time."""
    assert [parse(text).times for text in ("drop", "drop times=2", "reset", "reset times=all")] == [None, 2, 1, None]


# what they wait for

FITTING = [
    ("drop presence", True), ("drop message", False), ("drop in", False), ("drop type=none", True),
    ("drop type=unavailable", False), ("drop room=harfleur", True), (f"drop room={ROOM}", True),
    ("drop room=rouen", False),
    ("drop occupant=gower", True), ("drop occupant=nym", False), ("drop to=pistol", True), (f"drop to={PISTOL}", True),
    ("drop to=pistol@mucspec.invalid", True), ("drop to=gower", False), (f"drop from={ROOM}/gower", True),
    ("drop status=110", True), ("drop status=210", False), ("drop element=item", True),
    (f"drop element={{{USER}}}x", True),
    ("drop element={urn:x}x", False), ("drop presence to=gower", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fits"), FITTING, ids=[text for text, _ in FITTING])
def test_a_fault_waits_for_stanzas_that_fit_all_its_keys(text: str, fits: bool) -> None:
    """Addresses are full, bare or the part before the @."""
    table = FaultTable(muc=MUC)
    active = table.add(parse(text))
    table.outgoing([Delivery(ENTERS, (PISTOL,))], now=0)
    assert active.acted == int(fits)


def out(table: FaultTable, *ids: str) -> list[str]:
    """Messages with these ids go to pistol; the ids that arrive."""
    return told(table.outgoing([Delivery(E("message", id=name), (PISTOL,)) for name in ids], now=0))


def told(acts: list[Act]) -> list[str]:
    return [act.stanza.get("id") for act in acts if isinstance(act, Tell)]


def test_times_are_counted_by_session() -> None:
    """A stanza for two is two."""
    table = FaultTable(muc=MUC)
    active = table.add(parse("drop times=3"))
    two = Delivery(E("message", id="1"), (PISTOL, GOWER))
    assert told(table.outgoing([two, two, two], now=0)) == ["1", "1", "1"]
    assert (active.acted, table.active) == (3, ())


def test_faults_act_in_the_order_of_their_kinds_however_they_were_added() -> None:
    """What is rewritten is then doubled; what is dropped is neither."""
    for words in (
        ("duplicate", "rewrite id=b skip=1", "drop times=1"),
        ("drop times=1", "rewrite id=b skip=1", "duplicate"),
    ):
        table = FaultTable(muc=MUC)
        for each in words:
            table.add(parse(f"{each} message"))
        assert out(table, "1", "2", "3") == ["2", "2", "b", "b"]


def test_a_stanza_that_is_held_back_meets_the_faults_behind() -> None:
    """Not those before again."""
    table = FaultTable(muc=MUC)
    late = table.add(parse("delay times=2"))
    double = table.add(parse("duplicate"))
    table.add(parse("inject xml=<a/> times=all"))
    assert out(table, "1") == []
    acts = table.remove(late, now=0)
    assert [type(act).__name__ for act in acts] == ["Tell", "Acted", "Write", "Tell", "Acted", "Write"]
    assert double.acted == 1


def test_each_session_is_overtaken_by_its_own_stanzas() -> None:
    """What goes to somebody else does not count."""
    table = FaultTable(muc=MUC)
    table.add(parse("reorder to=pistol times=1"))
    to_gower = Delivery(E("message", id="g"), (GOWER,))
    assert out(table, "1") == []
    assert told(table.outgoing([to_gower], now=0)) == ["g"]
    assert out(table, "2", "3") == ["2", "1", "3"]


def test_only_what_is_named_is_stripped() -> None:
    """A status code or an element goes, wherever it stands; the rest stays as it was."""
    for words, left in (("status=110", ["item", "status"]), ("element=item", ["status", "status"]), ("element=x", [])):
        table = FaultTable(muc=MUC)
        table.add(parse(f"strip {words}"))
        (acted, tell) = table.outgoing([Delivery(ENTERS, (PISTOL,))], now=0)
        assert isinstance(acted, Acted) and isinstance(tell, Tell)
        x = tell.stanza.find("x", USER)
        assert [child.name for child in x.elements()] if x else left == []


def test_another_nickname_is_the_sender_s() -> None:
    """Where there is none, there is nothing to rewrite."""
    table = FaultTable(muc=MUC)
    active = table.add(parse("rewrite nick=nym"))
    (_, tell) = table.outgoing([Delivery(ENTERS, (PISTOL,))], now=0)
    assert isinstance(tell, Tell) and tell.stanza.get("from") == f"{ROOM}/nym"
    table.outgoing([Delivery(E("message", from_=ROOM), (PISTOL,))], now=0)
    assert active.acted == 1


# serve


def serve(*faults: str) -> tuple[Any, io.StringIO]:
    written = io.StringIO()
    options = ServeOptions(tls=False, port=0, faults=faults, transcript=written, keep_transcript=True)
    return start(options, MemoryReactorClock()), written


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("drp", "--fault: no fault 'drp'"),
        ("reset now", "--fault: reset now: nobody is here yet; leave out now, and it acts on the next stanza"),
    ],
)
def test_a_server_that_is_told_no_fault_does_not_start(text: str, complaint: str) -> None:
    """One line says why."""
    with pytest.raises(CannotServe) as refused:
        serve(text)
    assert str(refused.value).startswith(complaint)


def test_the_transcripts_of_a_server_name_the_fault_where_it_acts() -> None:
    """That for people has a line of its own before what the fault lets through; nobody can forge one."""
    running, written = serve("rewrite message body=b times=1")
    session = running.host.bind(JID("pistol@localhost"), "x")
    running.porch._streams[session] = stream = running.porch.buildProtocol(None)
    stream.session = session
    running.porch.deliver([Delivery(E("message", E("body", "a\n!! forged")), (session,))])
    first, second = written.getvalue().splitlines()
    fault = "fault rewrite message body=b times=1"
    assert first == rf"!! {session}  {fault}: <message><body>a\x0a!! forged</body></message>"
    assert second.startswith(f"<- {session}  <message><body>b</body>")
    assert next(iter(running.control.transcript)).text.startswith(f"{session} {fault}: ")


def test_the_guide_has_every_fault_with_its_keys_in_the_order_in_which_they_act() -> None:
    """docs/faults.md: a row each, and all the words that stanzas are chosen by."""
    text = (Path(__file__).parents[2] / "docs" / "faults.md").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    described = {row[1].strip(" `"): "".join(row[2:]) for row in rows}
    assert [name for name in described if name in KINDS] == list(KINDS)
    lacking = {f"{name} {key}" for name, kind in KINDS.items() for key in kind.told if key not in described[name]}
    assert lacking == {f"{name} place" for name, kind in KINDS.items() if kind.at_once}
    assert [key for key in (*MATCHING, *COUNTING) if f"`{key}" not in text and key != "way" and key != "stanza"] == []

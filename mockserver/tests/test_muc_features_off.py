"""Every feature can be left out: its own requests are not there, everything else goes on."""

import pytest
from hypothesis import Phase, given, settings

from mockserver.muc.feature import Feature
from mockserver.muc.features import ALL
from mockserver.muc.namespaces import NS_DATA, NS_DISCO_INFO
from mockserver.muc.pipeline import ENTRY, HEARINGS, JOIN_GUARDS, RENAME_GUARDS, RESYNC_GUARDS, SAY_GUARDS
from mockserver.muc.seats import ALWAYS
from mockserver.muc.xml import Element
from mockserver.tests.property_draws import scripts
from mockserver.tests.property_steps import Step
from mockserver.tests.property_watch import Watch
from mockserver.tests.property_world import World
from mockserver.tests.rooms import DOMAIN, HARFLEUR, Stage

EACH = pytest.mark.parametrize("feature", ALL, ids=[feature.name for feature in ALL])
IDS = ("occupant-id", "stable-id", "archive")


@EACH
def test_what_must_hold_holds_without_it(feature: Feature) -> None:
    """The properties of the service, with this feature left out."""
    rest = [f for f in ALL if f is not feature]

    @settings(max_examples=6, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(script=scripts)
    def lives(script: list[Step]) -> None:
        watch = Watch(World(features=rest))
        for step in script:
            watch.do(step)

    lives()


@EACH
def test_a_room_without_it_is_still_a_room(feature: Feature) -> None:
    """People come, speak, whisper, change their names and go, word for word as ever."""

    def story(*without: str) -> list[str]:
        stage = Stage(without=(*IDS, "subject", "history", *without))
        stage.open("henry", "gower")
        said = stage.join("pistol") + stage.say("pistol") + stage.say("nym")
        said += stage.send("gower", "<message type='chat' to='harfleur@muc/pistol'><body>Ha</body></message>")
        said += stage.send("pistol", "<presence to='harfleur@muc/Ancient'/>") + stage.join("nym", "Ancient")
        return said + stage.leave("pistol") + stage.leave("gower")

    assert story(feature.name) == story()


@EACH
def test_what_it_announces_and_offers_goes_with_it(feature: Feature) -> None:
    """Disco features and form fields of this feature alone."""
    rest = [f for f in ALL if f is not feature]
    stage = Stage(without=(feature.name,))
    stage.open("henry")
    theirs = {var for f in rest for var in (*f.announced, *f.announced_by_service)}
    if feature.name != "discovery":
        for to in ("harfleur@muc", DOMAIN):
            query = payload(stage, to, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
            announced = {f.get("var") for f in query.find_all("feature", NS_DISCO_INFO)}
            assert not announced & (set(feature.announced) - theirs)
    if feature.name != "configuration":
        form = next(payload(stage, "harfleur@muc", "<query xmlns='http://jabber.org/protocol/muc#owner'/>").elements())
        offered = {field.get("var") for field in form.find_all("field", NS_DATA)}
        assert not offered & {field.var for field in feature.fields}
        assert offered >= {field.var for f in rest for field in f.fields}


def payload(stage: Stage, to: str, query: str) -> Element:
    (delivery,) = stage.hear("henry", f"<iq id='q' type='get' to='{to}'>{query}</iq>")
    return next(delivery.stanza.elements())


REQUESTS = [(feature, key) for feature in ALL for key in feature.answers]


@pytest.mark.parametrize(("feature", "key"), REQUESTS, ids=[f"{f.name} {k[0]} {k[1]}" for f, k in REQUESTS])
def test_its_requests_are_unavailable_without_it(feature: Feature, key: tuple[str, str, str]) -> None:
    """service-unavailable, from the room: RFC 6120 8.4."""
    kind, name, uri = key
    stage = Stage(without=(feature.name,))
    stage.open("henry")
    (line,) = stage.ask("henry", f"<{name} xmlns='{uri}'/>", kind=kind)
    assert line == "henry/1 <- iq from=harfleur@muc type=error error(cancel service-unavailable)"
    assert list(stage.service.rooms) == [HARFLEUR]


@pytest.mark.parametrize(
    ("table", "steps"),
    [
        ("guards", {*JOIN_GUARDS, *RESYNC_GUARDS, *RENAME_GUARDS}),
        ("say_guards", set(SAY_GUARDS)),
        ("hearings", set(HEARINGS)),
        ("entries", set(ENTRY)),
    ],
)
def test_every_step_has_one_owner(table: str, steps: set[str]) -> None:
    """A step of pipeline.py that nobody brings, or two, would be a slip; so would one that no order names."""
    brought = [step for feature in ALL for step in getattr(feature, table)]
    brought += list(ALWAYS) if table == "guards" else []
    assert sorted(brought) == sorted(steps)

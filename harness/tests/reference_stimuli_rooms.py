"""Stimuli under which defects of the reference client show: what happens in rooms."""

from __future__ import annotations

from collections.abc import Callable

from .reference_payloads import codes, message
from .reference_stage import (
    ALL,
    ME,
    ROOM,
    USER,
    Stage,
    delay,
    gone,
    occupant_id,
    presence,
    refusal,
    said,
    stanza_id,
    subject,
)

Stimulus = Callable[[Stage], object]


# entering


def join(s: Stage) -> None:
    s.do("join", nick="pistol", password="crispin", history={"maxchars": 0})
    s.hear(presence("gower"), presence("pistol", 110, 201, 170), subject())


def taken_nick(s: Stage) -> None:
    s.do("join", nick="pistol")
    s.hear(presence("pistol"), presence("pistol2", 110, 210))
    s.do("leave")


def new_room(s: Stage) -> None:
    s.do("join", nick="pistol")
    s.hear(presence("pistol", 201))


def two_x(s: Stage) -> None:
    s.do("join", nick="pistol")
    s.hear(presence("pistol", more=codes(110)))


def join_refused(condition: str, *, sender: str = f"{ROOM}/pistol", kind: str = "cancel") -> Stimulus:
    def refuse(s: Stage) -> None:
        s.do("join", nick="pistol")
        s.hear(refusal(condition, sender=sender, kind=kind))
        s.log.append(s.state())

    return refuse


def join_refused_in_words(s: Stage) -> None:
    s.do("join", nick="pistol")
    text = "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No room</text>"
    s.hear(refusal("service-unavailable", kind="wait").replace("</error>", f"{text}</error>"))


def rejoin(s: Stage) -> None:
    s.join(others=("gower", "nym"))
    s.hear(said("gower", "Hail", more=stanza_id("s1")))
    s.do("join", nick="pistol")
    s.announce(*ALL)
    s.hear(presence("gower"), presence("pistol", 110), said("gower", "Hail", more=stanza_id("s1") + delay()))
    s.log.append(s.state())


def availability(s: Stage) -> None:
    s.join().do("presence", show="away")
    s.hear(presence("gower", more="<show>away</show>"))


def presence_elsewhere(s: Stage) -> None:
    s.do("presence", show="away")


def leave(s: Stage) -> None:
    s.join().do("leave", status="Farewell")
    s.hear(gone("pistol", 110))


def self_ping(condition: str) -> Stimulus:
    def ping(s: Stage) -> None:
        s.join().do("self_ping")
        error = f"<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        s.reply(error, sender=f"{ROOM}/pistol", kind="error")

    return ping


def unanswered_join(s: Stage) -> None:
    s.do("join", nick="pistol")
    s.wait(300)
    s.do("leave")


def silence(s: Stage) -> None:
    s.join().do("keep_watch")
    s.wait(900)
    s.wait(900)


def two_shutdowns(s: Stage) -> None:
    s.join().do("keep_joined")
    for _ in range(2):
        s.hear(gone("pistol", 110, 332))
        s.wait(60)
        s.hear(presence("pistol", 110))


def disconnected(s: Stage) -> None:
    s.join().lost()
    s.log.append(s.state())
    s.client.bound(ME)
    s.do("join", nick="pistol")
    s.hear(presence("pistol", 110))
    s.log.append(s.state())


# nicknames


def rename_of_gower(s: Stage) -> None:
    s.join(others=("gower",)).hear(gone("gower", 303, nick="nym"))
    s.log.append(s.state())
    s.hear(presence("nym"))


def rename(s: Stage) -> None:
    s.join().do("rename", nick="ancient")
    s.log.append(s.state())
    s.hear(gone("pistol", 110, 303, nick="Ancient"), presence("Ancient", 110, 210))
    s.log.append(s.state())


def rename_refused(s: Stage) -> None:
    s.join().do("rename", nick="gower")
    s.hear(refusal("conflict", sender=f"{ROOM}/gower", id_=s.last_id()))
    s.log.append(s.state())


def rename_without_303(s: Stage) -> None:
    s.join().do("rename", nick="ancient")
    s.hear(presence("ancient", 110))


# occupants


def changes(s: Stage) -> None:
    s.join().hear(presence("gower", role="moderator", affiliation="admin", jid="gower@x/y"))
    s.log.append(s.state())


def gower_goes(s: Stage) -> None:
    s.join().hear(gone("gower"))
    s.log.append(s.state())


def unannounced(s: Stage) -> None:
    s.join("urn:example").hear(said("gower", "Hail", more=occupant_id("henry") + stanza_id("s1")))


def announced(s: Stage) -> None:
    s.join().hear(said("gower", "Hail", more=occupant_id("gower") + stanza_id("s1")))


def foreign_stanza_id(s: Stage) -> None:
    s.join().hear(said("gower", "Hail", more=stanza_id("s1", by="mallory@x") + stanza_id("s2")))


def room_presence(s: Stage) -> None:
    s.join().hear(presence("").replace(f"{ROOM}/", ROOM), presence("nym", kind="subscribe"))


def nick_in_capitals(s: Stage) -> None:
    s.join(others=("Pistol",)).hear(gone("Pistol"))


def jid_in_capitals(s: Stage) -> None:
    s.join().hear(said("gower", "Hail").replace(ROOM, ROOM.upper()))


def absent_user(s: Stage) -> None:
    s.join().hear(message(f"<x xmlns='{USER}'><item jid='nym@x' affiliation='member' role='none'/></x>"))
    s.log.append(s.state())


# exits


def out(*numbers: int) -> Stimulus:
    def turn_out(s: Stage) -> None:
        s.join().hear(gone("pistol", *numbers, inside="<actor nick='Fluellen'/><reason>Avaunt!</reason>"))
        s.log.append(s.state())

    return turn_out


def gower_kicked(s: Stage) -> None:
    s.join().hear(gone("gower", 307, inside="<actor nick='Fluellen'/><reason>Avaunt!</reason>"))


def destroyed(s: Stage) -> None:
    end = f"<destroy xmlns='{USER}' jid='agincourt@c'><reason>Won</reason></destroy>"
    s.join().hear(gone("pistol", 110).replace("</x>", f"{end}</x>"))


def forged_destroy(s: Stage) -> None:
    s.join().hear(presence("gower").replace("</x>", f"<destroy xmlns='{USER}'/></x>"))

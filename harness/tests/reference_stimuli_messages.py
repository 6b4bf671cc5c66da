"""Stimuli under which defects of the reference client show: messages and notices."""

from __future__ import annotations

from .reference_payloads import NOT_ACCEPTABLE, REQUEST, codes, message
from .reference_stage import ROOM, Stage, delay, presence, said, subject

# messages


def history(s: Stage) -> None:
    s.do("join", nick="pistol")
    s.hear(presence("pistol", 110), said("gower", "Hail", more=delay()))
    s.hear(said("gower", "All", more=delay("")), subject("War", nick="gower", more=delay()))


def foreign_delay(s: Stage) -> None:
    s.join().hear(said("gower", "Hail", more=delay("mallory@x")))


def subjects(s: Stage) -> None:
    s.join().hear(
        said("gower", "Hail", more="<subject>War</subject>"),
        subject("Peace", nick="gower", more="<thread>t</thread>"),
        subject("", nick="gower"),
        said("gower", more="<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
    )


def own_message(s: Stage) -> None:
    s.join().do("message", body="Hail", id="m1")
    s.hear(said("pistol", "Hail", id_="m1"), said("gower", "Hail", id_="m1"))


def error_echo(s: Stage) -> None:
    s.join().do("message", body="Hail", id="m1")
    s.hear(said("", "Hail", id_="m1", kind="error", more=NOT_ACCEPTABLE))


def claimed_nick(s: Stage) -> None:
    s.join().hear(said("gower", "Hail", more="<nick xmlns='http://jabber.org/protocol/nick'>henry</nick>"))


def private(s: Stage) -> None:
    s.join().do("private_message", nick="gower", body="Psst")
    s.hear(said("gower", "Aye", kind="chat"))


def set_subject(s: Stage) -> None:
    s.join().do("set_subject", subject="War")
    s.do("set_subject", subject="")


# notices


def configured(s: Stage) -> None:
    s.join().hear(said("", more=codes(104, 170)))


def forged_codes(s: Stage) -> None:
    s.join().hear(said("gower", "Boo", more=codes(172)))


def voice(s: Stage) -> None:
    s.join().do("request_voice")
    s.do("answer_voice", jid="nym@x", nick="nym", allow=False)
    s.hear(message(REQUEST))


def forged_voice(s: Stage) -> None:
    s.join().hear(message(REQUEST, sender=f"{ROOM}/gower"))

"""Stimuli under which defects of the reference client show: messages about messages."""

from __future__ import annotations

from .reference_stage import ROOM, Stage, gone, presence, said

SID = "urn:xmpp:sid:0"
RETRACT = "urn:xmpp:message-retract:1"
MODERATE = "urn:xmpp:message-moderate:1"


def named(body: str, id_: str) -> str:
    """A message of gower: `id_` is his, the room's is `s-` and that."""
    return said("gower", body, id_=id_, more=f"<stanza-id xmlns='{SID}' by='{ROOM}' id='s-{id_}'/>")


def told(s: Stage) -> Stage:
    s.join().hear(presence("gower"), presence("nym"), named("Hail", "m1"))
    return s


def replaced(nick: str) -> str:
    return said(nick, "Hell", id_="m2", more="<replace xmlns='urn:xmpp:message-correct:0' id='m1'/>")


def reacting(*texts: str, id_: str = "s-m1") -> str:
    inside = "".join(f"<reaction>{text}</reaction>" for text in texts)
    return said("gower", more=f"<reactions xmlns='urn:xmpp:reactions:0' id='{id_}'>{inside}</reactions>")


def retracting(nick: str, inside: str = "", id_: str = "s-m1") -> str:
    return said(nick, more=f"<retract xmlns='{RETRACT}' id='{id_}'>{inside}</retract>")


MODERATED = f"<moderated xmlns='{MODERATE}' by='{ROOM}/nym'/><reason>Spam</reason>"


def correct(s: Stage) -> None:
    s.join().do("message", body="Hail", id="m1")
    s.do("correct", id="m1", body="Hell")
    s.do("correct", id="m1", body="Hall")


def corrected(s: Stage) -> None:
    told(s).hear(replaced("gower"), replaced("gower"))


def corrected_by_another(s: Stage) -> None:
    told(s).hear(replaced("nym"))


def corrected_after_coming_back(s: Stage) -> None:
    told(s).hear(gone("gower"), presence("gower"), replaced("gower"))


def react(s: Stage) -> None:
    told(s).do("react", stanza_id="s-m1", reactions=["a"])
    s.do("react", stanza_id="s-m1", reactions=["a", "b"])
    s.do("react", stanza_id="s-m1", reactions=[])


def reacted(s: Stage) -> None:
    told(s).hear(reacting("a"), reacting("b"), reacting("c", id_="m1"))


def retract(s: Stage) -> None:
    told(s).do("retract", stanza_id="s-m1")


def retracted(s: Stage) -> None:
    told(s).hear(retracting("gower"))


def retracted_by_another(s: Stage) -> None:
    told(s).hear(retracting("nym"))


def retracted_after_coming_back(s: Stage) -> None:
    told(s).hear(gone("gower"), presence("gower"), retracting("gower"))


def moderate(s: Stage) -> None:
    told(s).do("moderate", stanza_id="s-m1", reason="Spam")


def moderated(s: Stage) -> None:
    told(s).hear(retracting("", MODERATED))


def moderated_by_another(s: Stage) -> None:
    told(s).hear(retracting("nym", MODERATED))


def moderated_unknown(s: Stage) -> None:
    told(s).hear(retracting("", MODERATED, id_="s-m9"))


def reply(s: Stage) -> None:
    told(s).do("reply", stanza_id="s-m1", nick="gower", body="Hail")


def asked(s: Stage) -> None:
    s.join().hear(
        f"<iq type='get' id='q' from='{ROOM}/gower'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
    )


REFERENCES = {
    "correction-as-new-message": correct,
    "correction-keeps-the-id": correct,
    "correction-of-the-latest": correct,
    "corrections-ignored": corrected,
    "second-correction-ignored": corrected,
    "corrections-of-anybody-believed": corrected_by_another,
    "corrections-by-nickname-believed": corrected_after_coming_back,
    "replies-by-message-id": reply,
    "replies-to-the-room": reply,
    "reply-as-new-message": reply,
    "features-of-messages-not-announced": asked,
    "reacts-by-message-id": react,
    "reacts-with-news-only": react,
    "reacts-by-chat": react,
    "last-reaction-kept": react,
    "reactions-ignored": reacted,
    "reactions-add-up": reacted,
    "reactions-to-message-ids-believed": reacted,
    "retracts-by-message-id": retract,
    "retracts-without-fallback": retract,
    "retractions-ignored": retracted,
    "retractions-of-anybody-believed": retracted_by_another,
    "retractions-by-nickname-believed": retracted_after_coming_back,
    "moderates-by-message-id": moderate,
    "moderates-without-reason": moderate,
    "moderation-ignored": moderated,
    "moderation-reason-lost": moderated,
    "moderation-by-anybody-believed": moderated_by_another,
    "moderation-of-anything-believed": moderated_unknown,
}

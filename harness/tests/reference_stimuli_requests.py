"""Stimuli under which defects of the reference client show: invitations, forms, archives, answers."""

from __future__ import annotations

from .reference_payloads import DECLINE, DIRECT, FORM, INVITE, NOT_ACCEPTABLE, message, owner_query
from .reference_stage import ROOM, Stage, delay

# invitations


def invited(s: Stage) -> None:
    s.hear(message(INVITE))


def invited_twice(s: Stage) -> None:
    s.hear(message(INVITE), message(DIRECT, sender="henry@x/y"))


def invited_in_both_ways(s: Stage) -> None:
    s.hear(message(INVITE + DIRECT))


def invited_directly(s: Stage) -> None:
    s.hear(message(DIRECT, sender="henry@x/y"))
    s.do("decline", jid="henry@x")


def forged_invite(s: Stage) -> None:
    s.join().hear(message(INVITE.replace("henry", "mallory"), sender="plot@c/mallory"))


def invite_echo(s: Stage) -> None:
    s.hear(message(INVITE.replace("from='henry@x'", "to='nym@x'")))


def invited_where_one_is(s: Stage) -> None:
    s.join().hear(message(DIRECT, sender="henry@x/y"))


def invite(s: Stage) -> None:
    s.join().do("invite", jid="nym@x", mode="mediated", reason="Come")
    s.do("invite", jid="nym@x", mode="direct", reason="Come")


def declining(s: Stage) -> None:
    s.do("decline", jid="henry@x", reason="Busy")
    s.hear(message(DECLINE))


# moderation


def ban(s: Stage) -> None:
    s.join().do("ban", jid="nym@x/y", reason="Avaunt!")
    s.do("set_affiliations", items=[{"jid": "a@b", "affiliation": "owner"}, {"jid": "c@d", "affiliation": "owner"}])


def kick(s: Stage) -> None:
    s.join().do("kick", nick="gower", reason="Avaunt!")


def roles(s: Stage) -> None:
    s.join().do("set_roles", items=[{"nick": "gower", "role": "visitor"}, {"nick": "nym", "role": "visitor"}])
    s.reply("<query xmlns='http://jabber.org/protocol/muc#admin'><item nick='bates' role='visitor'/></query>")


def members(s: Stage) -> None:
    s.join().do("get_affiliations", affiliation="member")
    items = "<item jid='a@b' affiliation='member'/><item jid='c@d' affiliation='member'/>"
    s.reply(f"<query xmlns='http://jabber.org/protocol/muc#admin'>{items}</query>")


# forms


def get_config(s: Stage) -> None:
    s.join().do("get_config")
    s.reply(owner_query(FORM))


def set_config(s: Stage) -> None:
    s.join().do("set_config", values={"muc#roomconfig_roomname": "Agincourt"})
    s.reply(owner_query(FORM))
    s.reply(NOT_ACCEPTABLE, kind="error")


def owner(s: Stage) -> None:
    s.do("cancel_config")
    s.do("accept_defaults")
    s.do("destroy", alternate="agincourt@c", reason="Won")


def room_info(s: Stage) -> None:
    form = FORM.replace("#roomconfig<", "#roominfo<").replace("type='hidden'", "type='text-single'")
    s.do("room_info")
    s.reply(f"<query xmlns='http://jabber.org/protocol/disco#info'>{form}</query>")


def registered(s: Stage) -> None:
    s.do("register", nick="pistol")
    s.reply("<query xmlns='jabber:iq:register'><registered/><username>pistol</username></query>")


def register(s: Stage) -> None:
    s.do("register", nick="pistol")
    form = FORM.replace("#roomconfig<", "#register<").replace("muc#roomconfig_roomname", "muc#register_roomnick")
    s.reply(f"<query xmlns='jabber:iq:register'><username/>{form}</query>")
    s.do("unregister")


def no_reserved_nick(s: Stage) -> None:
    s.do("reserved_nick")
    s.reply("<query xmlns='http://jabber.org/protocol/disco#info'><identity name='Harfleur'/></query>")
    s.do("reserved_nick")
    s.reply(NOT_ACCEPTABLE.replace("not-acceptable", "item-not-found"), kind="error")


# archives


def result(query: str, id_: str, *, sender: str = ROOM, more: str = "<body>Hail</body>") -> str:
    inside = f"<message xmlns='jabber:client' type='groupchat' from='{ROOM}/gower' id='m-{id_}'>{more}</message>"
    forwarded = f"<forwarded xmlns='urn:xmpp:forward:0'>{delay('', '1415')}{inside}</forwarded>"
    content = f"<result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id_}'>{forwarded}</result>"
    return f"<message from='{sender}'>{content}</message>"


def fin(*, complete: bool = False, first: str = "", last: str = "") -> str:
    rsm = f"<first>{first}</first><last>{last}</last>" if first else ""
    done = " complete='true'" if complete else ""
    return f"<fin xmlns='urn:xmpp:mam:2'{done}><set xmlns='http://jabber.org/protocol/rsm'>{rsm}</set></fin>"


def queryid(s: Stage) -> str:
    return s.sent[-1].partition('queryid="')[2].partition('"')[0]


def archive(s: Stage) -> None:
    s.join().do("query_archive", room=ROOM, start="2026-01-01T01:00:00+01:00", **{"with": "gower@x"})
    inner = f"<body>Hail</body>{delay('', '1066')}<subject>Old</subject>"
    s.hear(result(queryid(s), "a1", more=inner), result("other", "a2"), result(queryid(s), "a3", sender="mallory@x"))
    s.reply(fin(first="a1", last="a1"))
    s.reply(fin(complete=True))


def last_pages(s: Stage) -> None:
    s.join().do("query_archive", room=ROOM, before="")
    s.hear(result(queryid(s), "a2"))
    s.reply(fin(first="a2", last="a2"))
    s.hear(result(queryid(s), "a1"))
    s.reply(fin(complete=True, first="a1", last="a1"))


def one_page(s: Stage) -> None:
    s.join().do("query_archive", room=ROOM, max=1)
    s.hear(result(queryid(s), "a1"))
    s.reply(fin(first="a1", last="a1"))


PREFS = "<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never><jid>nym@x</jid></never></prefs>"


def preferences(s: Stage) -> None:
    s.do("set_archive_preferences", default="never", always=["gower@x"], never=["nym@x"])
    s.reply(PREFS, sender=None)
    s.do("set_archive_preferences", default="never")
    s.reply(PREFS, sender=None)


# answers


def asked(s: Stage) -> None:
    s.join().hear(
        f"<iq type='get' id='q1' from='{ROOM}/gower'>"
        "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/></iq>"
    )


def answered_by_another(s: Stage) -> None:
    s.do("get_config")
    s.reply(owner_query(FORM), sender=f"{ROOM}/mallory")

"""For each defect of the reference client a small stimulus under which it shows."""

from __future__ import annotations

from collections.abc import Callable

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

NOT_ACCEPTABLE = (
    "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no owner</text></error>"
)
FORM = (
    "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>"
    "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
    "<field var='token' type='hidden'><value>t</value></field>"
    "<field type='fixed' var='hint'><value>Read this</value></field>"
    "<field var='muc#roomconfig_roomname' type='text-single'><value>Harfleur</value></field>"
    "<field var='muc#roomconfig_roomsecret' type='text-private'><value>crispin</value></field>"
    "<field var='muc#roomconfig_roomowners' type='jid-multi'><value>a@b</value><value>c@d</value></field>"
    "<field var='muc#roomconfig_membersonly' type='boolean'><value>1</value></field>"
    "<field var='vendor#colour' type='colour'><value>red</value></field></x>"
)
REQUEST = (
    "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>"
    "<value>http://jabber.org/protocol/muc#request</value></field><field var='muc#role'><value>participant</value>"
    "</field><field var='muc#jid'><value>nym@x</value></field><field var='muc#roomnick'><value>nym</value></field></x>"
)
INVITE = (
    f"<x xmlns='{USER}'><invite from='henry@x'><reason>Once more</reason><continue thread='t1'/></invite>"
    "<password>crispin</password></x>"
)
DIRECT = f"<x xmlns='jabber:x:conference' jid='{ROOM}' reason='Once more' password='crispin' thread='t1'/>"
DECLINE = f"<x xmlns='{USER}'><decline from='gower@x'><reason>Busy</reason></decline></x>"


def codes(*numbers: int) -> str:
    return f"<x xmlns='{USER}'>" + "".join(f"<status code='{n}'/>" for n in numbers) + "</x>"


def message(inside: str, *, sender: str = ROOM, kind: str = "normal") -> str:
    return f"<message from='{sender}' type='{kind}'>{inside}</message>"


def owner_query(inside: str) -> str:
    return f"<query xmlns='http://jabber.org/protocol/muc#owner'>{inside}</query>"


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


def everything(defects: str, stimulus: Stimulus) -> dict[str, Stimulus]:
    return dict.fromkeys(defects.split(), stimulus)


STIMULI: dict[str, Stimulus] = {
    **everything("join-without-x join-with-type password-in-muc-user history-request-ignored no-history-as-maxstanzas "
                 "disco-never-asked 201-ignored extra-codes-lost status-first-only subject-of-join-dropped", join),
    "creation-needs-110": new_room,
    "second-x-overlooked": two_x,
    **everything("own-presence-by-nick 210-ignored leave-of-requested-nick", taken_nick),
    **everything("conflict-never-surfaced conflict-retried-at-once join-error-untyped join-error-needs-x "
                 "join-error-needs-id refused-join-believed", join_refused("conflict")),
    "join-error-from-room-ignored": join_refused("forbidden", sender=ROOM),
    **everything("error-type-lost error-text-lost", join_refused_in_words),
    **everything("rejoin-without-x roster-doubled-on-rejoin history-repeated-on-rejoin", rejoin),
    **everything("presence-update-with-x availability-lost", availability),
    "presence-to-left-rooms": presence_elsewhere,
    **everything("leave-never-completes leave-to-bare-room leave-as-kick", leave),
    **everything("self-ping-any-error-is-out self-ping-to-bare-room", self_ping("service-unavailable")),
    "self-ping-any-error-is-in": self_ping("not-acceptable"),
    **everything("rooms-survive-disconnect roster-survives-disconnect", disconnected),
    **everything("303-as-leave-and-join identity-lost-on-rename", rename_of_gower),
    **everything("rename-applied-at-once rename-assigned-nick-ignored nick-change-with-x", rename),
    **everything("rename-error-leaves-room rename-error-removes-holder rename-error-never-surfaced", rename_refused),
    "rename-needs-303": rename_without_303,
    **everything("role-change-not-applied affiliation-change-not-applied real-jid-lost", changes),
    "occupants-not-removed": gower_goes,
    **everything("occupant-id-trusted-unannounced forged-stanza-id-trusted", unannounced),
    **everything("occupant-id-ignored stanza-id-lost", announced),
    "stanza-id-any-by": foreign_stanza_id,
    **everything("room-presence-as-occupant any-presence-type-as-available", room_presence),
    "nicks-without-case": nick_in_capitals,
    "case-matters-in-jids": jid_in_capitals,
    **everything("affiliation-notice-ignored affiliation-notice-adds-occupant", absent_user),
    **everything("333-as-307 333-as-leave", out(110, 307, 333)),
    **everything("kick-as-leave actor-lost reason-lost exit-never-noticed rejoins-after-removal", out(110, 307)),
    **everything("ban-as-kick ban-as-leave own-exit-needs-110", out(301)),
    **everything("321-as-kick 321-as-leave", out(110, 321)),
    **everything("322-as-leave 322-as-321", out(110, 322)),
    **everything("332-as-left 332-as-kick", out(110, 332)),
    "removal-of-others-as-leave": gower_kicked,
    **everything("destroy-as-leave destroy-as-kick alternate-lost", destroyed),
    "forged-destroy-believed": forged_destroy,
    **everything("history-as-live history-needs-room-delay stamp-lost delayed-subject-dropped subject-author-lost",
                 history),
    **everything("delay-from-anyone-believed delayed-live-message-dropped", foreign_delay),
    **everything("subject-with-body-is-subject subject-with-thread-is-subject empty-subject-dropped "
                 "bodyless-as-message", subjects),
    **everything("own-message-not-marked-self own-message-by-id own-message-echoed-locally same-id-is-duplicate "
                 "message-to-occupant-jid message-as-chat message-with-muc-user message-id-lost", own_message),
    "nick-element-believed": claimed_nick,
    **everything("error-message-as-message message-errors-lost", error_echo),
    **everything("pm-as-groupchat private-message-needs-x private-message-without-x private-message-as-groupchat",
                 private),
    **everything("subject-sent-with-body empty-subject-not-sent", set_subject),
    **everything("config-notice-as-message config-notice-needs-body privacy-codes-lost disco-never-repeated",
                 configured),
    "forged-codes-believed": forged_codes,
    **everything("voice-request-as-message voice-request-without-form-type voice-answer-without-nick "
                 "voice-always-granted", voice),
    "forged-voice-request-believed": forged_voice,
    **everything("invite-from-wrong-field mediated-invite-ignored password-of-invite-lost reason-of-invite-lost "
                 "thread-of-invite-lost invites-accepted-unasked", invited),
    **everything("repeated-invite-shown", invited_twice),
    "legacy-invite-doubled": invited_in_both_ways,
    **everything("direct-invite-ignored direct-invite-room-from-sender direct-invite-declined-aloud",
                 invited_directly),
    "forged-invite-believed": forged_invite,
    "invite-echo-believed": invite_echo,
    "invite-to-joined-room-shown": invited_where_one_is,
    **everything("invite-sent-without-reason mediated-invite-to-invitee direct-invite-to-room", invite),
    **everything("decline-to-inviter decline-ignored decline-from-wrong-field", declining),
    **everything("ban-by-occupant-jid affiliation-with-full-jid affiliation-with-role affiliation-sends-full-list "
                 "only-first-item-sent admin-refusal-lost", ban),
    **everything("role-by-jid role-with-affiliation kick-as-ban reason-never-sent", kick),
    "list-first-item-only": members,
    "config-known-fields-only": get_config,
    **everything("form-drops-unknown-fields form-drops-unknown-types form-drops-hidden-fields form-drops-form-type "
                 "form-drops-multi-values form-drops-passwords form-submits-fixed-fields form-sends-changes-only "
                 "config-form-made-up config-refusal-lost", set_config),
    **everything("cancel-as-submit instant-room-without-submit alternate-never-sent", owner),
    "form-type-unhidden-believed": room_info,
    "registered-overlooked": registered,
    **everything("registration-in-both-ways unregister-with-username", register),
    **everything("reserved-nick-from-any-answer no-reserved-nick-is-an-error", no_reserved_nick),
    **everything("mam-wrong-queryid-accepted mam-result-from-anyone-accepted mam-stops-at-first-page mam-inner-stamp "
                 "mam-message-id-as-archive-id archived-subject-applied archive-filter-without-form-type "
                 "archive-filter-lost times-not-in-utc room-archive-asked-of-account", archive),
    "mam-older-pages-behind": last_pages,
    "mam-always-complete": one_page,
    **everything("prefs-as-sent prefs-drop-never prefs-never-not-sent prefs-not-given-are-emptied", preferences),
    **everything("iq-unanswered-except-ping iq-answered-to-bare-jid disco-node-not-mirrored", asked),
    "iq-from-anyone-believed": answered_by_another,
}  # fmt: skip

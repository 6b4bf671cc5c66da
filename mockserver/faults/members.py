"""The faults with which the scenarios are proved. Written by `python -m harness.members`."""

from __future__ import annotations

NAMES = """
account-archives-with-rooms account-with-filled-features account-with-identities-twice account-without-disco
account-without-identity accounts-without-archive accounts-without-carbons accounts-without-disco
accounts-without-pep accounts-without-preferences actor-is-another affiliated-listed-by-name
affiliated-listed-everywhere affiliated-listed-under-another-nick affiliated-listed-with-another-role
affiliation-forbidden affiliation-in-silence affiliation-list-answered-empty affiliation-list-by-the-service
affiliation-list-overlooked affiliation-list-refused-and-done-for-oneself affiliation-refused
affiliation-refused-and-done affiliation-refused-and-kept affiliation-refused-and-shown-to-another
affiliation-refused-and-shown-to-one affiliation-wrong-in-change affiliation-wrong-in-entrance
affiliation-wrong-in-own-exit affiliations-forgotten affiliations-listed-to-nobody affiliations-listed-with-jid
affiliations-listed-with-role affiliations-refused-and-given after-is-inclusive announced-everywhere-disco-items
announced-everywhere-mam-2 announced-everywhere-mam-2-extended announced-everywhere-muc-nonanonymous
announced-everywhere-muc-open announced-everywhere-muc-passwordprotected announced-everywhere-muc-public
announced-everywhere-muc-semianonymous announced-everywhere-muc-unmoderated announced-everywhere-muc-unsecured
announced-everywhere-occupant-id-0 announced-without-first another-identity-for-owners anyone-kicks
anyone-unmakes-moderators archive-after-id-ignored archive-end-ignored archive-forgotten archive-get-never-refused
archive-get-overlooked archive-get-refused archive-ids-ignored archive-ids-shown-to-correspondents
archive-names-senders archive-set-answered-empty archive-set-overlooked archive-set-refused-and-done
archive-set-refused-and-done-for-oneself archive-start-ignored archive-with-ignored archived-back-to-front
archived-bodies-only archived-body-lost archived-in-another-zone archived-last-missed archived-nick-lost
archived-second-missed archived-sender-missed archived-third-missed archived-to-lost archived-to-shown
archived-twice archived-type-lost archived-under-claimed-id archived-under-the-first-id
archived-under-the-first-time archived-with-another-stanza-id archived-with-claimed-id archived-with-claimed-jid
archived-with-claimed-role archived-without-extensions avatarhash-of-the-first-only
bad-request-as-another-in-message before-is-after bodies-without-lang carbon-not-forwarded carbon-without-user-x
carbons-set-overlooked carbons-set-refused change-first-missed change-first-overtaken change-fourth-missed
change-last-missed change-moderators-missed change-of-another-type change-others-missed change-second-missed
change-third-missed change-to-everybody change-to-the-sender-only change-without-lang chat-forbidden
chat-message-first-missed chat-message-first-overtaken chat-message-second-overtaken chat-refused
choices-refused-and-done code-100-on-own-presence code-110-as-another code-110-on-change code-110-on-entrance
code-110-on-exit code-110-on-roster code-170-on-notice code-170-on-own-presence code-171-on-notice
code-172-on-notice code-173-on-notice code-210-on-entrance code-210-on-roster code-332-on-change
code-333-as-another codes-all-lost codes-in-their-own-x config-forbidden config-forgotten config-form-forbidden
config-form-overlooked config-never-refused config-overlooked config-refused config-refused-and-done
config-refused-and-shown-to-one config-without-effect conflict-as-another-in-iq conflicts-without-fields
count-of-the-page declined-last-missed declined-to-everybody-inside delay-by-nobody delay-in-local-time delay-twice
delay-without-stamp destroy-lost destroyed-room-stays destruction-forbidden destruction-overlooked
destruction-refused-and-done directed-presence-unsent directed-presence-without-end disco-info-get-answered-empty
disco-info-get-by-the-service disco-info-get-done-and-refused disco-info-get-forbidden
disco-items-get-done-and-refused disco-items-get-overlooked disco-items-get-refused disco-items-with-children
disco-items-with-empty-node disco-items-with-node disco-items-with-text disco-items-without-jid
empty-page-with-first empty-page-with-last empty-room-stays entrance-affiliated-missed entrance-from-another
entrance-moderators-missed entrance-of-another-type entrance-others-missed entrance-third-missed
entrance-to-everybody entrance-to-the-sender-only errors-to-everybody errors-without-condition
errors-without-detail errors-without-text everybody-listed everywhere-without-moderated everywhere-without-username
exit-first-missed exit-from-another exit-last-missed exit-lost exit-moderators-missed exit-of-another-type
exit-of-strangers-shown exit-second-missed exit-to-the-sender-only exit-without-type extensions-lost
fields-compared-without-case fields-unset-become-defaults fin-lost first-field-only first-lost
forbidden-as-another-in-iq forbidden-as-another-in-message forged-jid-believed forged-role-believed
forged-role-kept forged-user-element-passed-on form-without-after-id form-without-all form-without-before-id
form-without-end form-without-hats-jid form-without-ids form-without-key form-without-min-users
form-without-muc-jid form-without-muc-roomnick form-without-sinaddress form-without-sindescription
form-without-sinname form-without-start form-without-types form-without-value-of-form-type form-without-whois
forms-all-required forms-with-foreign-field forms-with-lines-of-desc forms-with-lines-of-fixed
forms-with-lines-of-instructions forms-with-lines-of-title forms-with-options forms-with-required-child
forms-with-required-text forms-with-x-field forms-without-field-types forms-without-labels forms-without-required
forms-without-text-fields forms-without-validation forms-without-vars groupchat-archived-in-silence
groupchat-others-missed groupchat-second-missed groupchat-to-the-sender-only guard-creation-unasked
guard-nick-is-there-unasked hats-without-hue history-as-it-was-sent history-back-to-front history-first
history-first-missed history-from-the-beginning history-from-the-sender history-in-another-zone
history-keeps-no-limit history-last-missed history-maxchars-ignored history-seconds-ignored history-to-everybody
history-twice history-with-wrong-address history-without-cleaners identified-twice identities-with-different-names
identity-lost identity-without-category identity-without-name identity-without-type index-lost index-off-by-one
info-with-avatarhash invitation-in-silence invitation-refused-and-done invitation-refused-and-shown-to-one
invite-last-missed invite-to-everybody-inside invite-to-the-sender-only invitees-are-members iq-error-first-missed
iq-error-from-the-sender iq-error-once-more-from-the-account iq-error-others-missed iq-error-with-another-id
iq-error-without-type iq-result-affiliated-missed iq-result-first-missed iq-result-from-the-domain
iq-result-others-missed iq-result-to-everybody iq-to-occupant-forbidden iq-to-occupant-of-outsiders
iq-to-occupant-refused-and-done item-off-exit items-with-one-name jid-malformed-unsaid-in-presence jids-are-bare
jids-are-room-jids jids-for-admins-only jids-in-every-presence join-done-and-refused join-overlooked
join-refused-and-done join-refused-and-done-for-oneself kicked-stay-inside latest-archived-besides
leave-done-and-refused listed-twice listed-without-first lists-of-users-without-jid lists-of-users-without-nick
lists-of-users-without-role locked-forgotten locked-room-open lost-sessions-stay-available max-zero-is-all
members-are-visitors members-put-out-too message-error-first-missed message-error-from-the-sender
message-error-of-another-type message-error-to-everybody message-in-silence message-refused-and-done-for-oneself
message-refused-and-shown-to-one message-without-body message-without-delay message-without-origin-id
moderated-without-by moderation-set-refused-and-shown-to-another moderation-set-unanswered new-room-not-kept
new-room-not-locked new-subject-last-missed new-subject-moderators-missed new-subject-third-missed
new-subject-to-the-sender-only new-subject-without-type newcomer-not-listed nicknames-as-written no-anonymity
no-archive no-avatar no-hats no-history no-membership no-message-moderation no-moderation no-nickname
no-occupant-id no-password no-ping no-profile no-stable-id no-tombstone node-not-repeated
not-acceptable-as-another-in-message not-acceptable-unsaid-in-presence not-allowed-unsaid-in-iq
notice-affiliated-missed notice-last-missed notice-second-missed occupant-id-anew-for-each
occupant-id-of-the-nickname occupant-id-of-the-user occupant-id-twice occupant-id-without-children
occupant-id-without-cleaners old-items-kept old-nick-to-the-sender-only origin-id-with-text outcasts-enter
own-change-from-the-domain own-change-from-the-sender own-change-last-missed own-change-moderators-missed
own-change-others-missed own-change-second-missed own-exit-first-missed own-exit-second-missed
own-exit-third-missed own-exit-to-everybody-inside own-exit-twice own-muc-element-passed-on
own-presence-affiliated-missed own-presence-first own-presence-first-missed own-presence-last-missed
own-presence-moderators-missed own-presence-of-another-type own-presence-others-missed
own-presence-to-everybody-inside owners-are-participants page-always-complete page-back-to-front
page-edges-numbered page-never-complete page-one-short page-one-too-long pages-called-unstable paging-after-ignored
paging-before-ignored past-subject-first-missed past-subject-lost past-subject-twice past-subject-without-type
phantom-entrance-for-everybody phantom-entrance-for-oneself phantom-exit-for-everybody phantom-exit-for-oneself
prefs-ignored-for-incoming prefs-ignored-for-outgoing prefs-keep-always prefs-keep-never
prefs-of-accounts-unmatched prefs-of-sessions-unmatched prefs-of-sessions-widened prefs-with-unknown-default
prefs-without-always prefs-without-default presence-error-others-missed presence-error-sender-missed
presence-error-without-id presence-without-status private-message-in-silence private-message-overlooked
private-messages-archived private-storage-get-forbidden private-storage-set-forbidden pubsub-get-answered-empty
pubsub-get-overlooked pubsub-set-refused pubsub-set-without-effect queryid-ignored rate-limit-without-retry-after
real-jid-in-messages reason-ignored reason-is-another refused-and-done registered-always
registration-done-though-refused registration-fields-besides registration-forbidden
registration-form-answered-empty registration-form-by-the-service registration-form-forbidden
registration-form-refused registration-overlooked registration-renames-in-silence registration-unanswered
relayed-iq-from-another relayed-iq-from-the-sender relayed-iq-once-more-from-the-account
relayed-iq-to-the-sender-only rename-done-and-refused rename-overlooked renamed-forgets-role reserved-forgotten
result-behind-the-answer result-with-another-id result-without-id result-without-time results-with-more
retracted-message-kept retracted-without-id retracted-without-stamp retraction-last-missed role-as-moderator
role-forbidden role-in-silence role-list-forbidden role-of-outsiders role-off-change role-off-exit role-overlooked
role-refused role-refused-and-done role-refused-and-done-for-oneself role-refused-and-shown-to-another
role-refused-and-shown-to-one role-unanswered role-without-effect role-wrong-in-change role-wrong-in-exit
roles-listed-to-anyone roles-listed-to-nobody room-message-others-missed room-message-twice
room-with-filled-features room-with-what-is-off rooms-by-their-letters roster-first-missed roster-from-another
roster-from-the-domain roster-last-missed roster-second-missed roster-third-missed said-affiliated-missed
said-first-missed said-last-missed said-others-missed said-second-missed said-sender-missed said-sent-copied-to-all
said-third-missed said-to-everybody said-twice said-with-active said-with-another-id said-with-gone
said-with-paused said-without-id said-without-lang search-all-ignored search-get-done-and-refused
search-get-refused searched-without-first second-code-lost second-item-with-bare-jid
service-unavailable-as-another-in-iq service-without-disco service-without-identity stable-id-without-cleaners
stanza-id-always-one stanza-id-anew-for-each stanza-id-by-another stanza-id-of-the-first stanza-id-of-the-last
stanza-id-twice stanza-id-with-text states-archived states-wait-for-absent-users subject-done-and-refused
subject-forgotten subject-overlooked subject-refused-and-shown-to-one switch-full-roominfo-turned
switch-lists-occupants-turned tables-with-columns-last tables-with-field-besides tables-with-valued-columns
traffic-without-cleaners unannounced-bookmarks-1-compat-pep unannounced-disco-info unannounced-mam-2-extended
unannounced-message-retract-1-tombstone unannounced-muc-hidden unannounced-muc-membersonly
unannounced-muc-moderated unannounced-muc-nonanonymous unannounced-muc-open unannounced-muc-persistent
unannounced-muc-semianonymous unannounced-muc-unmoderated unannounced-muc-unsecured unknown-message-is-none
unknown-page-is-empty unregistration-forbidden unregistration-unanswered user-x-twice
users-without-affiliation-listed vcard-get-forbidden vcard-set-overlooked vcard-set-refused-and-shown-to-one
versions-list-everybody versions-of-others-told versions-since-as-asked versions-stand-still
voice-form-to-everybody whisper-from-the-domain whisper-last-missed whisper-lost whisper-once-more-from-the-account
whisper-once-more-from-the-session whisper-received-copied-to-first whisper-received-copied-to-last
whisper-second-session-missed whisper-sent-copied-to-last whisper-to-everybody-inside whisper-with-another-id
whisper-without-lang who-is-out-stays-listed whole-archive-besides
"""
MEMBERS = frozenset(NAMES.split())

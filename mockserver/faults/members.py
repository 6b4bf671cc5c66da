"""The faults with which the scenarios are proved. Written by `python -m harness.members`."""

from __future__ import annotations

NAMES = """
affiliation-forbidden affiliation-in-silence affiliation-list-answered-empty affiliation-refused
affiliation-refused-and-done affiliation-refused-and-kept affiliation-refused-and-shown-to-another
affiliation-refused-and-shown-to-one affiliation-wrong-in-change affiliations-listed-to-nobody
affiliations-listed-with-role announced-everywhere-disco-items announced-everywhere-muc-nonanonymous
announced-everywhere-occupant-id-0 archive-get-never-refused archive-set-overlooked archive-with-ignored
archived-body-lost archived-nick-lost archived-second-missed archived-sender-missed archived-third-missed
archived-to-shown bad-request-as-another-in-message change-first-missed change-of-another-type change-second-missed
change-to-the-sender-only chat-forbidden code-210-on-entrance codes-all-lost codes-in-their-own-x config-forbidden
config-form-forbidden config-form-overlooked config-overlooked config-refused config-refused-and-done
config-without-effect conflict-as-another-in-iq count-of-the-page declined-last-missed declined-to-everybody-inside
delay-in-local-time destroy-lost destruction-overlooked disco-info-get-done-and-refused disco-info-get-forbidden
disco-items-get-overlooked empty-room-stays entrance-affiliated-missed entrance-to-everybody
entrance-to-the-sender-only errors-to-everybody everybody-listed exit-from-another exit-last-missed
exit-without-type extensions-lost fields-unset-become-defaults fin-lost first-field-only first-lost
forbidden-as-another-in-iq forbidden-as-another-in-message form-without-whois forms-without-labels
history-from-the-sender history-last-missed identity-lost identity-without-category identity-without-name
identity-without-type index-lost invitation-in-silence invitation-refused-and-done
invitation-refused-and-shown-to-one iq-error-first-missed iq-error-others-missed iq-error-with-another-id
join-overlooked listed-twice listed-without-first lists-of-users-without-jid locked-forgotten locked-room-open
members-are-visitors message-error-from-the-sender message-refused-and-done-for-oneself
message-refused-and-shown-to-one message-without-body new-room-not-kept new-room-not-locked new-subject-last-missed
new-subject-moderators-missed new-subject-without-type newcomer-not-listed no-hats no-membership no-moderation
no-nickname no-occupant-id no-profile node-not-repeated not-acceptable-as-another-in-message
not-allowed-unsaid-in-iq occupant-id-of-the-user occupant-id-without-children old-items-kept outcasts-enter
own-change-from-the-domain own-change-last-missed own-change-others-missed own-presence-first-missed
own-presence-last-missed owners-are-participants page-one-short paging-after-ignored past-subject-first-missed
past-subject-twice past-subject-without-type phantom-entrance-for-everybody phantom-exit-for-oneself
presence-error-sender-missed presence-error-without-id private-storage-get-forbidden private-storage-set-forbidden
pubsub-get-answered-empty pubsub-set-refused registration-forbidden registration-overlooked renamed-forgets-role
result-without-id retracted-message-kept retracted-without-id retraction-last-missed role-as-moderator
role-in-silence role-list-forbidden role-of-outsiders role-off-exit role-refused-and-done
role-refused-and-shown-to-another role-wrong-in-change roles-listed-to-anyone roster-from-the-domain
roster-last-missed roster-second-missed said-first-missed said-last-missed said-others-missed said-second-missed
said-sender-missed said-to-everybody said-twice said-with-another-id second-code-lost stanza-id-anew-for-each
subject-done-and-refused subject-forgotten unannounced-bookmarks-1-compat-pep unannounced-muc-open
unannounced-muc-semianonymous unannounced-muc-unmoderated unannounced-muc-unsecured users-without-affiliation-listed
whisper-from-the-domain whisper-last-missed whisper-second-session-missed who-is-out-stays-listed
"""
MEMBERS = frozenset(NAMES.split())

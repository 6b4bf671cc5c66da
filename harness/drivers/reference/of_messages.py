"""The mistakes that the reference client can make where one message is about another: see `referring`."""

from __future__ import annotations

REFERRING = {
    "correction-as-new-message": "corrects a message by another one that does not say so",
    "correction-keeps-the-id": "gives a correction the id of the message that it corrects",
    "correction-of-the-latest": "corrects its last correction in place of the message",
    "corrections-ignored": "takes corrections for new messages",
    "second-correction-ignored": "takes every correction of a message but the first for a new message",
    "corrections-of-anybody-believed": "lets everybody correct the messages of everybody",
    "corrections-by-nickname-believed": "lets whoever has a nickname now correct what was said under it before",
    "reacts-by-message-id": "names the message that it reacts to by the id of its sender",
    "reacts-with-news-only": "sends only the reactions that came to those that it had",
    "reacts-by-chat": "sends reactions in a message of type chat",
    "last-reaction-kept": "sends nothing when its last reaction is taken back",
    "reactions-ignored": "does not report reactions",
    "reactions-add-up": "adds new reactions to those that somebody had before",
    "reactions-to-message-ids-believed": "finds the message of a reaction by the id of its sender, too",
    "retracts-by-message-id": "names the message that it retracts by the id of its sender",
    "retracts-without-fallback": "retracts without a text for those who know no retractions",
    "retractions-ignored": "does not report retractions",
    "retractions-of-anybody-believed": "lets everybody retract the messages of everybody",
    "retractions-by-nickname-believed": "lets whoever has a nickname now retract what was said under it before",
    "moderates-by-message-id": "names the message that it moderates by the id of its sender",
    "moderates-without-reason": "moderates without the reason that it was given",
    "moderation-ignored": "does not report that the room retracted a message",
    "moderation-reason-lost": "loses the reason of a moderated message",
    "moderation-by-anybody-believed": "takes an occupant's word that the room retracted a message",
    "moderation-of-anything-believed": "reports the moderation of messages that nobody said",
}

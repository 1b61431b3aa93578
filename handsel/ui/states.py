"""Every state of a row as its badge: a word, an icon and a tone, never colour alone."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class State(NamedTuple):
    """`tone` is one of ok, warn, bad, info, brand, partner, or empty for a plain badge."""

    word: str | Promise
    icon: str
    tone: str = ""


# The gettext context tells a state from a verb: "open" is both.
STATES: dict[str, State] = {
    # Commissions; what is kept back for a suspicion is withheld, never "on hold".
    "pending": State(pgettext_lazy("state", "Waiting"), "clock"),
    "approved": State(pgettext_lazy("state", "Approved"), "check", "ok"),
    "declined": State(pgettext_lazy("state", "Declined"), "x", "bad"),
    "reversed": State(pgettext_lazy("state", "Reversed"), "undo-2", "bad"),
    "withheld": State(pgettext_lazy("state", "Withheld"), "eye", "warn"),
    "provisional": State(pgettext_lazy("state", "Provisional"), "hourglass"),
    # Payouts.
    "proposed": State(pgettext_lazy("state", "Proposed"), "circle-dashed"),
    "in_batch": State(pgettext_lazy("state", "In a payout"), "wallet", "info"),
    "queued": State(pgettext_lazy("state", "Queued"), "clock"),
    "sent": State(pgettext_lazy("state", "Sent"), "send", "info"),
    "paid": State(pgettext_lazy("state", "Paid"), "banknote", "info"),
    "failed": State(pgettext_lazy("state", "Failed"), "circle-alert", "bad"),
    "returned": State(pgettext_lazy("state", "Returned"), "undo-2", "bad"),
    "discarded": State(pgettext_lazy("state", "Sent back"), "undo-2"),
    # Clicks and impressions.
    "counted": State(pgettext_lazy("state", "Counted"), "check", "ok"),
    "not_counted": State(pgettext_lazy("state", "Kept, not counted"), "eye-off"),
    # The inbox, and conversions.
    "waiting": State(pgettext_lazy("state", "Waiting"), "clock"),
    "processed": State(pgettext_lazy("state", "Taken in"), "check", "ok"),
    "repeated": State(pgettext_lazy("state", "Repeated"), "check-check"),
    "refused": State(pgettext_lazy("state", "Refused"), "circle-alert", "bad"),
    "credited": State(pgettext_lazy("state", "Credited"), "git-branch", "ok"),
    "unattributed": State(pgettext_lazy("state", "Not credited"), "circle-minus"),
    "unverified": State(pgettext_lazy("state", "Unconfirmed"), "circle-question-mark", "warn"),
    "refunded": State(pgettext_lazy("state", "Sent back"), "undo-2", "bad"),
    "partly_refunded": State(pgettext_lazy("state", "Partly sent back"), "undo-2", "warn"),
    "cancelled": State(pgettext_lazy("state", "Cancelled"), "ban", "bad"),
    # Imports of files.
    "mapping": State(pgettext_lazy("state", "Waits for you"), "pencil", "partner"),
    "checking": State(pgettext_lazy("state", "Being checked"), "loader-circle", "info"),
    "checked": State(pgettext_lazy("state", "Checked"), "list-checks", "partner"),
    "importing": State(pgettext_lazy("state", "Being imported"), "loader-circle", "info"),
    "imported": State(pgettext_lazy("state", "Imported"), "check", "ok"),
    "stopped": State(pgettext_lazy("state", "Stopped"), "circle-alert", "bad"),
    "given_up": State(pgettext_lazy("state", "Given up"), "circle-minus"),
    # Partnerships and applications.
    "applied": State(pgettext_lazy("state", "Applied"), "user-plus", "partner"),
    "invited": State(pgettext_lazy("state", "Invited"), "mail", "brand"),
    "active": State(pgettext_lazy("state", "Active"), "check", "ok"),
    "paused": State(pgettext_lazy("state", "Paused"), "pause", "warn"),
    "ended": State(pgettext_lazy("state", "Ended"), "circle-minus"),
    # Perks.
    "promised": State(pgettext_lazy("state", "Promised"), "clock"),
    "on_its_way": State(pgettext_lazy("state", "On its way"), "send", "info"),
    "handed_over": State(pgettext_lazy("state", "Delivered"), "check", "ok"),
    # Programs, agreements and offers.
    "draft": State(pgettext_lazy("state", "Draft"), "pencil"),
    "open": State(pgettext_lazy("state", "Open"), "circle-dot", "ok"),
    "closed": State(pgettext_lazy("state", "Closed"), "lock"),
    "offered": State(pgettext_lazy("state", "Offered"), "handshake", "partner"),
    "accepted": State(pgettext_lazy("state", "Accepted"), "handshake", "ok"),
    "in_force": State(pgettext_lazy("state", "In force"), "handshake", "ok"),
    "superseded": State(pgettext_lazy("state", "Replaced"), "history"),
    "withdrawn": State(pgettext_lazy("state", "Withdrawn"), "undo-2"),
    "lapsed": State(pgettext_lazy("state", "Ran out"), "hourglass"),
    "to_come": State(pgettext_lazy("state", "Agreed, to come"), "calendar-clock", "info"),
    "on_notice": State(pgettext_lazy("state", "On notice"), "calendar-clock", "warn"),
    # How a partnership is doing.
    "strong": State(pgettext_lazy("health", "Strong"), "check", "ok"),
    "good": State(pgettext_lazy("health", "Good"), "check", "ok"),
    "watch": State(pgettext_lazy("health", "Watch"), "eye", "warn"),
    "new": State(pgettext_lazy("health", "New"), "sparkles"),
    # Questions about an amount.
    "asked": State(pgettext_lazy("state", "Question open"), "message-circle-question-mark", "warn"),
    "answered": State(pgettext_lazy("state", "Answered"), "message-circle", "info"),
    "settled": State(pgettext_lazy("state", "Settled"), "check-check", "ok"),
    "overdue": State(pgettext_lazy("state", "Overdue"), "circle-alert", "bad"),
    # Tracking domains.
    "works": State(pgettext_lazy("state", "Works"), "check", "ok"),
    "failing": State(pgettext_lazy("state", "Failing"), "circle-alert", "warn"),
    "not_ready": State(pgettext_lazy("state", "Not ready"), "circle-dashed", "warn"),
    # Postbacks.
    "delivered": State(pgettext_lazy("state", "Taken in"), "check", "ok"),
    "retrying": State(pgettext_lazy("state", "Tried again later"), "rotate-ccw", "warn"),
    "undelivered": State(pgettext_lazy("state", "Given up"), "circle-alert", "bad"),
    # Links, keys, invitations, letters.
    "enabled": State(pgettext_lazy("state", "On"), "check", "ok"),
    "disabled": State(pgettext_lazy("state", "Off"), "ban"),
    "expired": State(pgettext_lazy("state", "Expired"), "hourglass"),
    "revoked": State(pgettext_lazy("state", "Revoked"), "ban", "bad"),
}


def state_choices(*statuses: str) -> list[tuple[str, str | Promise]]:
    """States to choose among, in the words of their badges."""
    return [(status, STATES[status].word) for status in statuses]


def state_of(status: str) -> State:
    """The badge of a status; one without words shows itself, plainly, rather than nothing."""
    return STATES.get(status) or State(status.replace("_", " "), "circle-dot")

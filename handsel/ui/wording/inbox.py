"""Words for the events that shops send, and for what the inbox refuses of them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.ui.wording.files import FILE_REFUSALS
from handsel.ui.wording.refusals import Refusal

# Besides what the engine refuses.
EVENT_REFUSALS: dict[str, Refusal] = {
    **FILE_REFUSALS,
    "kind-unknown": Refusal(
        _("There is no event of the kind “%(kind)s”."),
        _("Compare the kind with the documentation of events."),
    ),
    "kind-not-allowed": Refusal(
        _("“%(kind)s” is not taken from a browser."),
        _("Send it from the shop’s server."),
    ),
    "amount-missing": Refusal(
        _("It has neither an amount nor lines."),
        _("Send amount_minor, or lines with an amount_minor each."),
    ),
    "amounts-disagree": Refusal(
        _("The lines and shipping do not add up to the amount."),
        _("Leave amount_minor out, or send the sum of lines and shipping."),
    ),
    "amount-too-large": Refusal(
        _("The amount is larger than can be kept."),
        _("Send amounts in the currency’s smallest unit."),
    ),
    "reported-too-often": Refusal(
        _("There are %(most)s events about this order by this kind of sender."),
        _("Report an order when it changes, and other orders by their own references."),
    ),
    "given-twice": Refusal(
        _("%(field)s was sent for the whole order and for its lines."),
        _("Send it with each line only."),
    ),
    "name-missing": Refusal(
        _("This refund cannot be told from the next one of the same order."),
        _("Send refund, the shop’s own number for it, or an event_id."),
    ),
    "country-unknown": Refusal(
        _("This is no country code."),
        _("Send two letters, as in NO."),
    ),
    "not-a-renewal": Refusal(
        _("%(field)s stands in an order that renews no other one."),
        _("Send “conversion”: “renewal” and the reference of the first order, or leave it out."),
    ),
    "event-id-unusable": Refusal(
        _("The event has no id of at most 200 characters."),
        _("Send an event_id, different for every event."),
    ),
    "event-id-reused": Refusal(
        _("An event with this id came before, with another body."),
        _("Send every change as an event with an id of its own."),
    ),
    "occurred-in-future": Refusal(
        _("The event has not happened yet."),
        _("Check the clock, and the time zone: 12:00+02:00 is 10:00Z."),
    ),
    "program-unknown": Refusal(
        _("No program has this id."),
        _("Copy the program’s id from its settings."),
    ),
    "signature-missing": Refusal(
        _("The postback is not signed."),
        _("Send the header Handsel-Signature: t=…,v1=… with it."),
    ),
    "signature-expired": Refusal(
        _("It was signed more than five minutes before or after it came."),
        _("Check the server’s clock, and sign again when you send again."),
    ),
    "signature-wrong": Refusal(
        _("The signature does not fit the body and the secret."),
        _("Sign the raw body, and compare the secret with the one in the settings."),
    ),
    "too-old": Refusal(
        _("It is of a day whose clicks have been forgotten."),
        _("Keep clicks for longer (HANDSEL_CLICK_DAYS_KEPT), or let tracking send more often."),
    ),
    "in-future": Refusal(
        _("Its time is more than a day ahead of ours."),
        _("Set the clock of the tracking host."),
    ),
    "link-unknown": Refusal(
        _("Its link is not in this database."),
        _("Was an older backup restored? Then the link has to be made again."),
    ),
    "not-storable": Refusal(
        _("It holds something that no column can take."),
        _("Show its body to whoever looks after this installation."),
    ),
    "internal-error": Refusal(
        _("Handsel failed on this event. Nothing of it was taken in."),
        _("Send it again; if it fails again, tell whoever runs this server."),
    ),
}

# What an event tells, and the road it came by; one unknown here is shown as it was sent.
KINDS: dict[str, Promise] = {
    "order": _("Order"),
    "refund": _("Refund"),
    "cancel": _("Cancellation"),
    "delivery": _("Delivery"),
    "lead": _("Lead"),
    "sign_up": _("Sign-up"),
    "basket_started": _("Basket started"),
}
SOURCES: dict[str, Promise] = {
    "api": _("API"),
    "script": _("Script"),
    "postback": _("Postback"),
    "pixel": _("Pixel"),
    "file": _("File"),
}

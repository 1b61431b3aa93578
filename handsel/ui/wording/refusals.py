"""Words for what the engine refuses, by the code of the error; `field` is the input at fault.

Services and screens raise with translated text and need no entry here.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(NamedTuple):
    message: str | Promise
    remedy: str | Promise = ""


REFUSALS = {
    "malformed": Refusal(
        _("%(field)s does not have the shape that is documented."),
        _("Compare it with the example in the documentation and send it again."),
    ),
    "not-visible": Refusal(
        _("There is nothing here."),
        _("The address may be mistyped, or the page belongs to another organization."),
    ),
    "terms-ambiguous": Refusal(
        _("§%(first)s and §%(second)s could both pay for the same."),
        _("Make one of the two rules more specific, or remove it."),
    ),
    "terms-currency-mixed": Refusal(
        _("§%(clause)s is in %(currency)s, the terms are in %(expected)s."),
        _("Pay fixed amounts in the currency of the terms."),
    ),
    "negative-amount": Refusal(
        _("%(field)s is negative."),
        _("Amounts are zero or more; report what was sent back as a refund."),
    ),
    "part-above-whole": Refusal(
        _("%(field)s is more than the amount it is part of."),
        _("Check the discount, the tax and the lines against the total."),
    ),
    "wrong-currency": Refusal(
        _("This is in %(currency)s, where %(expected)s is expected."),
        _("Send the amount in %(expected)s."),
    ),
    "refund-above-sale": Refusal(
        _("Refund %(refund)s takes back more than is left of the order."),
        _("Check the amount, and whether this refund was reported before."),
    ),
    "line-unknown": Refusal(
        _("Refund %(refund)s names line %(line_id)s, which the order does not have."),
        _("Use the line ids of the order, or leave the lines out."),
    ),
    "event-changed": Refusal(
        _("Event %(event_id)s of %(source)s came with two bodies."),
        _("Send every change as an event with an id of its own."),
    ),
    "order-unknown": Refusal(
        _("Nothing is known of this order yet."),
        _("Send the order first, or check its reference."),
    ),
}

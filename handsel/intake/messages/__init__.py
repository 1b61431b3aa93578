"""What shops send us: one definition for the API, the script, the pixel, postbacks and files.

Amounts are whole minor units of `currency`; an `amount_minor` is always what the buyer paid (or
got back), tax included, discounts taken off. `docs/events.md` has examples of each message.
"""

import json
from collections.abc import Mapping

from handsel.engine.values import Malformed, parse
from handsel.errors import InvalidInput
from handsel.intake.messages.base import AmountMissing, Buyer, CountryUnknown, Line, Message
from handsel.intake.messages.later import Cancel, Delivery, NameMissing, Refund
from handsel.intake.messages.order import AmountsDisagree, GivenTwice, NotARenewal, Order
from handsel.intake.messages.others import BasketStarted, Lead, SignUp

__all__ = [
    "MESSAGES",
    "AmountMissing",
    "AmountsDisagree",
    "BasketStarted",
    "Buyer",
    "Cancel",
    "CountryUnknown",
    "Delivery",
    "GivenTwice",
    "KindUnknown",
    "Lead",
    "Line",
    "Message",
    "NameMissing",
    "NotARenewal",
    "Order",
    "Refund",
    "SignUp",
    "read_message",
]


class KindUnknown(InvalidInput):
    """No message is called this."""


MESSAGES: dict[str, type[Message]] = {
    "order": Order,
    "refund": Refund,
    "cancel": Cancel,
    "delivery": Delivery,
    "lead": Lead,
    "sign_up": SignUp,
    "basket_started": BasketStarted,
}


def read_message(kind: str, body: Mapping[str, object]) -> Message:
    """The message of a JSON object. Raises KindUnknown, Malformed and the refusals above, each
    with the dotted path of the field."""
    model = MESSAGES.get(kind)
    if model is None:
        raise KindUnknown(
            f"There is no event of the kind “{kind}”.",
            field="kind",
            remedy=f"Send one of {', '.join(MESSAGES)}.",
            params={"kind": kind[:40]},
        )
    try:
        text = json.dumps(body)
    except (TypeError, ValueError) as error:
        raise Malformed(f"The body is not JSON: {error}", field="body") from None
    if "\\u0000" in text:
        raise Malformed("The body has a NUL character.", field="body")
    return parse(model, text)

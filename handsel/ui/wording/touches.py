"""What kind of touch it is: the heading of a step, the word in a list, and its icon."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy


class Kind(NamedTuple):
    """`title` is a heading on the receipt of whoever is credited, `own` on that of a partner who
    is not, `instead` what is said of another partner's; `%(before)s` is when."""

    word: Promise
    icon: str
    title: Promise
    own: Promise
    instead: Promise


KINDS: dict[str, Kind] = {
    "click": Kind(
        pgettext_lazy("a kind of touch", "click"),
        "mouse-pointer-click",
        gettext_lazy("A visitor clicked"),
        gettext_lazy("A visitor clicked your link"),
        gettext_lazy("A click on another partner’s link, %(before)s."),
    ),
    "code": Kind(
        pgettext_lazy("a kind of touch", "code"),
        "ticket-percent",
        gettext_lazy("A code was used"),
        gettext_lazy("Your code was used"),
        gettext_lazy("Another partner’s code, on the order."),
    ),
    "sku": Kind(
        pgettext_lazy("a kind of touch", "own article"),
        "shopping-bag",
        gettext_lazy("An article of the partner’s own"),
        gettext_lazy("An article of your own"),
        gettext_lazy("An article in the order that is another partner’s own."),
    ),
    "customer": Kind(
        pgettext_lazy("a kind of touch", "assigned customer"),
        "user-plus",
        gettext_lazy("The customer is assigned to this partner"),
        gettext_lazy("The customer is assigned to you"),
        gettext_lazy("The customer was assigned to another partner, %(before)s."),
    ),
    "lifetime": Kind(
        pgettext_lazy("a kind of touch", "lifetime customer"),
        "users",
        gettext_lazy("This partner brought the customer"),
        gettext_lazy("You brought the customer"),
        gettext_lazy("Another partner brought the customer’s first order, %(before)s."),
    ),
    "channel": Kind(
        pgettext_lazy("a kind of touch", "the brand’s own advertising or mail"),
        "store",
        gettext_lazy("The brand’s own advertising or mail"),
        gettext_lazy("The brand’s own advertising or mail"),
        gettext_lazy("The brand’s own advertising or mail, %(before)s: it earns nobody anything."),
    ),
    "renewal": Kind(
        pgettext_lazy("a kind of touch", "subscription"),
        "history",
        gettext_lazy("This partner brought the subscription"),
        gettext_lazy("You brought the subscription"),
        gettext_lazy("Another partner brought the subscription’s first order, %(before)s."),
    ),
    "manual": Kind(
        pgettext_lazy("a kind of touch", "credit by hand"),
        "scale",
        gettext_lazy("Credited by hand"),
        gettext_lazy("Credited to you by hand"),
        gettext_lazy("A person credited another partner by hand."),
    ),
}

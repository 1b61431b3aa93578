"""What a line of a commission is called in a table of amounts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from handsel.engine.earning import LineKind

# Those that are missing are called after their rule.
LINES: dict[LineKind, Promise] = {
    "item": gettext_lazy("Per item"),
    "lead": gettext_lazy("Lead or sign-up"),
    "tiers": gettext_lazy("By volume"),
    "floor": gettext_lazy("Up to the least that is paid"),
    "cap": gettext_lazy("Above the most that is paid"),
    "share": gettext_lazy("Shared with other partners"),
    "paid": gettext_lazy("Paid with the orders already"),
    "budget": gettext_lazy("After the budget was spent"),
    "milestone": gettext_lazy("Milestone"),
    "click": pgettext_lazy("a line of a commission", "Clicks"),
    "impression": pgettext_lazy("a line of a commission", "Impressions"),
    "first_sale": gettext_lazy("First sale"),
    "sign_up": gettext_lazy("Joining"),
    "tenure": gettext_lazy("Staying"),
    "task": gettext_lazy("Task"),
    "views": gettext_lazy("Views of a post"),
    "override": gettext_lazy("Partners brought"),
    "manual": gettext_lazy("Decided by a person"),
}

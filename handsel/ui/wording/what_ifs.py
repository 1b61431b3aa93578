"""What a receipt supposes: `Without the code BEN10`, `A day later`."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.countries import country_name
from handsel.ui.wording.shown import Params, Wording


def without_code(params: Params) -> str:
    code = params.get("reference")
    return _("Without the code %(code)s") % {"code": code} if code else _("Without the code")


def later(params: Params) -> str:
    text = ngettext("Bought a day later", "Bought %(days)d days later", int(str(params["days"])))
    return text % params


def country(params: Params) -> str:
    return _("Bought from %(country)s") % {"country": country_name(str(params["country"]))}


def sent_back(params: Params) -> str:
    return _("%(article)s sent back") % {
        "article": params.get("name") or params.get("sku") or params["line_id"]
    }


def under_draft(params: Params) -> str:
    name = params.get("name")
    return _("Under the draft “%(name)s”") % {"name": name} if name else _("Under the draft")


WITHOUT: dict[str, Promise] = {
    "without_click": gettext_lazy("Without this click"),
    "without_sku": gettext_lazy("Without the partner’s own article"),
    "without_customer": gettext_lazy("If the customer were not assigned"),
    "without_lifetime": gettext_lazy("If the customer were not bound"),
    "without_renewal": gettext_lazy("If the first order were nobody’s"),
    "without_manual": gettext_lazy("Without the credit by hand"),
}

WORDINGS: dict[str, Wording] = {
    **WITHOUT,
    "without_code": without_code,
    "customer_new": gettext_lazy("With a new customer"),
    "customer_returning": gettext_lazy("With a customer who has bought before"),
    "sent_back": sent_back,
    "later": later,
    "country": country,
    "under_version": gettext_lazy("Under version %(number)s of the agreement"),
    "under_offer": gettext_lazy("Under the terms that are offered"),
    "under_draft": under_draft,
    "order_less": gettext_lazy("Without order %(order)s"),
    "order_more": gettext_lazy("With one more order like %(order)s"),
}

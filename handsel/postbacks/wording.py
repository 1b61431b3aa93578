"""Why a call failed, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, Promise] = {
    "timeout": _("It did not answer within 10 seconds."),
    "name-unknown": _("Its name leads nowhere."),
    "private-address": _("Its name leads into a private network."),
    "destination-refused": _("It is no place that we call."),
    "certificate": _("Its certificate is not valid for its name."),
    "no-connection": _("It takes no connection."),
    "no-answer": _("It hung up without an answer."),
    "redirect": _("It sent us elsewhere; redirects are not followed."),
    "gone": _("It said that it is gone."),
    "too-often": _("It said that we call too often."),
    "refused": _("It did not say yes."),
    "not-readable": _("What it is told of could not be read."),
}


def problem_words(code: str) -> str:
    return str(PROBLEMS[code]) if code else ""

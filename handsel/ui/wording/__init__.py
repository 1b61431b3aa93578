"""Words for codes: the engine says `code` and parameters, a reader gets a sentence.

    words("percent", {"rate_ppm": 95_000}, subject="clause")    # "9.5% of …"

A wording is a gettext template. Its blanks carry the parameters' names without their unit:
`rate_ppm` fills `%(rate)s`, `amount_minor` (with `currency`) `%(amount)s`, `clicked_at`
`%(clicked)s`; a count that picks the plural keeps its name, `%(days)d`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from handsel.errors import DomainError
from handsel.ui.wording.codes import WORDINGS, Subject
from handsel.ui.wording.inbox import EVENT_REFUSALS
from handsel.ui.wording.refusals import REFUSALS
from handsel.ui.wording.shown import shown

__all__ = ["WORDINGS", "Said", "Subject", "error_words", "refusal_words", "words"]


class Said(NamedTuple):
    """A refusal in the reader's language: what happened, and what to do (empty when unknown)."""

    message: str
    remedy: str


def words(
    code: str, params: Mapping[str, object], *, subject: Subject = "step", currency: str = ""
) -> str:
    """The sentence for a code of the engine, in the active language.

    The same code says something else in a clause and in a step: `subject` tells which. `currency`
    is that of the evaluation, for parameters that carry amounts without their own. Raises KeyError
    for a code without words; a test finds those.
    """
    wording = WORDINGS[subject][code]
    blanks = {"currency": currency, **params}
    return wording(blanks) if callable(wording) else str(wording % shown(blanks))


def refusal_words(code: str, field: str, params: Mapping[str, object]) -> Said:
    """What was wrong with an event, and what to do. Parameters of another age may miss a blank:
    then the code itself says more than half a sentence."""
    wording = EVENT_REFUSALS.get(code) or REFUSALS.get(code)
    blanks = shown({"field": field, **params})
    try:
        if wording is not None:
            return Said(str(wording.message % blanks), str(wording.remedy % blanks))
    except KeyError:
        pass
    return Said(_("Refused: %(code)s") % {"code": code.replace("-", " ")}, "")


def error_words(error: DomainError) -> Said:
    """The words for a refusal; one unknown here was raised with translated text of its own."""
    wording = REFUSALS.get(error.code) or EVENT_REFUSALS.get(error.code)
    if wording is None:
        return Said(str(error.message), str(error.remedy))
    blanks = shown({"field": error.field, **error.params})
    try:
        return Said(str(wording.message % blanks), str(wording.remedy % blanks))
    except KeyError:
        # A blank that this refusal does not fill: its own words are better than half a sentence.
        return Said(str(error.message), str(error.remedy))

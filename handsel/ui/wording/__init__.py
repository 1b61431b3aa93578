"""Words for codes: the engine says `code` and parameters, a reader gets a sentence.

    words("percent", {"rate_ppm": 95_000})    # "9.5% of …", in the active language

A wording is a gettext template. Its blanks carry the parameters' names without their unit:
`rate_ppm` fills `%(rate)s`, `amount_minor` (with `currency`) `%(amount)s`, `clicked_at`
`%(clicked)s`; a count that picks the plural keeps its name, `%(days)d`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from handsel.errors import DomainError
from handsel.ui.wording.codes import WORDINGS
from handsel.ui.wording.refusals import REFUSALS
from handsel.ui.wording.shown import shown

__all__ = ["WORDINGS", "Said", "error_words", "words"]


class Said(NamedTuple):
    """A refusal in the reader's language: what happened, and what to do (empty when unknown)."""

    message: str
    remedy: str


def words(code: str, params: Mapping[str, object]) -> str:
    """The sentence for an explanation's code. Raises KeyError for a code without words."""
    wording = WORDINGS[code]
    return wording(params) if callable(wording) else str(wording % shown(params))


def error_words(error: DomainError) -> Said:
    """The words for a refusal; one unknown here was raised with translated text of its own."""
    wording = REFUSALS.get(error.code)
    if wording is None:
        return Said(str(error.message), str(error.remedy))
    blanks = shown({"field": error.field, **error.params})
    try:
        return Said(str(wording.message % blanks), str(wording.remedy % blanks))
    except KeyError:
        # A blank that this refusal does not fill: its own words are better than half a sentence.
        return Said(str(error.message), str(error.remedy))

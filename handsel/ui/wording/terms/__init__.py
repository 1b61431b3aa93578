"""Clauses of an agreement in plain words, one sentence per answer, never glued from halves."""

from handsel.ui.wording.shown import Wording
from handsel.ui.wording.terms import extras, pay, sections
from handsel.ui.wording.terms.conditions import conditions, conditions_phrase
from handsel.ui.wording.terms.problems import problem_words

__all__ = ["WORDINGS", "conditions", "conditions_phrase", "problem_words"]

WORDINGS: dict[str, Wording] = {**sections.WORDINGS, **pay.WORDINGS, **extras.WORDINGS}

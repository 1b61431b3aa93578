"""The text that is signed: an agreement's clauses as a person reads them."""

import hashlib

from handsel.engine.terms import Clause, Difference, Terms, sentences
from handsel.ui.wording import words


def clause_text(clause: Clause, currency: str) -> str:
    return words(clause.code, clause.params, subject="clause", currency=currency)


def agreement_text(terms: Terms) -> str:
    """All clauses with their numbers, one a line, in the active language.

    This very text is kept with each signature.
    """
    return "\n".join(
        f"§{clause.number} {clause_text(clause, terms.currency)}" for clause in sentences(terms)
    )


def difference_text(difference: Difference, currency: str) -> str:
    """One thing that a new version changes."""
    return words(difference.code, difference.params, subject="difference", currency=currency)


def text_print(text: str) -> str:
    """By which a page and the signature on it know that they speak of one text."""
    return hashlib.sha256(text.encode()).hexdigest()

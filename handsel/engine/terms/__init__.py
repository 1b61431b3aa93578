"""The terms language: what a program and a partner agree on, as data.

One value is evaluated (`engine.commission`), said in words (`sentences`), compared
(`differences`), hashed (`digest`) and published as JSON Schema (`schema.json`).
"""

from handsel.engine.terms.differences import Difference, differences
from handsel.engine.terms.model import (
    AttributionTerms,
    Basis,
    Fixed,
    Hold,
    PayoutTerms,
    PayRule,
    Percent,
    RefundTerms,
    Terms,
    TermsAmbiguous,
    TermsCurrencyMixed,
    When,
)
from handsel.engine.terms.sentences import Clause, clause_number, sentences
from handsel.engine.values import canonical, digest, parse

__all__ = [
    "AttributionTerms",
    "Basis",
    "Clause",
    "Difference",
    "Fixed",
    "Hold",
    "PayRule",
    "PayoutTerms",
    "Percent",
    "RefundTerms",
    "Terms",
    "TermsAmbiguous",
    "TermsCurrencyMixed",
    "When",
    "canonical",
    "clause_number",
    "differences",
    "digest",
    "read",
    "sentences",
]


def read(data: bytes | str) -> Terms:
    """Terms from JSON; Malformed or a named refusal, with the field, when they make no sense."""
    return parse(Terms, data)

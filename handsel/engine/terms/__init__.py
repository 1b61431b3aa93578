"""The terms language: what a program and a partner agree on, as data.

One value is evaluated (`engine.commission`), said in words (`sentences`), compared
(`differences`), hashed (`digest`) and published as JSON Schema (`schema.json`).
"""

from handsel.engine.terms.checks import Known, Problem, problems
from handsel.engine.terms.conditions import Between, Metadata, TimeBox, When
from handsel.engine.terms.conflicts import TermsAmbiguous, specificity
from handsel.engine.terms.differences import Difference, differences, effect, effect_of
from handsel.engine.terms.effects import Effect
from handsel.engine.terms.model import Terms, TermsCurrencyMixed
from handsel.engine.terms.pay import (
    Bonus,
    Cap,
    Excluded,
    FirstSale,
    Fixed,
    Floor,
    Lead,
    Milestone,
    Override,
    PayRule,
    Percent,
    PerClick,
    PerThousand,
    Rolling,
    SignUp,
    Task,
    Tenure,
    Tiers,
    TierStep,
    Views,
)
from handsel.engine.terms.sections import (
    AttributionTerms,
    Basis,
    CustomerDiscount,
    Ending,
    Hold,
    PayoutTerms,
    Perk,
    Promotion,
    Recurring,
    RefundTerms,
)
from handsel.engine.terms.sentences import Clause, clause_number, clause_of, sentences
from handsel.engine.values import canonical, digest, parse

__all__ = [
    "AttributionTerms",
    "Basis",
    "Between",
    "Bonus",
    "Cap",
    "Clause",
    "CustomerDiscount",
    "Difference",
    "Effect",
    "Ending",
    "Excluded",
    "FirstSale",
    "Fixed",
    "Floor",
    "Hold",
    "Known",
    "Lead",
    "Metadata",
    "Milestone",
    "Override",
    "PayRule",
    "PayoutTerms",
    "PerClick",
    "PerThousand",
    "Percent",
    "Perk",
    "Problem",
    "Promotion",
    "Recurring",
    "RefundTerms",
    "Rolling",
    "SignUp",
    "Task",
    "Tenure",
    "Terms",
    "TermsAmbiguous",
    "TermsCurrencyMixed",
    "TierStep",
    "Tiers",
    "TimeBox",
    "Views",
    "When",
    "canonical",
    "clause_number",
    "clause_of",
    "differences",
    "digest",
    "effect",
    "effect_of",
    "problems",
    "read",
    "sentences",
    "specificity",
]


def read(data: bytes | str) -> Terms:
    """Terms from JSON; Malformed or a named refusal, with the field, when they make no sense."""
    return parse(Terms, data)

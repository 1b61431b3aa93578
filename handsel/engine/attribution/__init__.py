"""Who is credited for a conversion: eligibility, then precedence, then the split, with a reason
for every touch. The rules with examples: docs/attribution.md."""

from handsel.engine.attribution.decide import attribute, deciding_rules, standings
from handsel.engine.attribution.eligibility import filtered, sequence_of, standing
from handsel.engine.attribution.values import (
    OWN_CHANNEL,
    Attribution,
    Beaten,
    Credit,
    CreditRules,
    Filtered,
    Ineligible,
    Standing,
    Touch,
    TouchKind,
    Verdict,
)

__all__ = [
    "OWN_CHANNEL",
    "Attribution",
    "Beaten",
    "Credit",
    "CreditRules",
    "Filtered",
    "Ineligible",
    "Standing",
    "Touch",
    "TouchKind",
    "Verdict",
    "attribute",
    "deciding_rules",
    "filtered",
    "sequence_of",
    "standing",
    "standings",
]

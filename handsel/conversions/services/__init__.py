"""Recording what sources say of conversions. See `conversions.facts` for the events' bodies."""

from handsel.conversions.facts import NewFact
from handsel.conversions.services.record import (
    AmountTooLarge,
    EventIdReused,
    ReportedTooOften,
    record_fact,
    record_facts,
)

__all__ = [
    "AmountTooLarge",
    "EventIdReused",
    "NewFact",
    "ReportedTooOften",
    "record_fact",
    "record_facts",
]

from handsel.commissions.models.commission import NOT_SETTLED, Commission, Revision
from handsel.commissions.models.settling import (
    Brought,
    DayCounted,
    PromisedPerk,
    Submission,
    Unsettled,
)

__all__ = [
    "NOT_SETTLED",
    "Brought",
    "Commission",
    "DayCounted",
    "PromisedPerk",
    "Revision",
    "Submission",
    "Unsettled",
]

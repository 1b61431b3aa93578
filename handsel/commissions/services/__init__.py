from handsel.commissions.services.approve import (
    CommissionNotApprovable,
    approve_commission,
    approve_held,
)
from handsel.commissions.services.decline import (
    CommissionNotDeclinable,
    ReasonMissing,
    decline_commission,
)
from handsel.commissions.services.evaluate import evaluate_due
from handsel.commissions.services.reconsider import reconsider_arrived
from handsel.commissions.services.withhold import (
    CommissionNotWithholdable,
    release_commission,
    withhold_commission,
)

__all__ = [
    "CommissionNotApprovable",
    "CommissionNotDeclinable",
    "CommissionNotWithholdable",
    "ReasonMissing",
    "approve_commission",
    "approve_held",
    "decline_commission",
    "evaluate_due",
    "reconsider_arrived",
    "release_commission",
    "withhold_commission",
]

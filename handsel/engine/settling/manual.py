"""An amount that a person decided, with a reason that stands on record by its hash."""

from handsel.engine.earning.rules import rounded, said
from handsel.engine.settling.inputs import ManualInputs
from handsel.engine.settling.settlement import Settlement, settled
from handsel.engine.values import Step, moment_text


def settle_manual(inputs: ManualInputs) -> Settlement:
    """The amount itself, under no clause of the agreement."""
    line = rounded(0, "manual", inputs.amount_minor)
    by_hand = Step(code="by_hand", params={"reason_digest": inputs.reason_digest})
    return settled(
        kind="manual",
        partnership=inputs.partnership,
        subject=f"{moment_text(inputs.at)}:{inputs.reason_digest[:16]}",
        agreement=None,
        currency=inputs.currency,
        lines=[line],
        steps=[by_hand, said(line)],
        hold_until=inputs.at,
    )

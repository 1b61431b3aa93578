"""The sum in a row: 120.18 × 9.5 % + 3.00 = 14.42."""

from dataclasses import dataclass

from handsel.engine.commission import Evaluation
from handsel.engine.settling import Settlement


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """One rule's part: `basis_minor` × `rate_ppm`, or a fixed amount (then both are None).

    `clause` is the § of the agreement.
    """

    clause: int
    basis_minor: int | None
    rate_ppm: int | None
    amount_minor: int


def formula_of(evaluation: Evaluation | Settlement) -> tuple[FormulaPart, ...]:
    """The parts add up to the amount; none when nothing is earned."""
    return tuple(
        FormulaPart(line.clause, line.basis_minor, line.rate_ppm, line.amount_minor)
        for line in evaluation.lines
    )

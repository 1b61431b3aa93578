"""What a partner earns through another one that it brought."""

from datetime import timedelta
from typing import Literal

from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded, said
from handsel.engine.money import PPM
from handsel.engine.orders import WrongCurrency
from handsel.engine.periods import months_after
from handsel.engine.settling.inputs import OverrideInputs
from handsel.engine.settling.settlement import Settlement, settled
from handsel.engine.terms import Override
from handsel.engine.terms.sentences import clause_of
from handsel.engine.values import ParamValue, Step, moment_text

Unearned = Literal["no_override", "months_max"]


def settle_override(inputs: OverrideInputs) -> Settlement:
    """A share of one commission of a partner who was brought, rounded once.

    Raises WrongCurrency where it was earned in another currency than the terms'.
    """
    terms, of = inputs.agreement.terms, inputs.of
    if inputs.agreement.partnership != inputs.partnership:
        raise ValueError("An agreement of another partnership is no part of this.")
    if of.currency != terms.currency:
        raise WrongCurrency(
            f"The commission is in {of.currency}, the terms are in {terms.currency}.",
            field="currency",
            remedy="Pay for partners that were brought in the currency of the program's terms.",
            params={"currency": of.currency, "expected": terms.currency},
        )
    places = [place for place, one in enumerate(terms.overrides) if one.level == inputs.level]
    clause = clause_of(terms, "overrides", places[0]) if places else 0
    reason = _unearned(terms.overrides[places[0]], inputs) if places else "no_override"
    lines: list[CommissionLine] = []
    steps = [_brought_step(inputs)]
    if reason:
        unearned: dict[str, ParamValue] = {"clause": clause, "reason": reason}
        steps.append(Step(code="override_not_earned", params=unearned))
    elif of.amount_minor:
        lines.append(_line(clause, terms.overrides[places[0]].rate_ppm, of.amount_minor))
    return settled(
        kind="override",
        partnership=inputs.partnership,
        subject=f"{of.commission}:{inputs.level}",
        agreement=inputs.agreement.agreement,
        currency=terms.currency,
        lines=lines,
        steps=[*steps, *map(said, lines)],
        hold_until=of.occurred_at + timedelta(days=terms.hold.days),
    )


def _line(clause: int, rate_ppm: int, amount_minor: int) -> CommissionLine:
    return rounded(
        clause,
        "override",
        amount_minor * rate_ppm,
        PPM,
        basis_minor=amount_minor,
        rate_ppm=rate_ppm,
    )


def _unearned(override: Override, inputs: OverrideInputs) -> Unearned | None:
    if override.months_max is None:
        return None
    zone = inputs.agreement.terms.time_zone
    end = months_after(inputs.brought_at, override.months_max, zone)
    return "months_max" if inputs.of.occurred_at >= end else None


def _brought_step(inputs: OverrideInputs) -> Step:
    params: dict[str, ParamValue] = {
        "level": inputs.level,
        "brought_at": moment_text(inputs.brought_at),
        "amount_minor": inputs.of.amount_minor,
    }
    return Step(code="brought", params=params)

"""What a partner earns through another one that it brought."""

from datetime import timedelta

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
    lines: list[CommissionLine] = []
    steps = [_brought_step(inputs)]
    if not places:
        none: dict[str, ParamValue] = {"clause": 0, "reason": "no_override"}
        steps.append(Step(code="override_not_earned", params=none))
    for place in places[:1]:
        clause, override = clause_of(terms, "overrides", place), terms.overrides[place]
        if _is_over(override, inputs):
            over: dict[str, ParamValue] = {"clause": clause, "reason": "months_max"}
            steps.append(Step(code="override_not_earned", params=over))
        elif of.amount_minor:
            lines.append(_line(clause, override.rate_ppm, of.amount_minor))
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


def _is_over(override: Override, inputs: OverrideInputs) -> bool:
    if override.months_max is None:
        return False
    zone = inputs.agreement.terms.time_zone
    return inputs.of.occurred_at >= months_after(inputs.brought_at, override.months_max, zone)


def _brought_step(inputs: OverrideInputs) -> Step:
    params: dict[str, ParamValue] = {
        "level": inputs.level,
        "brought_at": moment_text(inputs.brought_at),
        "amount_minor": inputs.of.amount_minor,
    }
    return Step(code="brought", params=params)

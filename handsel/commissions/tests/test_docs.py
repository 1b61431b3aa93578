"""The worked numbers of docs/attribution.md."""

import doctest
from datetime import timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import handsel
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.tests.shop import NOON
from handsel.engine.attribution import OWN_CHANNEL, attribute
from handsel.engine.attribution import Touch as EngineTouch
from handsel.engine.money import split
from handsel.engine.terms import AttributionTerms, Percent, Terms
from handsel.engine.tests.cast import ORDERED, agreement
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor

PAGE = Path(handsel.__file__).parents[1] / "docs" / "attribution.md"


def verdicts(conversion):
    evaluate_due()
    touches = Touch.objects.filter(conversion=conversion).order_by("touched_at")
    return list(touches.values_list("verdict", flat=True))


def reason(conversion):
    evaluate_due()
    return Conversion.objects.get(pk=conversion.pk).reason


def entry_keys(commission):
    keys = Entry.objects.filter(subject_id=commission.pk).order_by("recorded_at", "pk")
    return [entry.key.replace(f"{commission.pk}:", "") for entry in keys]


def touch(kind, who, days_before, **fields):
    at = ORDERED - timedelta(days=days_before)
    return EngineTouch(
        touch_id=f"{who}, {kind} {days_before}",
        kind=kind,
        occurred_at=at,
        partnership=who,
        **fields,
    )


def attributed(*journey, **rules):
    terms = Terms(
        currency="EUR",
        attribution=AttributionTerms(**rules),
        pay=(Percent(rate_ppm=100_000),),
    )
    agreements = [agreement(who, terms) for who in ("Ben", "Cleo", "Dina")]
    return attribute(journey, ORDERED, agreements)


def why(*journey, **rules):
    return [verdict.code for verdict in attributed(*journey, **rules).verdicts]


def shared(*journey, **rules):
    credits = attributed(*journey, **rules).credits
    total = sum(credit.weight for credit in credits)
    return {credit.partnership: str(Fraction(credit.weight, total)) for credit in credits}


def in_cents(amount_minor, *journey, **rules):
    credits = attributed(*journey, **rules).credits
    parts = split(amount_minor, [credit.weight for credit in credits])
    return dict(zip([credit.partnership for credit in credits], parts, strict=True))


ENGINE = {
    "clicked": partial(touch, "click"),
    "code": partial(touch, "code", days_before=0),
    "lifetime": partial(touch, "lifetime"),
    "channel": partial(touch, "channel", OWN_CHANNEL),
    "manual": lambda who: touch("manual", who, 0, binds=f"agr_{who}_1", sequence=1),
    "why": why,
    "shared": shared,
    "in_cents": in_cents,
}


def test_the_worked_numbers_are_right(shop, bens, bens_link, cleos, ada):
    names = {
        "shop": shop,
        "ada": ada,
        "bens": bens,
        "bens_link": bens_link,
        "cleos_link": cleos.links.get(),
        "click_on": lambda link, days_before_order: click_on(
            link, NOON - timedelta(days=days_before_order)
        ),
        "commission_of": lambda order: Commission.objects.get(conversion__order_reference=order),
        "verdicts": verdicts,
        "reason": reason,
        "entry_keys": entry_keys,
        "evaluate_due": evaluate_due,
        "approve_commission": approve_commission,
        "balance_minor": balance_minor,
        **ENGINE,
    }
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines)
    examples = doctest.DocTestParser().get_doctest(text, names, PAGE.name, PAGE.name, 0)

    assert len(examples.examples) > 10
    assert doctest.DocTestRunner().run(examples).failed == 0

"""The worked numbers of docs/attribution.md."""

import doctest
from datetime import timedelta
from pathlib import Path

import handsel
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.tests.shop import NOON
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
    }
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines)
    examples = doctest.DocTestParser().get_doctest(text, names, PAGE.name, PAGE.name, 0)

    assert len(examples.examples) > 10
    assert doctest.DocTestRunner().run(examples).failed == 0

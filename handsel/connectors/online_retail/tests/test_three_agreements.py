"""The real year under three agreements, to the cent, by partner and month, as SQL has it."""

from collections import defaultdict
from datetime import timedelta

import pytest

from handsel import clock
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.settling.due import settle_due
from handsel.connectors.online_retail.importing import import_orders
from handsel.connectors.online_retail.orders import ORDERS, SHOP_TIME, Invoice, read_invoices
from handsel.connectors.online_retail.tests.recount_terms import Months, recount
from handsel.connectors.online_retail.tests.three_agreements import (
    ZONES,
    agreed,
    category_of,
    start_program,
)
from handsel.connectors.online_retail.touches import TOUCHES, read_touches
from handsel.environment import environment
from handsel.ledger.queries import balance_minor
from handsel.organizations.models import Organization
from handsel.programs.models import Program
from handsel.tracking.keys import load_keys

CUT = "2010-12-15"


def brought_in(invoices: list[Invoice], kinds: dict[str, str]) -> Program:
    """Through the inbox, evaluated and settled in turns as the worker does it, months meanwhile
    settled again and again; then a day later, when nothing waits any more."""
    program = start_program(Organization.objects.create(name="Online Retail"), kinds)
    done = import_orders(
        program,
        invoices,
        read_touches(),
        click_key=load_keys(environment().keys_dir).click,
        category_of=category_of,
    )
    assert done.refused == []
    while evaluate_due() + settle_due():
        pass
    clock.set_offset(timedelta(days=1))
    while evaluate_due() + settle_due():
        pass
    return program


def earned(program: Program, kinds: dict[str, str]) -> Months:
    """Credited orders and cents, by partner and month of their agreement's time zone."""
    found: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for partnership in program.partnerships.all():
        slug = partnership.links.get().slug
        for row in partnership.commissions.all():
            at = row.occurred_at.astimezone(ZONES[kinds[slug]])
            is_order = row.kind == Commission.Kind.ORDER
            month = f"{at:%Y-%m}" if is_order else row.about["start"][:7]
            orders, cents = found[slug, month]
            found[slug, month] = (orders + is_order, cents + row.amount_minor)
    return dict(found)


def owed(program: Program) -> dict[str, int]:
    """What the ledger has, by partner who has earned something."""
    return {
        partnership.links.get().slug: balance_minor(f"pending:{partnership.pk}", "EUR")
        for partnership in program.partnerships.all()
        if partnership.commissions.exists()
    }


def sums(months: Months) -> dict[str, int]:
    totals: defaultdict[str, int] = defaultdict(int)
    for (slug, _month), (_orders, cents) in months.items():
        totals[slug] += cents
    return dict(totals)


def first_weeks() -> list[Invoice]:
    return [
        invoice
        for invoice in read_invoices()
        if f"{invoice.occurred_at.astimezone(SHOP_TIME):%Y-%m-%d}" < CUT
    ]


@pytest.mark.django_db
def test_the_first_weeks_under_three_agreements_agree_with_sql_to_the_cent() -> None:
    kinds = agreed(turn=2)
    program = brought_in(first_weeks(), kinds)

    expected = recount(ORDERS, TOUCHES, kinds, CUT)
    assert earned(program, kinds) == expected
    assert owed(program) == sums(expected)


@pytest.mark.long
@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.django_db(transaction=True)  # in batches, as in life: one holds hundreds of locks
def test_the_whole_year_under_three_agreements_agrees_with_sql_to_the_cent(turn: int) -> None:
    kinds = agreed(turn)
    program = brought_in(list(read_invoices()), kinds)

    expected = recount(ORDERS, TOUCHES, kinds)
    assert earned(program, kinds) == expected
    assert owed(program) == sums(expected)

import pytest

from handsel.commissions.services import evaluate_due
from handsel.connectors.online_retail.importing import (
    count_events,
    import_orders,
    start_program,
)
from handsel.connectors.online_retail.orders import ORDERS, SHOP_TIME, read_invoices
from handsel.connectors.online_retail.tests.recount import recount
from handsel.connectors.online_retail.touches import TOUCHES, read_touches
from handsel.environment import environment
from handsel.intake.models import InboxEvent
from handsel.ledger.queries import balance_minor
from handsel.organizations.models import Organization
from handsel.tracking.keys import load_keys


def click_key():
    return load_keys(environment().keys_dir).click


def brought_in(invoices):
    program = start_program(Organization.objects.create(name="Online Retail"))
    done = import_orders(program, invoices, read_touches(), click_key=click_key())
    while evaluate_due():
        pass
    return program, done


def owed(program):
    """Credited orders and the ledger's balance, by the partner's link."""
    return {
        partnership.links.get().slug: (
            partnership.commissions.count(),
            balance_minor(f"pending:{partnership.pk}", "EUR"),
        )
        for partnership in program.partnerships.all()
        if partnership.commissions.exists()
    }


def until(day):
    return [
        invoice
        for invoice in read_invoices()
        if f"{invoice.occurred_at.astimezone(SHOP_TIME):%Y-%m-%d}" < day
    ]


@pytest.mark.django_db
def test_the_first_weeks_agree_with_a_recount_to_the_cent():
    invoices = until("2010-12-15")
    program, done = brought_in(invoices)

    assert done.refused == []
    assert done.orders + done.refunds == count_events(invoices)
    assert owed(program) == recount(ORDERS, TOUCHES, "2010-12-15")


@pytest.mark.django_db
def test_importing_twice_changes_nothing():
    invoices = until("2010-12-03")
    program, _ = brought_in(invoices)
    before = owed(program), InboxEvent.objects.count()
    again = import_orders(program, invoices, read_touches(), click_key=click_key())
    while evaluate_due():
        pass

    assert again.refused == []
    assert (owed(program), InboxEvent.objects.count()) == before


@pytest.mark.long
@pytest.mark.django_db(transaction=True)  # in batches, as in life: one holds hundreds of locks
def test_the_whole_year_agrees_with_a_recount_to_the_cent():
    program, done = brought_in(list(read_invoices()))

    assert done.refused == []
    assert (done.orders, done.refunds) == (19_865, 3_846)
    assert owed(program) == recount(ORDERS, TOUCHES)
    assert sum(cents for _, cents in owed(program).values()) == 40_538_294

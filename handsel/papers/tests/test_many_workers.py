"""Several workers issue statements at once: one for each payout, and numbers without gaps."""

import pytest

from handsel.commissions.services import approve_held, evaluate_due
from handsel.commissions.tests.conftest import LONG_AGO
from handsel.commissions.tests.test_many_workers import at_once
from handsel.links.joining import add_partner
from handsel.organizations.models import Organization
from handsel.papers.models import Statement
from handsel.papers.services import issue_due
from handsel.papers.tests.conftest import APPROVED, IBAN
from handsel.payouts.services import set_payee

PARTNERS = 5


@pytest.fixture
def many(transactional_db, shop, program, ada, pays, travel):
    """Five partners are paid at once."""
    travel(APPROVED)
    for n in range(PARTNERS):
        partner = add_partner(
            program,
            name=f"P{n}",
            slug=f"p{n}",
            code=f"P{n}TEN",
            valid_from=LONG_AGO,
            actor=ada,
        )
        set_payee(partner.partner, holder_name=f"P{n}", iban=IBAN, actor=None)
        shop.order(f"L-{n}", 9_000, codes=[f"P{n}TEN"], at=APPROVED)
    evaluate_due()
    travel(APPROVED.replace(month=10, day=20))
    approve_held()
    return pays(APPROVED.replace(month=11, day=5))


def sequences():
    return sorted(Statement.objects.values_list("sequence", flat=True))


def test_each_payout_gets_one_and_no_number_is_left_out(many):
    _done, failed = at_once(lambda: issue_due(limit=2))

    assert failed == []
    assert sequences() == list(range(1, PARTNERS + 1))


def test_without_the_lock_two_would_take_one_number(many, monkeypatch):
    monkeypatch.setattr(Organization.objects, "select_for_update", lambda **_: Organization.objects)
    _done, failed = at_once(lambda: issue_due(limit=2))

    assert failed

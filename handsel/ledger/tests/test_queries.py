import pytest

from handsel.ledger.chart import CHART, Kind
from handsel.ledger.models import Account, Entry, Posting
from handsel.ledger.queries import (
    Balance,
    TrialRow,
    balance_minor,
    balances,
    entries_of,
    trial_balance,
)
from handsel.ledger.services import post_entries
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(bens, mallorys):
    """Ben: 12.50 recorded, 10.00 of it approved, 300 SEK beside; Mallory's partner: 99.00."""
    return post_entries(
        [
            bens.recorded(1250),
            bens.approved(1000),
            bens.recorded(300, "SEK"),
            mallorys.recorded(9900),
        ]
    )


def test_every_kind_is_in_the_chart():
    assert set(CHART) == set(Kind)


def test_a_balance_grows_on_its_own_side(bens, posted):
    assert balance_minor(bens.expense, "EUR") == 1250
    assert balance_minor(bens.pending, "EUR") == 250
    assert balance_minor(bens.payable) == 1000


def test_a_balance_in_several_currencies_wants_one_named(bens, posted):
    with pytest.raises(ValueError, match="several currencies"):
        balance_minor(bens.pending)


def test_an_account_nobody_posted_to_holds_nothing(bens):
    assert balance_minor(bens.payable) == 0


def test_balances_of_a_partnership(bens, posted):
    assert balances(owners=[bens.partnership]) == [
        Balance(bens.partnership, Kind.PAYABLE, "EUR", 1000),
        Balance(bens.partnership, Kind.PENDING, "EUR", 250),
        Balance(bens.partnership, Kind.PENDING, "SEK", 300),
    ]


def test_balances_of_organizations(bens, mallorys, posted):
    assert sum(balance.amount_minor for balance in balances(brand_id=mallorys.brand)) == 2 * 9900
    assert balances(partner_id=bens.partner) == balances(owners=[bens.partnership])
    assert balances(brand_id=mallorys.brand, partner_id=bens.partner) == []


def test_a_trial_balance_balances(bens, posted):
    assert trial_balance(bens.brand) == [
        TrialRow(Kind.PENDING, "EUR", 1000, 1250),
        TrialRow(Kind.PAYABLE, "EUR", 0, 1000),
        TrialRow(Kind.COMMISSION_EXPENSE, "EUR", 1250, 0),
        TrialRow(Kind.PENDING, "SEK", 0, 300),
        TrialRow(Kind.COMMISSION_EXPENSE, "SEK", 300, 0),
    ]


def test_the_entries_about_a_commission(bens, posted):
    first = posted[0]
    (found,) = entries_of(first.subject_id)

    assert found == first
    assert [posting.account.name for posting in found.postings.all()] == [
        bens.expense,
        bens.pending,
    ]


def test_a_partner_sees_its_entries_whole_and_no_others(bens, posted):
    with seen_by([bens.partner]):
        assert Entry.objects.count() == 3
        names = {p.account.name for p in Posting.objects.select_related("account")}
        assert names == {bens.expense, bens.pending, bens.payable}
        assert Account.objects.count() == 3


def test_a_stranger_sees_nothing(posted, mallorys):
    with seen_by([mallorys.partnership.replace("par_", "org_")]):
        for table in (Account, Entry, Posting):
            assert not table.objects.exists()

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.ids import new_id
from handsel.ledger.chart import AccountUnknown
from handsel.ledger.entries import (
    AccountOfAnother,
    AmountNotPostable,
    CurrencyUnknown,
    EntryKeyReused,
    EntryNotBalanced,
    EntryNotPostable,
    Line,
)
from handsel.ledger.models import Account, Entry, Posting
from handsel.ledger.queries import balance_minor
from handsel.ledger.services import post, post_entries, post_entry, reverse_entry
from handsel.ledger.tests.conftest import NOON
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.django_db


def approve(deal, amount_minor, number=1, commission=None):
    commission = commission or new_id("com")
    return post(
        key=f"commission-approved:{commission}:{number}",
        debit=deal.pending,
        credit=deal.payable,
        amount_minor=amount_minor,
        currency="EUR",
        occurred_at=NOON,
        brand_id=deal.brand,
        partner_id=deal.partner,
        subject_id=commission,
    )


def test_an_amount_moves_from_one_account_to_the_other(bens):
    approve(bens, 1250)

    assert balance_minor(bens.payable) == 1250
    assert balance_minor(bens.pending) == -1250


def test_a_negative_amount_moves_back(bens):
    approve(bens, 1250)
    approve(bens, -450)

    assert balance_minor(bens.payable) == 800


def test_posting_twice_changes_nothing(bens):
    commission = new_id("com")

    assert approve(bens, 1250, commission=commission) == approve(bens, 1250, commission=commission)
    assert balance_minor(bens.payable) == 1250


def test_the_order_of_lines_says_nothing(bens):
    entry = bens.recorded()

    assert post_entry(entry) == post_entry(replace(entry, lines=entry.lines[::-1]))


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": NOON + timedelta(seconds=1)},
        {"evidence": "a" * 64},
        {"partner_id": new_id("org")},
        {"brand_id": new_id("org")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_key_with_other_content_is_refused(bens, change):
    entry = bens.entry((bens.expense, 5, "EUR"), (f"rounding:{bens.program}", -5, "EUR"))
    post_entry(entry)

    with pytest.raises((EntryKeyReused, AccountOfAnother)):
        post_entry(replace(entry, **change))
    assert Entry.objects.count() == 1


def test_a_key_with_another_amount_is_refused(bens):
    entry = bens.recorded(1250)
    post_entry(entry)

    with pytest.raises(EntryKeyReused) as refusal:
        post_entries([bens.recorded(7), replace(entry, lines=bens.recorded(1251).lines)])
    assert refusal.value.field == "key"
    assert balance_minor(bens.pending) == 1250


def test_a_key_twice_in_one_call_is_posted_once(bens):
    entry = bens.recorded()

    first, second = post_entries([entry, entry])

    assert first == second
    with pytest.raises(EntryKeyReused):
        post_entries([entry, replace(entry, occurred_at=NOON - timedelta(days=1))])


def test_many_entries_take_as_many_statements_as_one(bens):
    post_entry(bens.recorded())
    with CaptureQueriesContext(connection) as one:
        post_entry(bens.recorded())
    with CaptureQueriesContext(connection) as many:
        posted = post_entries([bens.recorded(amount) for amount in range(1, 301)])

    assert len(many) == len(one)
    assert [sum(p.amount_minor for p in entry.postings.all()[:1]) for entry in posted[:3]] == [
        1,
        2,
        3,
    ]


def test_the_answer_has_the_order_of_the_question(bens):
    entries = [bens.recorded() for _ in range(20)][::-1]

    assert [entry.key for entry in post_entries(entries)] == [entry.key for entry in entries]


def test_an_entry_of_several_lines_and_currencies(bens):
    clearing = f"currency_clearing:{bens.program}"
    post_entry(
        bens.entry(
            (bens.payable, 1000, "EUR"),
            (clearing, -1000, "EUR"),
            (clearing, 11_350, "SEK"),
            (f"in_transit:{bens.partnership}", -11_350, "SEK"),
        )
    )

    assert balance_minor(clearing, "SEK") == 11_350
    assert balance_minor(clearing, "EUR") == -1000


def test_an_entry_is_taken_back_once(bens):
    entry = post_entry(bens.recorded(1250, evidence="a" * 64))

    first = reverse_entry(entry.pk, occurred_at=NOON)

    assert reverse_entry(entry.pk, occurred_at=NOON) == first
    assert balance_minor(bens.pending) == 0
    assert Posting.objects.count() == 4


@pytest.mark.parametrize("amount_minor", [0, 12.5, 1250.0, "1250", True, None, 2**53])
def test_what_is_no_amount_is_refused(bens, amount_minor):
    with pytest.raises(AmountNotPostable) as refusal:
        approve(bens, amount_minor)
    assert refusal.value.field == "amount_minor"
    with pytest.raises(AmountNotPostable):
        post_entry(replace(bens.recorded(), lines=(Line(bens.expense, amount_minor, "EUR"),)))


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "XXX", "€", None, 978])
def test_what_is_no_currency_is_refused(bens, currency):
    with pytest.raises(CurrencyUnknown):
        post_entry(bens.recorded(currency=currency))


@pytest.mark.parametrize(
    "name",
    ["payable", "payable:", "payable:ben", "owed:{par}", "payable:{prg}", "cash:{par}", ":{par}"],
)
def test_an_account_outside_the_chart_is_refused(bens, name):
    name = name.format(par=bens.partnership, prg=bens.program)

    with pytest.raises(AccountUnknown):
        post_entry(bens.entry((name, 5, "EUR"), (bens.expense, -5, "EUR")))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [("expense", 100, "EUR")],
        [("expense", 100, "EUR"), ("pending", -99, "EUR")],
        [("expense", 100, "EUR"), ("pending", -100, "SEK")],
    ],
)
def test_an_entry_that_does_not_balance_is_refused(bens, lines):
    entry = bens.entry(*((getattr(bens, name), *rest) for name, *rest in lines))

    with pytest.raises(EntryNotBalanced):
        post_entry(entry)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", ""),
        ("key", "recorded:somebody-else:1"),
        ("key", "{subject}:" + "1" * 120),
        ("occurred_at", NOON.replace(tzinfo=None)),
        ("partner_id", None),
    ],
)
def test_an_entry_with_a_part_missing_names_it(bens, field, value):
    entry = bens.recorded()
    if isinstance(value, str):
        value = value.format(subject=entry.subject_id)

    with pytest.raises(EntryNotPostable) as refusal:
        post_entry(replace(entry, **{field: value}))
    assert refusal.value.field == field


def test_one_bad_entry_keeps_all_out(bens):
    with pytest.raises(EntryNotBalanced):
        post_entries([bens.recorded(), bens.entry((bens.expense, 1, "EUR"))])
    assert not Entry.objects.exists()
    assert not Account.objects.exists()


def test_nobody_posts_to_an_account_of_another(bens, mallorys):
    post_entry(bens.recorded())
    theft = replace(mallorys.recorded(), lines=bens.recorded().lines)

    with pytest.raises(AccountOfAnother):
        post_entry(theft)
    with seen_by([mallorys.brand]), pytest.raises(AccountOfAnother):
        post_entry(theft)


def test_a_key_of_another_organization_is_taken(bens, mallorys):
    entry = bens.recorded()
    post_entry(entry)
    same_key = replace(mallorys.recorded(), key=entry.key, subject_id=entry.subject_id)

    with seen_by([mallorys.brand]), pytest.raises(EntryKeyReused):
        post_entry(same_key)


def test_a_brand_posts_with_its_own_rights(bens):
    with seen_by([bens.brand]):
        post_entry(bens.recorded(1250))
        connection.check_constraints()

        assert balance_minor(bens.pending) == 1250

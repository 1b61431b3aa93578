from datetime import date, timedelta

import pytest
from django.test import Client

from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.queries import Article
from handsel.conversions.tests.shop import Shop
from handsel.engine.terms import Fixed, Percent, Terms, When
from handsel.ledger.queries import balance_minor
from handsel.links.services import create_link, disable_code, disable_link
from handsel.organizations.models import Organization
from handsel.partnerships.services import accept_agreement, start_partnership
from handsel.portal.bars import month_bars
from handsel.portal.earnings import midnight, month_before, this_month
from handsel.portal.rows import articles_text
from handsel.programs.services import create_program
from handsel.ui.wording.terms.short import general_pay


def html(client: Client, path: str = "/portal/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_signs_in_first(client, db):
    assert client.get("/portal/")["Location"] == "/auth/login/?next=/portal/"


def test_the_sums_are_those_of_the_ledger(as_ben, bens, waiting, approved):
    [standing] = as_ben.get("/portal/").context["standings"]

    assert standing.pending_minor == balance_minor(f"pending:{bens.pk}") == 1_250
    assert standing.payable_minor == balance_minor(f"payable:{bens.pk}") == 800
    assert standing.paid_minor == 0


@pytest.mark.parametrize(("back_minor", "left_minor"), [(4_000, 400), (8_000, 0)])
def test_what_was_sent_back_after_approval_was_not_paid(
    as_ben, approved, shop, month, back_minor, left_minor
):
    shop.refund("L-2", back_minor, at=month)
    evaluate_due()

    [standing] = as_ben.get("/portal/").context["standings"]

    assert (standing.payable_minor, standing.paid_minor) == (left_minor, 0)


def test_this_month_stands_beside_the_same_days_of_the_last(as_ben, waiting, approved):
    context = as_ben.get("/portal/").context

    assert (context["period"].amount_minor, context["period"].commissions_total) == (1_250, 1)
    assert context["period"].days_minor[0] == 1_250


def test_days_of_the_month_before_count_up_to_todays(ben, sells, month):
    before = month_before(month.date())
    sells("L-1", 10_000, at=midnight(before.replace(day=2)))
    sells("L-2", 10_000, at=midnight(before.replace(day=20)))

    [third] = this_month(ben, month.date().replace(day=3))
    [last] = this_month(ben, month.date().replace(day=28))

    assert (third.amount_minor, third.before_minor) == (0, 1_000)
    assert last.before_minor == 2_000


def test_the_latest_earnings_open_their_receipts(as_ben, waiting, bens_link):
    page = html(as_ben)

    assert f'href="/portal/earnings/{waiting.pk}/"' in page
    assert "Lambswool beanie" in page


def test_what_sold_by_link_and_code(as_ben, waiting, shop, month, bens_link):
    shop.order("L-9", 20_000, codes=["BEN10"], at=month)
    evaluate_due()

    places = as_ben.get("/portal/").context["places"]

    assert [(p.code.code if p.code else p.link.slug, p.amount_minor) for p, _most in places] == [
        ("BEN10", 2_000),
        ("ben", 1_250),
    ]


def test_bars_of_one_currency_are_measured_by_it(as_ben, waiting, bens, month, ada):
    """12.50 EUR is not a tenth of 125.00 SEK."""
    wool = Organization.objects.create(name="Wool", site_url="https://wool.example")
    terms = Terms(currency="SEK", pay=(Percent(rate_ppm=100_000),))
    program = create_program(
        wool, name="Wool Pals", site_url="https://wool.example", terms=terms, actor=None
    )
    pals = start_partnership(
        program, bens.partner, actor=None, valid_from=month - timedelta(days=30)
    )
    clicked = click_on(create_link(pals, slug="wool", actor=None), month)
    Shop(program).order("W-1", 125_000, click_ids=[clicked], at=month)
    evaluate_due()

    context = as_ben.get("/portal/").context

    assert [(p.currency, p.amount_minor, most) for p, most in context["places"]] == [
        ("EUR", 1_250, 1_250),
        ("SEK", 12_500, 12_500),
    ]
    assert [(one.currency, one.pending_minor) for one in context["standings"]] == [
        ("EUR", 1_250),
        ("SEK", 12_500),
    ]


def test_the_link_is_there_to_copy_and_share(as_ben, bens, clicked):
    page = html(as_ben)

    assert 'data-copy-text="http://127.0.0.1:8001/ben"' in page
    assert 'href="mailto:?body=http%3A%2F%2F127.0.0.1%3A8001%2Fben"' in page
    assert 'data-copy-text="BEN10"' in page
    assert "7 clicks, 0 orders" in page


def test_the_link_that_brings_most_is_the_one_to_share(as_ben, bens, sells, month, ada):
    guide = create_link(bens, slug="guide", actor=ada)
    sells("L-1", 10_000, at=month, link=guide)

    assert as_ben.get("/portal/").context["link"] == guide


@pytest.mark.parametrize(
    ("articles", "text"),
    [
        ([("Beanie", 1)], "Beanie"),
        ([("Beanie", 2)], "Beanie, 2 pieces"),
        ([("Beanie", 1), ("Beanie", 2)], "Beanie, 3 pieces"),
        ([("Beanie", 1), ("Sock", 3)], "Beanie and Sock"),
        ([("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1)], "A, B, C and 2 more"),
    ],
)
def test_orders_are_called_by_what_was_bought(articles, text):
    assert articles_text([Article(*one) for one in articles]) == text


def test_a_link_that_was_stopped_is_not_shared(as_ben, bens_link, bens_code, ada):
    disable_link(bens_link.pk, actor=ada)
    disable_code(bens_code.pk, actor=ada)

    page = html(as_ben)

    assert "No link works at the moment" in page
    assert "BEN10" not in page


def test_the_steps_tick_themselves_off(as_ben, bens, ben, request):
    def done():
        return [task.is_done for task in as_ben.get("/portal/").context["first_sale"].tasks]

    assert done() == [False, False, True, False, False]
    agreement = bens.agreements.get()
    accept_agreement(
        agreement.pk, member=ben, terms_digest=agreement.terms_digest, text="x", language="en"
    )
    assert done() == [True, False, True, False, False]
    request.getfixturevalue("clicked")
    assert done() == [True, False, True, True, False]
    request.getfixturevalue("waiting")
    assert as_ben.get("/portal/").context["first_sale"] is None


def test_terms_that_wait_for_a_signature_are_offered_first(as_ben, bens):
    page = html(as_ben)

    assert "Acme offers you terms" in page
    assert f"/portal/agreements/{bens.agreements.get().pk}/" in page


def test_another_partner_sees_nothing_of_ben(client, waiting, cleo, signed_in):
    page = html(signed_in(client, cleo))

    assert "L-1" not in page
    assert "/ben" not in page
    assert "Nothing earned yet" in page


@pytest.mark.parametrize("who", ["mallory", "ada"])
def test_who_is_no_partner_is_told_so(client, who, waiting, request, signed_in):
    page = html(signed_in(client, request.getfixturevalue(who)))

    assert "You are in no program yet" in page
    assert "L-1" not in page


def test_more_orders_ask_no_more_of_the_database(
    as_ben, sells, month, clicked, django_assert_max_num_queries
):
    for number in range(4):
        sells(f"L-{number}", 10_000, at=month)

    with django_assert_max_num_queries(46):
        html(as_ben)


def test_the_drawing_has_a_bar_for_every_day():
    drawn = month_bars([500, 0, 1_000], "EUR", date(2026, 2, 3))

    assert len(drawn.bars) == 28
    assert [bar.height for bar in drawn.bars[:4]] == ["50.00%", "2.00%", "100.00%", "8.00%"]
    assert drawn.finding == "Earnings per day from 1 Feb to 3 Feb; the best day brought €10.00."
    assert [label.text for label in drawn.labels] == ["today", "28"]


def test_what_a_program_pays_is_what_every_order_pays():
    bonus = Fixed(amount_minor=500, currency="EUR", when=When(customer="new"))
    percent = Percent(rate_ppm=60_000)

    assert general_pay(Terms(currency="EUR", pay=(percent, bonus))) == "6%"
    assert general_pay(Terms(currency="EUR", pay=(bonus,))) == "€5.00"

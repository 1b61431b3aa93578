"""The tables of a receipt, on orders and terms of every kind: what is shown adds up."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import get_args

import pytest
from django.utils import translation
from django.utils.timezone import now
from hypothesis import example, given
from hypothesis import strategies as st

from handsel.engine.attribution import TouchKind
from handsel.engine.earning import Circumstances, earn
from handsel.engine.orders import Fact, OrderLine, fold
from handsel.engine.terms import Basis, Cap, Percent, Terms, sentences
from handsel.engine.tests.cast import WOOL, cancellation, percent, refund, sale
from handsel.ledger.models import Account
from handsel.ui import explained, receipts
from handsel.ui.sprite import ICONS
from handsel.ui.templatetags import receipt as tags
from handsel.ui.wording.touches import KINDS

KNITS = OrderLine(line_id="knits", gross_minor=15890, discount_minor=1589, tax_minor=2283)
WOOLLY = sale(KNITS, shipping_minor=490, shipping_tax_minor=78, customer_is_new=True)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def receipt_of(terms, *facts):
    """As `commissions.receipt` lays it out."""
    state = fold(facts)
    earning = earn(state, terms)
    said = {step.code: step.params for step in earning.steps}
    order = SimpleNamespace(
        articles=[
            SimpleNamespace(
                line_id=line.line_id,
                sku=line.sku,
                name="",
                quantity=line.quantity,
                gross_minor=line.gross_minor,
                discount_minor=line.discount_minor,
                refunded_minor=line.sold_minor - line.left_minor,
            )
            for line in state.lines
        ],
        goods_minor=state.sold_minor,
        discount_minor=sum(line.discount_minor for line in state.lines),
        refunded_minor=state.sold_minor - state.left_minor,
        shipping_minor=state.shipping_minor,
        shipping_counts_minor=said["shipping"]["counts_minor"],
        counts_minor=said["counts"]["amount_minor"],
        cancelled_at=state.cancelled_at,
    )
    return SimpleNamespace(
        currency="EUR",
        amount_minor=earning.amount_minor,
        order=order,
        agreement=SimpleNamespace(number=3, clauses=sentences(terms)),
        lines=earning.lines,
        credited=object(),
        partner_count=1,
    )


def figures(rows):
    return [(row.label, row.amount_minor) for row in rows]


def test_the_example_of_our_pages():
    receipt = receipt_of(WOOL, WOOLLY)

    assert figures(receipts.order_rows(receipt)) == [
        ("Goods", 15890),
        ("Discount", -1589),
        ("Paid for goods", 14301),
        ("Tax in it", -2283),
        ("Shipping for €4.90 does not count", 0),
        ("Counts for the commission", 12018),
    ]
    assert [(row.label, row.note) for row in receipts.sum_rows(receipt)] == [
        ("€120.18 × 9.5%", "= 11.4171"),
        ("New customer", ""),
        ("Commission", ""),
    ]
    assert [(part.sign, part.figure, part.step) for part in receipts.formula_parts(receipt)] == [
        ("", "€120.18", "order"),
        ("×", "9.5%", "terms"),
        ("+", "€3.00", "sum"),
    ]


def test_articles_are_called_by_what_is_known_of_them():
    lines = [
        OrderLine(line_id="7", gross_minor=1),
        OrderLine(line_id="8", sku="SOCK", gross_minor=2),
    ]
    rows = receipts.order_rows(receipt_of(WOOL, sale(*lines)))

    assert [row.label for row in rows[:2]] == ["Article 7", "SOCK"]


@pytest.mark.parametrize(("articles", "shown"), [(12, 12), (13, 8)])
def test_of_many_articles_most_are_folded_away_but_never_a_sum(articles, shown):
    lines = [OrderLine(line_id=f"{n}", sku=f"S{n}", gross_minor=100) for n in range(articles)]
    receipt = receipt_of(WOOL, sale(*lines))
    parts = receipts.order_parts(receipt)

    assert (len(parts.first), len(parts.more)) == (shown, articles - shown)
    assert [row.label for row in parts.sums] == ["Paid for goods", "Counts for the commission"]
    assert [*parts.first, *parts.more, *parts.sums] == receipts.order_rows(receipt)


def test_a_long_formula_adds_up_its_lines():
    rules = tuple(
        Percent(rate_ppm=10_000 * n, when={"skus": (f"S{n}",)})  # type: ignore[arg-type]
        for n in (1, 2, 3)
    )
    terms = percent(1).model_copy(update={"pay": rules})
    lines = [OrderLine(line_id=f"{n}", sku=f"S{n}", gross_minor=10_000) for n in (1, 2, 3)]
    parts = receipts.formula_parts(receipt_of(terms, sale(*lines)))

    assert [part.figure for part in parts] == ["€1.00", "€2.00", "€3.00"]
    assert parts[0].label == "Certain articles, agreement v3 §2"


def test_a_discount_that_does_not_lessen_it_is_said():
    before = WOOL.model_copy(update={"basis": Basis(before_discounts=True)})
    rows = receipts.order_rows(receipt_of(before, WOOLLY))

    assert rows[1].label == "Goods before discounts"
    assert rows[1].note == "the discount of €15.89 does not lessen it"


@st.composite
def orders(draw):
    """A sale of one to four lines, perhaps partly sent back, perhaps cancelled."""
    lines = []
    for place in range(draw(st.integers(1, 4))):
        gross_minor = draw(st.integers(0, 50_000))
        discount_minor = draw(st.integers(0, gross_minor))
        tax_minor = draw(st.integers(0, gross_minor - discount_minor))
        lines.append(
            OrderLine(
                line_id=str(place),
                quantity=draw(st.integers(1, 3)),
                gross_minor=gross_minor,
                discount_minor=discount_minor,
                tax_minor=tax_minor,
            )
        )
    shipping_minor = draw(st.integers(0, 900))
    facts: list[Fact] = [sale(*lines, shipping_minor=shipping_minor)]
    sold_minor = sum(line.sold_minor for line in lines)
    if draw(st.booleans()):
        facts.append(refund(draw(st.integers(0, sold_minor))))
    if draw(st.booleans()):
        facts.append(cancellation())
    return facts


bases = st.builds(
    Basis, with_tax=st.booleans(), with_shipping=st.booleans(), before_discounts=st.booleans()
)


@given(orders(), bases)
def test_every_table_adds_up_to_its_last_row(facts, basis):
    receipt = receipt_of(WOOL.model_copy(update={"basis": basis}), *facts)
    rows = receipts.order_rows(receipt)
    middle = next(place for place, row in enumerate(rows) if row.tone == "line")

    assert sum(row.amount_minor for row in rows[:middle]) == rows[middle].amount_minor
    assert sum(row.amount_minor for row in rows[middle:-1]) == rows[-1].amount_minor
    *lines, total = receipts.sum_rows(receipt)
    assert sum(row.amount_minor for row in lines) == total.amount_minor == receipt.amount_minor


HALVES = [sale(OrderLine(line_id="1", gross_minor=3, discount_minor=1)), refund(1)]
FREE = [sale(OrderLine(line_id="1", gross_minor=3, discount_minor=3)), cancellation()]


@example(HALVES, Basis(before_discounts=True))
@example(FREE, Basis(before_discounts=True, with_tax=True))
@given(orders(), bases)
def test_tax_is_never_added_and_never_shown_where_it_counts(facts, basis):
    receipt = receipt_of(WOOL.model_copy(update={"basis": basis}), *facts)
    taxes = [row.amount_minor for row in receipts.order_rows(receipt) if row.label == "Tax in it"]

    assert all(tax_minor < 0 for tax_minor in taxes)
    assert not (taxes and basis.with_tax)


def test_every_account_has_words():
    assert set(tags.ACCOUNTS) == set(Account.Kind.values)


@pytest.mark.parametrize(
    ("stage", "checks", "words"),
    [
        (("counted", "done", 0), True, "Counted"),
        (("approved", "now", 3), True, "Waits for returns"),
        (("approved", "now", None), True, "Waits for the delivery"),
        (("approved", "now", -3), False, "Waits for confirmation"),
        (("approved", "later", None), True, "Approved"),
        (("paid", "now", None), True, "Waits for its payout"),
    ],
)
def test_a_stage_says_what_it_waits_for(stage, checks, words):
    code, state, days = stage
    at = None if days is None else now() + timedelta(days=days)
    shown = SimpleNamespace(code=code, state=state, at=at)

    waits = SimpleNamespace(is_verified=checks, awaits_returns=True)
    assert tags.stage_words(shown, waits) == words


@pytest.mark.parametrize(
    ("kind", "before", "words"),
    [
        ("code", timedelta(), "on the order"),
        ("click", timedelta(days=6, hours=4), "6 days before the order"),
        ("click", timedelta(minutes=2), "2 minutes before the order"),
        ("click", timedelta(seconds=1), "just before the order"),
        ("click", timedelta(minutes=-2), "after the order"),
    ],
)
def test_how_long_before_the_order(kind, before, words):
    assert explained.time_before(SimpleNamespace(kind=kind, before_order=before)) == words


def test_device_and_country_as_far_as_they_are_known():
    assert tags.seen_on(SimpleNamespace(device="phone", country="NO")) == "Phone, Norway"
    assert tags.seen_on(SimpleNamespace(device="unknown", country="NO")) == "Norway"
    assert tags.seen_on(SimpleNamespace(device="", country="")) == ""


def test_bounds_and_shares_are_rows_of_their_own():
    terms = Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        caps=(Cap(per="order", amount_minor=900, currency="EUR"),),
    )
    state = fold([sale(10_000)])
    earning = earn(state, terms, Circumstances(weights=(2, 1), place=1))
    found = receipt_of(terms, sale(10_000))
    found.lines = earning.lines

    rows = [(row.label, row.amount_minor) for row in receipts.sum_rows(found)]
    assert rows == [
        ("€100.00 × 10%", 1000),
        ("Above the most that is paid", -100),
        ("Shared with other partners", -600),
        ("Commission", 300),
    ]
    assert [part.sign + part.figure for part in receipts.formula_parts(found)] == [
        "€10.00", "−€1.00", "−€6.00",
    ]  # fmt: skip


def banded(volume, *, orders=False, pays_all=False):
    """500.00 (or 20 orders) and 900.00 (40) are where the next rates begin."""
    limits = [(0, 20), (20, 40), (40, None)] if orders else [(0, 500), (500, 900), (900, None)]
    unit = 1 if orders else 100
    bands = [
        SimpleNamespace(
            start=start * unit,
            end=end and end * unit,
            rate_ppm=100_000 + place * 20_000,
            fills=0,
            is_reached=volume >= start * unit,
        )
        for place, (start, end) in enumerate(limits)
    ]
    ahead = [band for band in bands if not band.is_reached]
    return SimpleNamespace(
        measure="orders" if orders else "basis",
        pays_all=pays_all,
        volume=volume,
        before=0,
        bands=bands,
        reached=[band for band in bands if band.is_reached][-1],
        next=ahead[0] if ahead else None,
        missing=ahead[0].start - volume if ahead else 0,
    )


def test_rates_by_volume_are_told_with_what_the_next_one_asks_for():
    assert [
        (band.label, band.rate, band.is_reached)
        for band in explained.tier_bands(banded(61_000), "EUR")
    ] == [
        ("below €500.00", "10%", True),
        ("from €500.00, below €900.00", "12%", True),
        ("from €900.00 on", "14%", False),
    ]
    assert explained.tier_words(banded(61_000), "EUR") == [
        "€610.00 counted: the rate that was reached is 12%.",
        "Each rate pays the part that lies in its step.",
        "€290.00 more reach 14%.",
    ]


def test_rates_by_number_of_orders_name_the_last_order_of_each():
    tiers = banded(40, orders=True, pays_all=True)

    assert [band.label for band in explained.tier_bands(tiers, "EUR")] == [
        "up to 19 orders",
        "from 20 orders, up to 39 orders",
        "from 40 orders on",
    ]
    assert explained.tier_words(tiers, "EUR") == [
        "40 orders counted: the rate that was reached is 14%.",
        "The rate that was reached pays all of it.",
    ]


@given(st.integers(0, 10_000_000))
def test_the_picture_of_rates_stays_within_its_frame(volume):
    drawn = explained.tier_picture(banded(volume))
    boxes = re.findall(r'x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', drawn)

    assert all(int(x) + int(w) <= explained.WIDE for x, _y, w, _h in boxes)
    assert all(int(y) + int(h) == explained.HIGH for _x, y, _w, h in boxes)
    assert drawn.count("tier-filled") <= 3
    assert (drawn.count("tier-filled") == 0) is (volume < 120)


def test_all_kinds_of_touches_are_there():
    assert set(KINDS) == {kind for part in get_args(TouchKind) for kind in get_args(part) or [part]}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_touch_has_an_icon_and_words(kind):
    touch = SimpleNamespace(kind=kind, before_order=timedelta(days=2))

    assert KINDS[kind].icon in ICONS
    assert "%(" not in explained.instead_words(touch)


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("without_code", {"reference": "BEN10"}, "Without the code BEN10"),
        ("without_code", {"reference": ""}, "Without the code"),
        ("sent_back", {"line_id": "2", "sku": "SOCK"}, "SOCK sent back"),
        ("later", {"days": 1}, "Bought a day later"),
        ("country", {"country": "SE"}, "Bought from Sweden"),
        ("under_version", {"number": 3}, "Under version 3 of the agreement"),
        ("under_draft", {"name": "Spring"}, "Under the draft “Spring”"),
        ("order_more", {"order": "L-1"}, "With one more order like L-1"),
    ],
)
def test_what_is_supposed_is_said(code, params, words):
    assert explained.what_if_words(SimpleNamespace(code=code, params=params)) == words

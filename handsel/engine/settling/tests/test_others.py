"""Days of clicks, bonuses, overrides and amounts by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handsel.engine.orders import WrongCurrency
from handsel.engine.settling import (
    BonusInputs,
    DayCount,
    DayInputs,
    Earned,
    ManualInputs,
    OverrideInputs,
    settle,
)
from handsel.engine.settling.tests.cast import DAY, FIRST, lines, terms
from handsel.engine.terms import (
    FirstSale,
    Milestone,
    Override,
    Percent,
    PerClick,
    PerThousand,
    SignUp,
    Task,
    Tenure,
    TimeBox,
    Views,
    When,
)
from handsel.engine.tests.cast import BEN, CLEO, agreement

TENTH = Percent(rate_ppm=100_000)
EUR: Any = {"currency": "EUR"}
CLICK = PerClick(amount_minor=7, **EUR)
SWEDISH = PerClick(amount_minor=11, when=When(countries=("SE",)), **EUR)
SHOWN = PerThousand(amount_minor=250, **EUR)


def day(counts, *pay, number=1, **sections):
    version = agreement(terms=terms(*pay, **sections), number=number)
    return settle(
        DayInputs(
            partnership=BEN,
            link="spring",
            day=date(2026, 9, 2),
            agreements=(version,),
            counts=tuple(DayCount(agreement=version.agreement, **count) for count in counts),
        )
    )


def reasons(settlement):
    return [step.params["reason"] for step in settlement.steps if "reason" in step.params]


def test_each_click_is_paid_by_its_most_specific_rule():
    settlement = day(
        [{"country": "SE", "clicks": 3}, {"country": "NO", "clicks": 4}, {"clicks": 5}],
        CLICK,
        SWEDISH,
    )
    assert lines(settlement) == [(2, "click", 63), (3, "click", 33)]
    assert [line.quantity for line in settlement.lines] == [9, 3]
    assert settlement.subject == "spring:2026-09-02"
    assert settlement.hold_until == datetime(2026, 9, 3, tzinfo=UTC) + 30 * DAY


@pytest.mark.parametrize(("shown", "minor"), [(1, 0), (2, 1), (6, 2), (1000, 250), (1998, 500)])
def test_impressions_are_paid_in_proportion_and_rounded_once_a_day(shown, minor):
    settlement = day([{"impressions": shown - shown // 2}, {"impressions": shown // 2}], SHOWN)
    assert lines(settlement) == [(2, "impression", minor)]


def test_clicks_and_impressions_are_paid_each_by_their_own_rules():
    settlement = day([{"clicks": 2, "impressions": 4000}], CLICK, SHOWN)
    assert lines(settlement) == [(2, "click", 14), (3, "impression", 1000)]


def test_a_rule_for_impressions_takes_no_clicks_from_one_for_clicks():
    swedish = SHOWN.model_copy(update={"when": When(countries=("SE",))})
    settlement = day([{"country": "SE", "clicks": 2, "impressions": 1000}], CLICK, swedish)
    assert lines(settlement) == [(2, "click", 14), (3, "impression", 250)]


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({"countries": ("SE",)}, "country_unknown"),
        ({"devices": ("phone",)}, "device_unknown"),
        ({"sources": ("x.example",)}, "source_unknown"),
        ({"links": ("autumn",)}, "link_other"),
        ({"customer": "new"}, "customer_unknown"),
        ({"codes": ("BEN10",)}, "code_other"),
        ({"any_of": (When(links=("autumn",)),)}, "no_alternative"),
        ({"none_of": (When(links=("spring",)),)}, "ruled_out"),
    ],
)
def test_a_rule_for_clicks_says_why_it_does_not_apply(when, reason):
    rule = PerClick(amount_minor=7, when=When(**when), **EUR)
    assert reasons(day([{"clicks": 3}], rule)) == [reason]


def test_a_rule_for_clicks_is_in_time_from_the_beginning_of_a_day():
    tick = timedelta(microseconds=1)
    for since, found in ((FIRST + DAY, []), (FIRST + DAY + tick, ["too_early"])):
        rule = PerClick(amount_minor=7, valid=TimeBox(since=since), **EUR)
        assert reasons(day([{"clicks": 3}], rule)) == found


def test_a_rule_whose_clicks_another_one_pays_says_so():
    assert reasons(day([{"country": "SE", "clicks": 3}], CLICK, SWEDISH)) == ["more_specific_rule"]
    assert reasons(day([{"clicks": 0}], CLICK)) == ["nothing_counts"]


def test_every_click_is_paid_by_the_version_in_force_at_it():
    old = agreement(terms=terms(CLICK))
    new = agreement(terms=terms(CLICK.model_copy(update={"amount_minor": 9})), number=2)
    counts = (
        DayCount(agreement=new.agreement, clicks=10),
        DayCount(agreement=old.agreement, clicks=1),
    )
    inputs = DayInputs(
        partnership=BEN,
        link="spring",
        day=date(2026, 9, 2),
        agreements=(new, old),
        counts=counts,
    )
    assert lines(settle(inputs)) == [(2, "click", 7), (2, "click", 90)]
    with pytest.raises(ValueError, match="missing"):
        settle(inputs.model_copy(update={"agreements": (old,)}))


# ---- Bonuses -------------------------------------------------------------------------------------


def bonus(one, **fields):
    base: dict[str, Any] = {"partnership": BEN, "place": 0, "earned_at": FIRST}
    version = agreement(terms=terms(TENTH, bonuses=(one,)))
    return settle(BonusInputs(agreement=version, **(base | fields)))


FIRST_SALE = FirstSale(amount_minor=2000, **EUR)
JOINING = SignUp(amount_minor=1000, **EUR)
AT_ONCE = SignUp(amount_minor=1000, after_first_sale=False, **EUR)
YEAR = Tenure(months=12, orders_min=2, amount_minor=9000, **EUR)
FILM = Task(name="A film", times_max=2, amount_minor=500, **EUR)
SEASON = Task(name="A film", amount_minor=500, valid=TimeBox(since=FIRST + DAY), **EUR)
POST = Views(per_views=1000, amount_minor=300, most_minor=1000, **EUR)
JOINED = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "fields", "amount_minor", "subject", "why"),
    [
        (FIRST_SALE, {"because": "L-1"}, 2000, "first_sale", []),
        (FIRST_SALE, {}, 0, "first_sale", ["no_order"]),
        (JOINING, {"orders": 1}, 1000, "sign_up", []),
        (JOINING, {}, 0, "sign_up", ["no_order"]),
        (AT_ONCE, {}, 1000, "sign_up", []),
        (YEAR, {"joined_at": JOINED, "orders": 2}, 9000, "tenure:12", []),
        (YEAR, {"joined_at": JOINED, "orders": 1}, 0, "tenure:12", ["too_few_orders"]),
        (YEAR, {"joined_at": JOINED + DAY, "orders": 2}, 0, "tenure:12", ["too_early"]),
        (YEAR, {"orders": 2}, 0, "tenure:12", ["joining_unknown"]),
        (FILM, {"number": 2}, 500, "task:2:A film", []),
        (FILM, {"number": 3}, 0, "task:3:A film", ["times_max"]),
        (SEASON, {}, 0, "task:1:A film", ["too_early"]),
        (POST, {"views": 2999, "because": "post-1"}, 600, "views:post-1", []),
        (POST, {"views": 999, "because": "post-1"}, 0, "views:post-1", ["too_few_views"]),
    ],
)
def test_a_bonus_is_paid_for_what_it_asks_for(one, fields, amount_minor, subject, why):
    settlement = bonus(one, **fields)
    found = settlement.amount_minor, settlement.subject, reasons(settlement)
    assert found == (amount_minor, subject, why)
    assert settlement.hold_until == FIRST


def test_views_are_paid_up_to_the_most():
    found = lines(bonus(POST, views=5000, because="post-1"))
    assert found == [(7, "views", 1500), (7, "cap", -500)]


def test_a_bonus_that_the_agreement_does_not_have_is_refused():
    goal = Milestone(measure="orders", reaches=1, period="month", amount_minor=1, **EUR)
    with pytest.raises(ValueError, match="with its period"):
        bonus(goal)
    with pytest.raises(ValueError, match="no such bonus"):
        bonus(FIRST_SALE, place=1)
    with pytest.raises(ValueError, match="another partnership"):
        bonus(FIRST_SALE, partnership=CLEO)


# ---- Overrides and amounts by hand ---------------------------------------------------------------


def override(level=1, amount_minor=1250, at=FIRST, currency="EUR"):
    agreed = terms(TENTH, overrides=(Override(level=1, rate_ppm=50_000, months_max=12),))
    of = Earned(
        commission="com_1",
        partnership=CLEO,
        occurred_at=at,
        amount_minor=amount_minor,
        currency=currency,
    )
    return settle(
        OverrideInputs(
            partnership=BEN,
            agreement=agreement(terms=agreed),
            level=level,
            brought_at=JOINED,
            of=of,
        )
    )


def test_a_partner_who_was_brought_earns_a_share_for_who_brought_them():
    tick = timedelta(microseconds=1)
    assert lines(override(at=FIRST - tick)) == [(7, "override", 63)]
    assert override(at=FIRST - tick).subject == "com_1:1"
    assert lines(override(at=FIRST - tick, amount_minor=-1250)) == [(7, "override", -63)]
    assert reasons(override(at=FIRST)) == ["months_max"]
    assert reasons(override(level=2)) == ["no_override"]
    with pytest.raises(WrongCurrency):
        override(currency="SEK")


def test_an_amount_by_hand_is_what_was_decided():
    inputs = ManualInputs(
        partnership=BEN, amount_minor=-500, currency="EUR", reason_digest="ab" * 32, at=FIRST
    )
    settlement = settle(inputs)
    assert lines(settlement) == [(0, "manual", -500)]
    assert (settlement.agreement, settlement.hold_until) == (None, FIRST)

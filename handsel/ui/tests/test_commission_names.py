"""What a commission is called where it stands in a list."""

from typing import get_args

import pytest
from django.utils import translation

from handsel.engine.terms.pay import Bonus, Calendar
from handsel.ui.wording.commissions import commission_name


def test_the_commission_of_an_order_is_called_by_the_order():
    assert commission_name("order", {}, "1001") == "1001"


def test_each_period_is_called_as_people_call_it():
    starts = {"start": "2026-07-01"}
    names = {
        period: commission_name("period", {"period": period, **starts}).partition(":")[0]
        for period in get_args(Calendar)
    }
    assert names == {
        "day": "1 Jul 2026",
        "week": "Week from 1 Jul 2026",
        "month": "July 2026",
        "quarter": "Q3 2026",
        "year": "2026",
        "ever": "All time",
    }


def test_a_period_begins_with_a_capital_in_every_language():
    with translation.override("pl"):
        name = commission_name("period", {"period": "month", "start": "2026-09-01"})
    assert name.startswith("Wrzesień 2026")


def test_a_day_of_clicks_is_called_by_its_link():
    name = commission_name("day", {"day": "2026-09-12", "link": "ben"})
    assert name == "Clicks of 12 Sept 2026 on ben"


def test_every_bonus_of_the_terms_has_a_name():
    members = get_args(get_args(Bonus)[0])
    kinds = [member.model_fields["kind"].default for member in members]
    # A milestone is settled with its period.
    paid_alone = [kind for kind in kinds if kind != "milestone"]
    assert {commission_name("bonus", {"bonus": kind, "name": "A post"}) for kind in paid_alone} == {
        "Bonus for the first sale",
        "Bonus for joining",
        "Bonus for staying",
        "Task: A post",
        "Bonus for views",
    }


def test_what_partners_brought_earn_is_called_by_their_name():
    assert commission_name("override", {"partner": "Ada", "level": 1}) == "Brought: Ada"


def test_a_bonus_nobody_knows_is_not_named_at_all():
    with pytest.raises(KeyError):
        commission_name("bonus", {"bonus": "other"})

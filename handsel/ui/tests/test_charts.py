"""What a chart accepts."""

import pytest

from handsel.ui.charts import Era, Mark, Series, Unit, chart


def test_money_is_drawn_in_its_minor_unit():
    drawn = chart("bar", ["1 Oct"], [Series("Paid", (1442,), "partner")], Unit.money("JPY"))

    assert drawn["unit"] == {"currency": "JPY", "percent": False, "digits": 0}
    assert drawn["series"] == [{"name": "Paid", "values": (1442,), "hand": "partner"}]


def test_a_series_has_one_value_per_label():
    with pytest.raises(ValueError, match="one value per label"):
        chart("line", ["1 Oct", "2 Oct"], [Series("Paid", (1,))], Unit())


def test_a_mark_stands_at_a_label():
    with pytest.raises(ValueError, match="at one of the labels"):
        chart("line", ["1 Oct"], [Series("Paid", (1,))], Unit(), [Mark("3 Oct", "Launch")])


def test_an_era_begins_and_ends_at_a_label():
    sold = [Series("Sold", (1, 2))]
    drawn = chart(
        "bar", ["Sept", "Oct"], sold, Unit(), eras=[Era("Sept", "Oct", "Version 1", "v1")]
    )

    era = {"first": "Sept", "last": "Oct", "label": "Version 1", "short": "v1"}
    assert drawn["eras"] == [era]
    with pytest.raises(ValueError, match="at one of the labels"):
        chart("bar", ["Sept", "Oct"], sold, Unit(), eras=[Era("Sept", "Nov", "v1")])

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handsel.engine.terms import Terms
from handsel.engine.tests.cast import WOOL, sale
from handsel.engine.values import (
    Malformed,
    Moment,
    Value,
    canonical,
    canonical_json,
    moment_text,
    parse,
    parse_written,
)


class Happening(Value):
    at: Moment


moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_a_moment_is_spelled_alike_everywhere(at):
    assert Happening(at=at).model_dump(mode="json") == {"at": moment_text(at)}


def test_moments_become_utc_and_naive_ones_are_refused():
    summer = timezone(timedelta(hours=2))

    assert Happening(at=datetime(2026, 7, 1, 2, tzinfo=summer)).at == datetime(
        2026, 7, 1, tzinfo=UTC
    )
    with pytest.raises(ValidationError):
        Happening(at=datetime(2026, 7, 1))  # noqa: DTZ001


def test_a_value_survives_its_canonical_form():
    assert parse(Terms, canonical(WOOL)) == WOOL


@pytest.mark.parametrize("data", [1.0, {"a": [0.5]}, {"é": 1}, {1: 2}, [float("nan")]])
def test_what_has_no_single_spelling_is_refused(data):
    with pytest.raises(ValueError, match="Not a"):
        canonical_json(data)


def test_a_malformed_value_names_its_field():
    data = canonical(sale(1000)).replace(b'"gross_minor":1000', b'"gross_minor":"ten"')
    with pytest.raises(Malformed) as refusal:
        parse(type(sale(1)), data)
    assert refusal.value.field == "lines.0.gross_minor"
    assert refusal.value.status == 422


def test_whole_numbers_are_not_taken_from_floats():
    with pytest.raises(Malformed):
        parse(Terms, canonical(WOOL).replace(b'"rate_ppm":95000', b'"rate_ppm":95000.0'))


def test_a_member_that_stands_twice_is_refused_where_people_write():
    text = '{"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 1, "rate_ppm": 2}]}'

    with pytest.raises(Malformed) as refusal:
        parse_written(Terms, text)
    assert (refusal.value.field, refusal.value.remedy) == ("rate_ppm", "Keep one of the two.")


@pytest.mark.parametrize(
    ("pay", "field"),
    [
        ('{"kind": "percent", "rate_ppm": 0}', "pay.0.rate_ppm"),
        ('{"kind": "fixed", "amount_minor": 1}', "pay.0.currency"),
        ('{"kind": "percent", "rate_ppm": 1, "valid": {"since": "now"}}', "pay.0.valid.since"),
        (
            '{"kind": "percent", "rate_ppm": 1, "tiers": {"mode": "marginal", "steps": [],'
            ' "period": {"days": 0}}}',
            "pay.0.tiers.period",
        ),
    ],
)
def test_the_field_at_fault_is_a_member_of_the_file(pay, field):
    """Pydantic marks which of several kinds it has tried; nobody finds those marks in a file."""
    with pytest.raises(Malformed) as refusal:
        parse(Terms, f'{{"currency": "EUR", "pay": [{pay}]}}')
    assert refusal.value.field == field
    assert "Value error" not in refusal.value.message

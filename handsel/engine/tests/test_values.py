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

"""A statement's sums, by rule and by time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.money import apply_ppm
from handsel.engine.proof import sign_checkpoint
from handsel.engine.statement import (
    Part,
    StatementDisagrees,
    agreed,
    fingerprint,
    totals,
)
from handsel.engine.tests.cast import DAY, ORDERED
from handsel.engine.tests.sealed import KEY
from handsel.engine.tests.sealed_statement import STATEMENT_LINES, content, line, part

ISSUED = sign_checkpoint(KEY, 9, bytes(32), ORDERED)
rates = st.sampled_from([50_000, 95_000, 100_000])
customers = st.sampled_from([None, "new", "returning"])


@st.composite
def parts(draw):
    customer = draw(customers)
    if draw(st.integers(0, 4)) == 0:
        return Part(
            clause=draw(st.integers(0, 9)), kind="other", customer=None, basis_minor=None,
            rate_ppm=None, amount_minor=draw(st.integers(-500, 500)),
        )  # fmt: skip
    if draw(st.booleans()):
        minor = draw(st.sampled_from([100, 300]))
        return Part(
            clause=3, kind="fixed", customer=customer, basis_minor=None, rate_ppm=None,
            amount_minor=minor,
        )  # fmt: skip
    basis_minor, rate_ppm = draw(st.integers(1, 50_000)), draw(rates)
    return Part(
        clause=2, kind="percent", customer=customer, basis_minor=basis_minor, rate_ppm=rate_ppm,
        amount_minor=apply_ppm(basis_minor, rate_ppm),
    )  # fmt: skip


@st.composite
def statements(draw):
    lines = [
        line(
            f"com_{place}",
            *draw(st.lists(parts(), max_size=3)),
            before_minor=draw(st.just(0) | st.integers(1, 9_999)),
        ).model_copy(update={"approved_at": ORDERED + draw(st.integers(-9, 9)) * DAY})
        for place in range(draw(st.integers(1, 8)))
    ]
    start = draw(st.none() | st.just(ORDERED))
    return content(ISSUED, lines).model_copy(update={"period_from": start})


@given(statements())
def test_the_sums_add_up_both_ways(statement):
    found = totals(agreed(statement))
    rules_minor = sum(rule.amount_minor for rule in found.rules)
    changes_minor = found.added_minor + found.taken_back_minor

    assert rules_minor + changes_minor == statement.amount_minor
    assert found.carried_minor + found.earned_minor + changes_minor == statement.amount_minor
    assert found.taken_back_minor <= 0 <= found.added_minor


@given(statements(), st.integers(1, 99))
def test_a_statement_of_another_amount_is_refused(statement, too_much_minor):
    amount_minor = statement.amount_minor + too_much_minor
    with pytest.raises(StatementDisagrees, match="add up to"):
        agreed(statement.model_copy(update={"amount_minor": amount_minor}))


def test_the_statement_of_the_example():
    found = totals(content(ISSUED, STATEMENT_LINES))

    percent, fixed = found.rules
    assert (percent.orders_total, percent.basis_minor, percent.amount_minor) == (2, 18_334, 1_742)
    assert (fixed.orders_total, fixed.each_minor, fixed.customer) == (1, 300, "new")
    assert (found.taken_back_total, found.taken_back_minor) == (1, -500)
    assert found.amount_minor == 1_542


def test_what_was_approved_before_the_period_is_carried_into_it():
    old, new = STATEMENT_LINES[:2]
    early = old.model_copy(update={"approved_at": ORDERED - DAY})
    statement = content(ISSUED, [early, new]).model_copy(update={"period_from": ORDERED})

    found = totals(statement)

    assert (found.carried_total, found.carried_minor, found.earned_minor) == (1, 1_442, 600)


def test_a_line_that_does_not_add_up_is_refused():
    wrong = STATEMENT_LINES[0].model_copy(update={"earned_minor": 1_443, "amount_minor": 1_443})
    with pytest.raises(StatementDisagrees, match="com_a does not add up"):
        agreed(content(ISSUED, [wrong]))


def test_a_part_that_is_not_its_rate_is_refused():
    with pytest.raises(StatementDisagrees, match="does not add up"):
        agreed(content(ISSUED, [line("com_a", part(2, 95_000, 12_018, 1_143))]))


def test_a_commission_stands_in_one_line():
    with pytest.raises(StatementDisagrees, match="two lines"):
        agreed(content(ISSUED, [STATEMENT_LINES[0]] * 2))


def test_the_fingerprint_is_of_every_word():
    statement = content(ISSUED, STATEMENT_LINES)
    changes = {"reference": "X", "pays_on": date(2026, 10, 17), "month": "2026-08"}
    prints = {fingerprint(statement.model_copy(update={k: v})) for k, v in changes.items()}

    assert len(prints | {fingerprint(statement)}) == 4

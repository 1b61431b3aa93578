from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.payouts import (
    Circumstances,
    LineAmount,
    Position,
    approved_lines,
    is_look,
    left_out_because,
    lines,
    next_payout_day,
    position_minor,
    sides,
    unusual,
)

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
payout_days = st.integers(1, 28)
minor = st.integers(-10_000, 10_000)
positions = st.lists(
    st.builds(Position, st.sampled_from("abcde"), minor, st.booleans()), unique_by=lambda p: p[0]
)
proposals = st.dictionaries(st.sampled_from("abcde"), minor.filter(bool)).map(
    lambda found: [LineAmount(*line) for line in found.items()]
)
KNOWN = Circumstances(has_payee=True, past_minor=[100, 100])


@given(days, payout_days)
def test_the_next_payout_day_is_the_first_of_its_kind(day, payout_day):
    found = next_payout_day(day, payout_day)

    assert found >= day
    assert found.day == payout_day
    assert found - day < timedelta(days=31)


@given(minor)
def test_a_position_is_what_is_payable_less_what_is_owed_back(position):
    payable, receivable = sides(position)

    assert payable - receivable == position
    assert min(payable, receivable) == 0


@given(positions)
def test_a_payout_carries_what_is_ready_and_all_that_is_owed_back(found):
    carried = dict(lines(found))

    for commission, amount_minor, ready in found:
        expected = amount_minor if ready or amount_minor < 0 else 0
        assert carried.get(commission, 0) == expected


@given(proposals, positions)
def test_never_more_is_approved_than_was_looked_at(proposed, found):
    looked_at = dict(proposed)
    for commission, amount_minor in approved_lines(proposed, found):
        assert amount_minor <= max(looked_at.get(commission, 0), 0)


@given(proposals, positions)
def test_each_approved_line_is_all_that_is_owed_of_its_commission(proposed, found):
    owed = {commission: amount_minor for commission, amount_minor, _ in found}
    assert all(
        owed[line.commission] == line.amount_minor for line in approved_lines(proposed, found)
    )


def test_a_proposal_that_still_stands_is_approved_as_it_is():
    found = [Position("a", 500, True), Position("b", -40, False), Position("c", 70, False)]
    assert approved_lines(lines(found), found) == [("a", 500), ("b", -40)]


@pytest.mark.parametrize(
    ("now_minor", "ready", "approved"),
    [(500, True, 500), (300, True, 300), (700, True, 0), (500, False, 0), (-20, False, -20)],
)
def test_what_became_of_a_line_of_500_until_it_is_approved(now_minor, ready, approved):
    kept = approved_lines([LineAmount("a", 500)], [Position("a", now_minor, ready)])
    assert sum(line.amount_minor for line in kept) == approved


def test_what_is_declined_or_reversed_after_its_payout_is_owed_back_whole():
    assert position_minor(1_000, 1_000, is_approved=False) == -1_000


@pytest.mark.parametrize(
    ("amount_minor", "codes"),
    [(299, []), (300, ["jump"]), (1_000, ["jump"])],
)
def test_three_times_the_usual_is_unusual(amount_minor, codes):
    assert [check.code for check in unusual(amount_minor, 0, KNOWN)] == codes


def test_a_jump_says_how_much_and_what_is_usual():
    known = Circumstances(has_payee=True, past_minor=[100, 120, 900])
    (jump,) = unusual(480, 0, known)
    assert jump.params == {"factor_ppm": 4_000_000, "usual_minor": 120}


@pytest.mark.parametrize(("taken_minor", "codes"), [(249, []), (250, ["clawback_large"])])
def test_a_quarter_sent_back_is_much(taken_minor, codes):
    known = Circumstances(has_payee=True, past_minor=[1_000, 1_000])
    assert [check.code for check in unusual(1_000, -taken_minor, known)] == codes


@pytest.mark.parametrize(("hours", "watched"), [(0, True), (71, True), (72, False), (500, False)])
def test_a_new_account_is_watched_for_three_days(hours, watched):
    known = Circumstances(has_payee=True, past_minor=[100], account_changed_hours=hours)
    (check,) = unusual(100, 0, known)
    assert (check.code, check.params) == ("new_account", {"days": hours // 24, "watched": watched})


def test_a_first_payout_is_said_and_asks_for_no_look():
    (check,) = unusual(100, 0, Circumstances(has_payee=True))

    assert check.code == "first_payout"
    assert not is_look(check.code)


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_a_partner_who_is_not_active_asks_for_a_look(status):
    known = Circumstances(has_payee=False, past_minor=[100], status=status)
    codes = [check.code for check in unusual(100, 0, known)]

    assert codes == ["no_payee", f"partner_{status}"]
    assert all(map(is_look, codes))


@given(minor, st.integers(0, 10_000))
def test_what_is_paid_reaches_the_threshold(amount_minor, threshold_minor):
    is_paid = left_out_because(amount_minor, threshold_minor) == ""
    assert is_paid == (amount_minor > 0 and amount_minor >= threshold_minor)

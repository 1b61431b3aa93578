from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.merkle import root_of_path
from handsel.engine.proof.payout import (
    evidence_of_lines,
    line_hash,
    line_path,
    line_place,
    payout_evidence,
)

commissions = st.text("abcdefgh", min_size=1, max_size=4).map("com_{}".format)
lines = st.dictionaries(commissions, st.integers(-9_999, 9_999), min_size=1, max_size=20)


@given(lines, st.randoms())
def test_the_evidence_of_a_payout_is_of_its_lines_in_any_order(lines, random):
    names = list(lines)
    random.shuffle(names)

    assert payout_evidence("pay_1", "EUR", {name: lines[name] for name in names}) == (
        payout_evidence("pay_1", "EUR", lines)
    )


@given(lines, lines)
def test_other_lines_have_other_evidence(some, others):
    same = payout_evidence("pay_1", "EUR", some) == payout_evidence("pay_1", "EUR", others)
    assert same == (some == others)


def test_another_payout_or_currency_has_other_evidence():
    payouts = ("pay_1", "EUR"), ("pay_2", "EUR"), ("pay_1", "SEK")
    assert len({payout_evidence(*payout, {"com_a": 1}) for payout in payouts}) == 3


@given(lines, st.data())
def test_one_line_is_shown_without_the_others(lines, data):
    name = data.draw(st.sampled_from(sorted(lines)))
    evidence = payout_evidence("pay_1", "EUR", lines)
    path = line_path("pay_1", lines, name)

    leaf = line_hash("pay_1", name, lines[name])
    root = root_of_path(leaf, line_place(lines, name), len(lines), path)
    assert root is not None
    assert evidence_of_lines("pay_1", "EUR", len(lines), root) == evidence

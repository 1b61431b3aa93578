import pytest

from handsel.engine.terms import Percent, Terms, When, clause_number, clause_of, sentences
from handsel.engine.terms.tests.everything import EVERYTHING, all_variations, members, named

PLAIN = Terms(
    currency="EUR", pay=(Percent(rate_ppm=95_000), Percent(rate_ppm=1, when=When(skus=("A",))))
)


def test_every_member_of_the_language_is_varied_by_these_tests():
    varied = {named(path) for path, _ in all_variations()}
    # A floor per order has no period, one per partner has one: they change together only.
    assert members(EVERYTHING) - varied == {"floors.per"}


def test_a_changed_member_changes_the_clauses():
    said = sentences(EVERYTHING)
    assert [path for path, changed in all_variations() if sentences(changed) == said] == []


def test_each_clause_says_one_item_and_its_number_can_be_asked_for():
    clauses = sentences(EVERYTHING)

    assert [clause.number for clause in clauses] == list(range(1, len(clauses) + 1))
    assert [clause_of(EVERYTHING, c.section, c.place) for c in clauses] == [
        clause.number for clause in clauses
    ]
    assert clause_of(EVERYTHING, "pay", 3) == clause_number(3)


def test_what_the_language_gained_is_said_after_what_it_had():
    sections = list(dict.fromkeys(clause.section for clause in sentences(EVERYTHING)))
    assert sections == [
        *("attribution", "pay", "basis", "hold", "refunds", "payout", "bonuses", "caps", "floors"),
        *("overrides", "recurring", "customer_discount", "perks", "promotion", "ending"),
        "time_zone",
    ]
    assert [clause.code for clause in sentences(PLAIN)] == [
        *("credit", "percent", "percent", "basis", "hold", "refunds", "payout", "ending")
    ]


def test_no_clause_is_about_what_is_not_said():
    with pytest.raises(ValueError, match="caps"):
        clause_of(PLAIN, "caps")

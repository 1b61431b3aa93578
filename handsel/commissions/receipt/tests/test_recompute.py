"""Commissions computed again from what is stored; what was tampered with is found."""

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.receipt import recompute, recompute_all, recomputed
from handsel.commissions.receipt.recompute import recomputed_from
from handsel.commissions.settling.tests.conftest import settled

pytestmark = pytest.mark.django_db


def tampered(commission, **changed):
    """Computed again, had somebody with the tables' own password written over it."""
    revision = commission.revisions.get()
    for name, value in changed.items():
        setattr(revision, name, {**getattr(revision, name), **value})
    return recomputed_from(commission, [revision])


def test_every_kind_comes_out_the_same(every_kind, monkeypatch):
    monkeypatch.setattr(recompute, "AT_ONCE", 2)
    found = list(recompute_all(Commission.objects.all()))

    assert len(found) == Commission.objects.count() >= len(every_kind)
    assert [one for one in found if not one.is_same] == []
    assert {one.commission_id: one.computed_minor for one in found} == dict(
        Commission.objects.values_list("pk", "amount_minor")
    )


def test_every_evaluation_is_computed_again(every_kind, shop):
    shop.refund("L-2", 5_000)
    settled()
    order = Commission.objects.get(pk=every_kind["order"].pk)
    found = recomputed(order)

    assert [one.computed_minor for one in found.evaluations] == [2_000, 1_500]
    assert found.is_same
    assert found.computed_minor == order.amount_minor == 1_500


@pytest.mark.parametrize("kind", ["order", "period", "bonus"])
def test_another_amount_is_found(every_kind, kind):
    found = tampered(every_kind[kind], evaluation={"amount_minor": 1})

    assert "amount_minor" in found.evaluations[0].differs
    assert found.computed_minor == every_kind[kind].amount_minor
    assert not found.is_same


def test_another_explanation_is_found_although_the_cents_agree(every_kind):
    found = tampered(every_kind["order"], evaluation={"steps": []})

    assert [one.differs for one in found.evaluations] == [("steps",)]
    assert not found.is_same


def test_other_inputs_are_found(every_kind):
    found = tampered(every_kind["manual"], inputs={"amount_minor": 90_000})

    assert found.computed_minor == 90_000
    assert not found.is_same


def test_inputs_that_nobody_can_read_are_found(every_kind):
    [again] = tampered(every_kind["day"], inputs={"link": None}).evaluations

    assert (again.computed_minor, again.differs) == (None, ("inputs",))


def test_a_row_that_says_another_amount_than_its_last_evaluation_is_found(every_kind):
    every_kind["bonus"].amount_minor += 1

    assert not recomputed(every_kind["bonus"]).is_same

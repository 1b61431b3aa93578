"""Beside a receipt: what if, and computing it again, on both sides' pages."""

import pytest
from django.urls import reverse

from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, withhold_commission
from handsel.console.tests.conftest import order
from handsel.console.tests.reading import page_text
from handsel.drafts.services import begin_draft
from handsel.engine.terms import Percent, When


def console(commission, query=""):
    return reverse("console:commission", args=[commission.pk]) + query


def portal(commission, query=""):
    return reverse("portal:earning", args=[commission.pk]) + query


def test_both_sides_read_what_it_would_be(as_ada, as_ben, commission):
    for client, url in ((as_ada, console), (as_ben, portal)):
        text = page_text(client, url(commission))

        assert "Without this click Nobody is credited: no click and no code counts. €0.00" in text
        assert "Bought a day later €10.50 the same" in text


def test_another_country_is_computed_on_request(as_ada, commission, bens, terms, shop, bens_click):
    swedish = Percent(rate_ppm=200_000, when=When(countries=("SE",)))
    agreement = bens.agreements.get()
    agreement.terms = terms.model_copy(update={"pay": (*terms.pay, swedish)}).model_dump(
        mode="json"
    )
    agreement.save()
    order(shop, "L-2", click_ids=[bens_click])
    second = Commission.objects.get(conversion__order_reference="L-2")

    assert "Bought from Sweden" not in page_text(as_ada, console(second))
    assert "Bought from Sweden" in page_text(as_ada, console(second, "?country=SE"))
    assert "€21.00 +€10.50" in page_text(as_ada, console(second, "?country=SE"))
    assert "Bought from Sweden" not in page_text(as_ada, console(second, "?country=Sweden"))


def test_only_the_brand_reads_it_under_a_draft(
    as_ada, as_ben, ada, commission, program, bens, terms
):
    better = terms.model_copy(update={"pay": (Percent(rate_ppm=200_000),)})
    draft = begin_draft(program, better, actor=ada, partnership=bens, name="Spring")

    assert "Under the draft “Spring” €21.00 +€10.50" in page_text(as_ada, console(commission))
    assert "Spring" not in page_text(as_ben, portal(commission))

    draft.written = {"currency": "EUR", "pay": "a hole"}
    draft.save()
    assert "Spring" not in page_text(as_ada, console(commission))


def test_a_draft_for_somebody_else_is_none(as_ada, ada, commission, program, cleos, terms):
    begin_draft(program, terms, actor=ada, partnership=cleos, name="For Cleo")

    assert "For Cleo" not in page_text(as_ada, console(commission))


def test_it_is_computed_again_on_request(as_ada, as_ben, commission):
    for client, url in ((as_ada, console), (as_ben, portal)):
        assert "Computed again" not in page_text(client, url(commission))
        text = page_text(client, url(commission, "?recompute=1"))

        assert "Computed again: the same cents. 1 evaluation" in text
        assert "Evaluation 1 €10.50" in text


def test_what_differs_is_said_and_never_the_same(as_ada, commission):
    Commission.objects.update(amount_minor=1_051)

    assert "Computed again, something differs." in page_text(
        as_ada, console(commission, "?recompute=1")
    )


@pytest.mark.parametrize("decide", [decline_commission, withhold_commission])
def test_a_decision_against_the_partner_is_told_with_its_reason(as_ben, ada, commission, decide):
    decide(commission.pk, reason="The same basket came four times.", actor=ada)

    assert "Reason The same basket came four times." in page_text(as_ben, portal(commission))

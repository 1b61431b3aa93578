"""Taking a partner in, and the page where its first order is tried."""

import re

import pytest
from django.urls import reverse

from handsel.clicks.tests.visits import count_clicks
from handsel.commissions.services import evaluate_due
from handsel.console.examples import example_orders
from handsel.console.tests.conftest import YESTERDAY
from handsel.console.tests.reading import page_text
from handsel.console.views.partner import BEGINNER_CLICKS
from handsel.organizations.models import Invitation, Organization
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import accept_agreement
from handsel.rows.scope import as_system

NEW = "/console/partners/new/"


@pytest.fixture
def said(program):
    return {"name": "Dag", "kind": "content", "group": program.groups.get().pk, "invite": "on"}


def sent(shop, click, reference):
    """The example order of the partner's page, evaluated."""
    shop.order(reference, 12_000, click_ids=[click], at=YESTERDAY, received_at=YESTERDAY)
    evaluate_due()


def test_a_partner_without_an_address_comes_in_and_is_not_invited(as_ada, said):
    response = as_ada.post(NEW, said)

    assert response["Location"] == reverse("console:partner", args=[Partnership.objects.get().pk])
    with as_system():
        assert not Invitation.objects.exists()


def test_a_website_may_come_without_https(as_ada, said):
    as_ada.post(NEW, {**said, "site_url": "dag.example"})

    assert Partnership.objects.get().partner.site_url == "https://dag.example"


def test_an_invitation_without_a_mail_server_leads_to_its_letter(as_ada, bens):
    url = reverse("console:partner-invitation", args=[bens.pk])
    response = as_ada.post(url, {"email": "ben@blog.example"})

    assert response["Location"] == reverse("console:letters")


def test_the_next_example_is_an_order_of_its_own(bens, cleos, bens_click, shop):
    before = example_orders(bens)
    sent(shop, bens_click, "1001")

    assert before == ("1001", "1001")
    assert example_orders(bens) == ("1001-2", "1001")
    assert example_orders(cleos) == ("1001-2", "1001-2")


def test_what_went_back_is_not_sent_back_again(bens, bens_click, shop):
    sent(shop, bens_click, "1001")
    shop.refund("1001", 6_000)

    assert example_orders(bens) == ("1001-2", "1001-2")


def test_the_page_shows_the_examples_of_its_partner(as_ada, bens, bens_click, shop):
    sent(shop, bens_click, "1001")
    text = page_text(as_ada, reverse("console:partner", args=[bens.pk]))

    assert re.search(r'"order_reference": "1001-2"', text)
    assert "/conversions/1001/refunds" in text


def test_who_is_clicked_and_sells_nothing_is_shown_like_the_others(as_ada, bens, bens_link):
    page = reverse("console:partner", args=[bens.pk])
    assert "See it work" in page_text(as_ada, page)

    count_clicks(bens_link, YESTERDAY.date(), clicks=BEGINNER_CLICKS)
    text = page_text(as_ada, page)
    assert "See it work" not in text
    assert "Performance" in text


def test_who_has_signed_is_not_invited_again_in_passing(as_ada, bens, ben):
    Organization.objects.filter(pk=bens.partner_id).update(email="ben@blog.example")
    page = reverse("console:partner", args=[bens.pk])
    assert "ben@blog.example" in as_ada.get(page).content.decode()

    offered = bens.agreements.get()
    digest = offered.terms_digest
    accept_agreement(offered.pk, member=ben, terms_digest=digest, text="", language="en")
    assert "ben@blog.example" not in as_ada.get(page).content.decode()

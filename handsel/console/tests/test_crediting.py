"""Credit by hand and lifetime customers, on the pages of both sides."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.commissions.tests.crediting import Scene, settle_all, terms_with
from handsel.console.tests.reading import page_text, text_of
from handsel.conversions.models import Conversion, ManualCredit
from handsel.conversions.tests.shop import NOON
from handsel.customers.models import Binding, Customer
from handsel.organizations.models import Member

KARI = {"id": "kari-77"}


@pytest.fixture
def here(acme, ada):
    """One order of Ben's, whose customer is his for ever."""
    here = Scene(acme, ada, terms_with(lifetime_days=None))
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    here.partner("Cleo")
    settle_all()
    return here


@pytest.fixture
def desk(client, signed_in, ada):
    return signed_in(client, ada)


def credit_url():
    return reverse("console:conversion-credit", args=[Conversion.objects.get().pk])


def form(here, **said):
    return {"partner": here.partner("Cleo").pk, "agreement": "", "reason": "She called.", **said}


def test_what_a_credit_changes_is_shown_before_it_does(desk, here):
    page = desk.post(credit_url(), form(here, step="look"))

    text = text_of(page.content.decode())
    assert "Ben" in text
    assert "€10.00" in text
    assert not ManualCredit.objects.exists()


def test_a_credit_moves_the_order_and_its_withdrawal_moves_it_back(desk, here):
    desk.post(credit_url(), form(here, step="decide"))
    settle_all()
    assert here.earned("L-1") == {"Cleo": 1_000}

    credit = ManualCredit.objects.get()
    desk.post(reverse("console:credit-withdrawal", args=[credit.pk]), {"reason": "Not her."})
    settle_all()

    assert here.earned("L-1") == {"Ben": 1_000}


def test_without_a_reason_nothing_is_credited(desk, here):
    page = desk.post(credit_url(), form(here, step="decide", reason=" "))

    assert page.status_code == 422
    assert not ManualCredit.objects.exists()


def test_another_partners_agreement_cannot_be_chosen(desk, here):
    bens = here.partner("Ben").agreements.get()
    page = desk.post(credit_url(), form(here, step="decide", agreement=bens.pk))

    assert page.status_code == 422
    assert not ManualCredit.objects.exists()


def test_a_viewer_may_not_credit(client, signed_in, acme, here):
    viewer = signed_in(client, member_of(acme, "Vic", Member.Role.VIEWER))

    assert viewer.post(credit_url(), form(here, step="decide")).status_code == 403
    assert not ManualCredit.objects.exists()


def test_the_page_of_a_binding_names_the_customer_to_the_brand(desk, here):
    url = reverse("console:binding", args=[Binding.objects.get().pk])

    assert "kari-77" in page_text(desk, url)


@pytest.mark.parametrize(
    ("narrowed", "shown"), [("?state=running", True), ("?state=ended", False), ("?q=nobody", False)]
)
def test_the_list_of_lifetime_customers_can_be_narrowed(desk, here, narrowed, shown):
    page = desk.get(reverse("console:bindings") + narrowed)

    assert (
        reverse("console:binding", args=[Binding.objects.get().pk]) in str(page.content)
    ) is shown


def test_a_customer_is_moved_with_a_reason(desk, here):
    url = reverse("console:binding-move", args=[Binding.objects.get().pk])
    refused = desk.post(url, {"move-partner": here.partner("Cleo").pk, "move-reason": ""})
    assert refused.status_code == 422

    desk.post(url, {"move-partner": here.partner("Cleo").pk, "move-reason": "Agreed."})

    running = Binding.objects.running(NOON + timedelta(days=3_650))
    assert [row.partner.name for row in running] == ["Cleo"]


def test_a_binding_is_ended_once(desk, here):
    url = reverse("console:binding-ending", args=[Binding.objects.get().pk])
    assert desk.post(url, {"end-reason": "Asked to."}).status_code == 302
    assert desk.post(url, {"end-reason": "Asked to."}).status_code == 422


def test_a_customer_is_assigned_by_hand(desk, here):
    url = reverse("console:customer-assignment", args=[Customer.objects.get().pk])
    desk.post(url, {"partner": here.partner("Cleo").pk, "reason": "Met at the fair."})

    assert Binding.objects.filter(kind="assigned", partner__name="Cleo").exists()


def test_a_partner_sees_its_customers_without_their_names(client, signed_in, here):
    ben = signed_in(client, member_of(here.partner("Ben").partner, "Ben"))
    text = page_text(ben, reverse("portal:lifetime-customers"))

    assert "By the first order" in text
    assert "kari" not in text


def test_another_partner_does_not_see_them(client, signed_in, here):
    cleo = signed_in(client, member_of(here.partner("Cleo").partner, "Cleo"))

    assert "By the first order" not in page_text(cleo, reverse("portal:lifetime-customers"))

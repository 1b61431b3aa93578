"""A partner's postbacks on its pages: added, tried, looked after, and nobody else's."""

import pytest
from django.test import Client

from handsel.cast import SignIn, member_of
from handsel.commissions.models import Commission
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.services import add_postback, switch_off

LIST = "/portal/links/postbacks/"
URL = "https://tracker.example/in?c={sub1}&m={commission}"


@pytest.fixture
def postback(bens: Partnership, ben: Member) -> Postback:
    return add_postback(bens, url=URL, actor=ben)


def page_of(postback: Postback, part: str = "") -> str:
    return f"{LIST}{postback.pk}/{part}"


def test_an_empty_list_says_what_a_postback_is(as_ben: Client, bens: Partnership) -> None:
    page = as_ben.get(LIST).content.decode()

    assert "an address of yours that Handsel calls" in page
    assert "{order_amount}" in page


def test_its_secret_is_shown_when_it_is_added_and_never_again(
    as_ben: Client, bens: Partnership
) -> None:
    said = {"partnership": bens.pk, "url": URL, "method": "GET", "events": ["approved"]}
    page = as_ben.post(f"{LIST}new/", said).content.decode()

    made = Postback.objects.get()
    assert (made.url, made.events) == (URL, ["approved"])
    assert made.secret in page
    assert made.secret not in as_ben.get(page_of(made)).content.decode()


def test_an_address_with_an_unknown_placeholder_is_refused_with_those_there_are(
    as_ben: Client, bens: Partnership
) -> None:
    said = {"partnership": bens.pk, "url": "https://t.example/?o={order}", "method": "GET"}
    response = as_ben.post(f"{LIST}new/", {**said, "events": ["approved"]})

    assert response.status_code == 422
    error = response.context["form"].errors["url"][0]
    assert "{order} is no placeholder" in error
    assert "{sub1}" in error
    assert not Postback.objects.exists()


def test_a_link_of_another_program_is_no_choice(
    as_ben: Client, bens: Partnership, cleos: Partnership
) -> None:
    said = {"partnership": bens.pk, "url": URL, "method": "GET", "events": ["approved"]}
    response = as_ben.post(f"{LIST}new/", {**said, "link": cleos.links.get().pk})

    assert response.status_code == 422
    assert not Postback.objects.exists()


def test_what_it_was_told_stands_in_its_log(
    as_ben: Client, postback: Postback, waiting: Commission
) -> None:
    Delivery.objects.update(
        tried_at=waiting.recorded_at,
        tried_url="https://tracker.example/in?c=x",
        problem="timeout",
    )
    page = as_ben.get(page_of(postback)).content.decode()

    assert "https://tracker.example/in?c=x" in page
    assert "did not answer within 10 seconds" in page
    assert f"/portal/earnings/{waiting.pk}/" in page


def test_a_sample_waits_for_the_worker_and_the_log_looks_again(
    as_ben: Client, postback: Postback
) -> None:
    page = as_ben.post(page_of(postback, "sample/"), follow=True).content.decode()

    assert Delivery.objects.get().is_sample
    assert 'hx-trigger="every 1s"' in page


def test_a_change_a_new_secret_off_on_and_away(as_ben: Client, postback: Postback) -> None:
    said = {"url": "https://other.example/{at}", "method": "POST", "events": ["declined"]}
    as_ben.post(page_of(postback, "change/"), said)
    changed = Postback.objects.get()
    assert (changed.host, changed.method, changed.events) == ("other.example", "POST", ["declined"])

    page = as_ben.post(page_of(postback, "secret/")).content.decode()
    changed.refresh_from_db()
    assert changed.secret != postback.secret == changed.secret_before
    assert changed.secret in page

    for state in ("disabled", "enabled"):
        as_ben.post(page_of(postback, "switch/"))
        assert Postback.objects.get().state == state

    as_ben.post(page_of(postback, "removal/"))
    assert as_ben.get(page_of(postback)).status_code == 404


def test_one_that_went_off_says_why(as_ben: Client, postback: Postback, ben: Member) -> None:
    switch_off(postback.pk, actor=ben)
    Postback.objects.update(off_because="failing")

    assert "after days of failing" in as_ben.get(page_of(postback)).content.decode()


def test_who_only_reads_sees_no_buttons(
    client: Client, signed_in: SignIn, postback: Postback, bens: Partnership
) -> None:
    reader = signed_in(client, member_of(bens.partner, "Bix", Member.Role.VIEWER))
    page = reader.get(page_of(postback)).content.decode()

    assert "tracker.example" in page
    assert "Send a sample" not in page

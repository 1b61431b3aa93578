"""Applying, through the public page."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from handsel.engine.terms import Terms
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Program
from handsel.programs.page import hide_page
from handsel.programs.queries import first_group
from handsel.programs.services import change_group_terms
from handsel.recruiting.models import Application
from handsel.recruiting.services import decline_application, withdraw_application
from handsel.recruiting.tests.conftest import at, form_of

pytestmark = pytest.mark.usefixtures("outbox")
FORM = "/p/acme/application/"
THANKS = "/p/acme/thanks/"


def own_page(letter: Letter) -> str:
    found = re.search(r"/applications/\S+/", letter.text)
    assert found is not None
    return found[0]


def test_a_stranger_applies(client: Client, page: Program, terms: Terms) -> None:
    response = client.post(FORM, form_of(terms))

    assert response["Location"] == THANKS
    ines = Application.objects.get()
    assert (ines.status, ines.place, ines.reach) == ("waiting", "https://layered.example", 4000)
    assert (ines.terms_version, ines.terms_text) == (1, agreement_text(terms))
    assert ines.asked_from == "127.0.0.0"


def test_an_answer_is_promised_in_working_days(client: Client, page: Program, terms: Terms) -> None:
    with at("2026-10-15T10:00:00"):  # a Thursday
        client.post(FORM, form_of(terms))
        thanks = client.get(THANKS).content.decode()

    assert Application.objects.get().due_on == date(2026, 10, 20)
    letter = Letter.objects.get()
    assert letter.to == "ines@layered.example"
    assert "by 20 Oct 2026" in letter.text
    assert "Tue 20 Oct" in thanks


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ines@layered"}, "needs a dot, as in layered.example."),
        ({"email": "ines"}, "Write an address such as"),
        ({"name": ""}, "This field is required."),
        ({"place": "my blog"}, "Write an address such as layered.example"),
        ({"place": "javascript:alert(1)"}, "Write an address such as layered.example"),
        ({"country": "ZZ"}, "Select a valid choice."),
        ({"reach": "-3"}, "greater than or equal to 1"),
        ({"agreed": ""}, "Read the terms, then tick this."),
    ],
)
def test_what_cannot_be_used_is_named_and_kept(
    client: Client, page: Program, terms: Terms, wrong: dict[str, Any], said: str
) -> None:
    response = client.post(FORM, form_of(terms, **wrong))

    assert response.status_code == 422
    assert said in response.content.decode()
    assert "I mend what others throw away" in response.content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [("@ines.knits", "@ines.knits"), ("layered.example/about", "https://layered.example/about")],
)
def test_a_name_on_a_network_is_a_place_too(
    client: Client, page: Program, terms: Terms, written: str, kept: str
) -> None:
    client.post(FORM, form_of(terms, place=written))

    assert Application.objects.get().place == kept


def test_a_machine_that_fills_in_everything_is_thanked_for_nothing(
    client: Client, page: Program, terms: Terms
) -> None:
    response = client.post(FORM, form_of(terms, nickname="bot"))

    assert response["Location"] == THANKS
    assert not Application.objects.exists()
    assert not Letter.objects.exists()


def test_who_applies_twice_sees_what_everybody_sees_and_hears_once_by_letter(
    client: Client, ines: Application, terms: Terms
) -> None:
    for _attempt in range(2):
        response = client.post(FORM, form_of(terms, email="INES@layered.example"))
        assert response["Location"] == THANKS

    assert Application.objects.count() == 1
    first, again = Letter.objects.order_by("created_at")
    assert "You have applied to Acme before" in again.subject
    assert own_page(first) == own_page(again)


def test_who_was_declined_may_apply_from_the_day_they_were_told(
    client: Client, ines: Application, terms: Terms, ada: Member
) -> None:
    with at("2026-10-15T10:00:00"):
        decline_application(ines.pk, because="full", reapply_on=date(2026, 12, 1), actor=ada)
        client.post(FORM, form_of(terms))
        assert "apply again from 1 Dec 2026" in Letter.objects.latest("created_at").text
        assert Application.objects.count() == 1
    with at("2026-12-01T10:00:00"):
        client.post(FORM, form_of(terms))

    assert Application.objects.filter(status="waiting").count() == 1


def test_one_network_sends_five_in_an_hour_and_no_more(
    client: Client, page: Program, terms: Terms
) -> None:
    with at("2026-10-15T10:00:00"):
        for number in range(5):
            client.post(FORM, form_of(terms, email=f"ines{number}@layered.example"))
        refused = client.post(FORM, form_of(terms, email="ines5@layered.example"))
    with at("2026-10-15T11:01:00"):
        later = client.post(FORM, form_of(terms, email="ines5@layered.example"))

    assert refused.status_code == 429
    assert "Wait an hour" in refused.content.decode()
    assert later["Location"] == THANKS
    assert Application.objects.count() == 6


def test_nobody_agrees_with_terms_they_have_not_read(
    client: Client, page: Program, terms: Terms, ada: Member
) -> None:
    better = terms.model_copy(update={"hold": terms.hold.model_copy(update={"days": 7})})
    change_group_terms(first_group(page).pk, better, actor=ada)

    refused = client.post(FORM, form_of(terms))
    assert refused.status_code == 422
    assert "The terms have changed" in refused.content.decode()

    client.post(FORM, form_of(better))
    assert Application.objects.get().terms_version == 2


def test_an_applicant_takes_it_back_by_the_link_in_the_letter(
    client: Client, ines: Application
) -> None:
    address = own_page(Letter.objects.get())
    assert "Acme answers by" in client.get(address).content.decode()

    client.post(address)

    ines.refresh_from_db()
    assert (ines.status, ines.asked_from) == ("withdrawn", "")
    assert "You have taken it back" in client.get(address).content.decode()


def test_what_was_withdrawn_makes_room_for_another(
    client: Client, ines: Application, terms: Terms
) -> None:
    withdraw_application(ines.pk)
    client.post(FORM, form_of(terms))

    assert Application.objects.filter(status="waiting").count() == 1


@pytest.mark.parametrize("token", ["app_x.forged", "nothing"])
def test_a_link_we_did_not_write_opens_nothing(
    client: Client, ines: Application, token: str
) -> None:
    assert client.get(f"/applications/{token}/").status_code == 404
    assert client.get(f"/applications/{ines.pk}/").status_code == 404


def test_a_page_that_is_hidden_takes_no_applications(
    client: Client, page: Program, terms: Terms, ada: Member
) -> None:
    hide_page(page.pk, actor=ada)

    assert client.post(FORM, form_of(terms)).status_code == 404
    assert client.get("/p/acme/").status_code == 404
    assert not Application.objects.exists()

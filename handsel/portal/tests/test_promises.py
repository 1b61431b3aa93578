"""Handing in proof of what was done for a bonus."""

import pytest
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn
from handsel.commissions.models import Submission
from handsel.engine.terms import Percent, Task, Terms, Views
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db

POST = "https://blog.example/wool"


@pytest.fixture
def terms() -> Terms:
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        bonuses=(
            Task(name="A post about wool", amount_minor=2_000, currency="EUR"),
            Views(per_views=1_000, amount_minor=100, most_minor=450, currency="EUR"),
        ),
    )


@pytest.fixture
def as_ben(client: Client, ben: Member, signed_in: SignIn) -> Client:
    return signed_in(client, ben)


def address_of(partnership: Partnership) -> str:
    return reverse("portal:submission-new", args=[partnership.pk])


def test_open_tasks_stand_with_what_they_pay(as_ben: Client, bens: Partnership) -> None:
    page = as_ben.get(reverse("portal:promises")).content.decode()

    assert "A post about wool" in page
    assert "€20.00, once more" in page
    assert "€1.00 for every 1,000, at most €4.50 for a post" in page


def test_what_is_handed_in_waits_for_the_brand(as_ben: Client, bens: Partnership) -> None:
    said = {"place": "0", "url": POST, "text": "With three pictures."}

    page = as_ben.post(address_of(bens), said, follow=True).content.decode()

    waiting = Submission.objects.get()
    assert (waiting.name, waiting.url, waiting.status) == ("A post about wool", POST, "waiting")
    assert "With three pictures." in page
    assert "€20.00" not in page


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"place": "0"}, "Show what was done."),
        ({"place": "1", "url": POST}, "This field is required."),
        ({"place": "1", "url": POST, "views": "-4"}, "greater than or equal to 1"),
    ],
)
def test_what_shows_nothing_comes_back_in_its_form(
    as_ben: Client, bens: Partnership, said: dict[str, str], complaint: str
) -> None:
    answer = as_ben.post(address_of(bens), said)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not Submission.objects.exists()


def test_nobody_hands_in_for_another_partner(
    client: Client, mallory: Member, signed_in: SignIn, bens: Partnership
) -> None:
    said = {"place": "0", "url": POST}

    answer = signed_in(client, mallory).post(address_of(bens), said)

    assert answer.status_code == 404
    assert not Submission.objects.exists()

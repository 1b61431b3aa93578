import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from handsel.cast import SignIn
from handsel.mail.models import Letter
from handsel.organizations.models import Member, User
from handsel.organizations.services import invite_member
from handsel.partnerships.models import Partnership
from handsel.ui.moments import day_text_full

pytestmark = pytest.mark.usefixtures("outbox")
NEWCOMER = {"name": "Olga", "password": "a long and quiet fjord"}


def path_of(letter: Letter) -> str:
    found = re.search(r"/invitations/\S+/", letter.text)
    assert found is not None
    return found[0]


@pytest.fixture
def path(ada: Member) -> str:
    invite_member(ada.organization, email="olga@acme.example", role="finance", actor=ada)
    return path_of(Letter.objects.get())


def test_a_newcomer_comes_in_and_is_signed_in(client: Client, path: str, ada: Member) -> None:
    assert "Join Acme" in client.get(path).content.decode()
    response = client.post(path, NEWCOMER)

    assert response["Location"] == "/"
    olga = Member.objects.get(user__email="olga@acme.example")
    assert (olga.organization, olga.role) == (ada.organization, "finance")
    assert client.session["organization_id"] == ada.organization_id


def test_a_partner_sees_who_asks(client: Client, ada: Member, bens: Partnership) -> None:
    invite_member(bens.partner, email="ben@blog.example", role="owner", actor=ada)
    letter = Letter.objects.get()

    assert "Acme would like you as a partner" in client.get(path_of(letter)).content.decode()
    assert f"until {day_text_full(localdate() + timedelta(days=14))}." in letter.text


def test_a_partner_lands_in_the_portal(client: Client, ada: Member, bens: Partnership) -> None:
    invite_member(bens.partner, email="ben@blog.example", role="owner", actor=ada)
    client.post(path_of(Letter.objects.get()), NEWCOMER)

    assert client.get("/")["Location"] == "/portal/"


def test_a_weak_password_lets_nobody_in(client: Client, path: str) -> None:
    response = client.post(path, {"name": "Olga", "password": "olga"})

    assert response.status_code == 422
    assert not User.objects.filter(email="olga@acme.example").exists()


def test_somebody_known_signs_in_first(client: Client, path: str, ada: Member) -> None:
    User.objects.create_user(email="Olga@acme.example")

    page = client.get(path).content.decode()
    assert f"/auth/login/?next={path}" in page
    client.post(path, NEWCOMER)
    assert Member.objects.filter(organization=ada.organization).count() == 1


def test_somebody_signed_in_accepts_with_one_click(
    client: Client, path: str, mallory: Member, signed_in: SignIn
) -> None:
    User.objects.filter(pk=mallory.user_id).update(email="olga@acme.example")
    signed_in(client, mallory)

    assert "You are signed in as" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/"
    assert Member.objects.filter(user=mallory.user).count() == 2


def test_opening_the_link_alone_accepts_nothing(
    client: Client, path: str, mallory: Member, signed_in: SignIn
) -> None:
    signed_in(client, mallory)
    client.get(path)
    client.post(path)

    assert Member.objects.filter(user=mallory.user).count() == 1


def test_a_used_link_says_so(client: Client, path: str) -> None:
    client.post(path, NEWCOMER)

    response = Client().get(path)
    assert response.status_code == 410
    assert "not open any more" in response.content.decode()

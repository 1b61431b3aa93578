import pytest
from django.test import Client

from handsel.cast import SignIn, member_of
from handsel.organizations.models import Installation, Member, Organization
from handsel.organizations.services import disable_member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program


@pytest.fixture(autouse=True)
def set_up(db: None) -> None:
    Installation.objects.create(setup_done_at="2026-01-01T00:00:00Z")


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/auth/login/"


def test_a_brand_begins_in_the_console(
    client: Client, ada: Member, program: Program, signed_in: SignIn
) -> None:
    assert signed_in(client, ada).get("/")["Location"] == "/console/"


def test_a_partner_begins_in_the_portal(client: Client, ben: Member, signed_in: SignIn) -> None:
    assert signed_in(client, ben).get("/")["Location"] == "/portal/"


def test_an_organization_with_nothing_yet_begins_in_the_console(
    client: Client, ada: Member, signed_in: SignIn
) -> None:
    assert signed_in(client, ada).get("/")["Location"] == "/console/"


def test_who_was_shut_out_is_told_and_sees_nothing(
    client: Client, acme: Organization, ada: Member, signed_in: SignIn
) -> None:
    olga = member_of(acme, "Olga", Member.Role.VIEWER)
    signed_in(client, olga)
    disable_member(olga.pk, actor=ada)

    response = client.get("/")
    assert response.status_code == 403
    assert "Either your access has ended" in response.content.decode()


def test_work_turns_to_another_organization(
    client: Client, ada: Member, bens: Partnership, signed_in: SignIn
) -> None:
    Member.objects.create(organization=bens.partner, user=ada.user, role=Member.Role.VIEWER)
    signed_in(client, ada)

    page = client.get("/organization/").content.decode()
    assert "Acme" in page
    assert "Ben&#x27;s Blog" in page
    client.post("/organization/", {"organization": bens.partner_id})
    assert client.get("/")["Location"] == "/portal/"


def test_one_cannot_turn_to_somebody_elses(
    client: Client, ada: Member, mallory: Member, signed_in: SignIn
) -> None:
    signed_in(client, mallory)

    for chosen in (ada.organization_id, "org_x", ""):
        response = client.post("/organization/", {"organization": chosen})
        assert response.status_code == 404
    assert client.session["organization_id"] == mallory.organization_id


def test_the_language_is_kept_with_the_person(
    client: Client, ada: Member, signed_in: SignIn
) -> None:
    signed_in(client, ada)
    client.post("/language/", {"language": "pl", "next": "/organization/"})

    ada.user.refresh_from_db()
    assert ada.user.language == "pl"
    elsewhere = signed_in(Client(), ada)
    assert elsewhere.get("/organization/")["Content-Language"] == "pl"


def test_a_language_we_lack_changes_nothing(client: Client, ada: Member, signed_in: SignIn) -> None:
    signed_in(client, ada).post("/language/", {"language": "tlh"})

    ada.user.refresh_from_db()
    assert ada.user.language == "en"


@pytest.mark.parametrize(("asked", "kept"), [("dark", "dark"), ("light", "light"), ("pink", "")])
def test_the_theme_is_a_cookie(client: Client, asked: str, kept: str) -> None:
    client.post("/theme/", {"theme": asked})

    assert client.cookies["theme"].value == kept


@pytest.mark.parametrize("back", ["overview", "-1", "2026-10-01"])
def test_a_way_back_that_is_no_address_leads_home(client: Client, back: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"


@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_choosing_does_not_send_people_elsewhere(client: Client, address: str) -> None:
    response = client.post(
        address, {"theme": "dark", "language": "sv", "next": "https://evil.example/"}
    )

    assert response["Location"] == "/"
